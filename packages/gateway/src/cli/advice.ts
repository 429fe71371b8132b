import type { ErrorCode } from '../contract/error.ts'
import type { EditResult } from '../contract/result.ts'
import type { Terminal } from './terminal.ts'

/** What else could be done, in lines below the problem: how to get from the local engine to Google. */
export function adviceFor(code: ErrorCode, { target }: EditResult, env: Terminal['env']): readonly string[] {
  if (code !== 'unsupported_instruction' || target !== 'local') return []
  if (env['GEMINI_API_KEY'] || env['GOOGLE_API_KEY']) {
    return ['To let a Google model do it: --provider ai-studio (it says what it costs first).']
  }
  return [
    'To let a Google model do it: get a key at https://aistudio.google.com/apikey, set GEMINI_API_KEY to it, and run this again.',
  ]
}
