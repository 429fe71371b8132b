import { type ErrorCode, EXIT, type ExitCode } from '../contract/error.ts'
import type { EditResult } from '../contract/result.ts'
import { exitOf } from './fault-line.ts'
import type { Source } from './inputs.ts'

/** How one picture ended. */
export interface Done {
  readonly result: EditResult
  /** Of the edit or of writing its result; 0 where both went well. */
  readonly exit: ExitCode
}

export interface Batch {
  readonly concurrency: number
  readonly signal: AbortSignal
  /** Edits one picture and writes what came of it; never rejects for what can be expected. */
  readonly editOne: (source: Source) => Promise<Done>
  /** The end of a picture that was not tried any more. */
  readonly skip: (why: EditResult['error']) => Promise<EditResult>
  /** Called once a picture, in the order of the input. */
  readonly deliver: (result: EditResult) => void
}

export interface Tally {
  readonly edited: number
  readonly failed: number
  readonly notTried: number
  readonly costMicroUsd: number
  /** Of the first picture, in the order of the input, that failed. */
  readonly exit: ExitCode
}

/** What ends one edit for these reasons would end the next one just the same. */
const ENDS_ALL: ReadonlySet<ErrorCode> = new Set([
  'unknown_model',
  'unsupported_option',
  'unsupported_instruction',
  'credential_missing',
  'credential_invalid',
  'permission_denied',
  'billing_required',
  'quota_exhausted',
  'region_unavailable',
  'model_unavailable',
  'output_not_writable',
])

/** Edits every picture, a few at a time. One that fails does not stop the others, unless it shows that all will. */
export async function editMany(sources: readonly Source[], batch: Batch): Promise<Tally> {
  const exits: ExitCode[] = []
  const waiting = new Map<number, EditResult>()
  let delivered = 0
  let costMicroUsd = 0
  let notTried = 0
  let verdict: EditResult['error'] = null

  const settle = (index: number, { result, exit }: Done) => {
    exits[index] = exit
    costMicroUsd += result.costMicroUsd
    waiting.set(index, result)
    for (let next = waiting.get(delivered); next; next = waiting.get(delivered)) {
      batch.deliver(next)
      waiting.delete(delivered)
      delivered += 1
    }
  }
  const queue = sources.entries()
  const work = async () => {
    for (const [index, source] of queue) {
      if (batch.signal.aborted || verdict) {
        notTried += 1
        const result = await batch.skip(verdict)
        settle(index, { result, exit: result.error ? exitOf(result.error.code) : EXIT.internal })
        continue
      }
      const done = await batch.editOne(source)
      settle(index, done)
      if (done.result.error && ENDS_ALL.has(done.result.error.code)) verdict = done.result.error
    }
  }
  await Promise.all(Array.from({ length: Math.min(batch.concurrency, sources.length) }, work))

  const edited = exits.filter((exit) => exit === EXIT.edited).length
  return {
    edited,
    failed: sources.length - edited - notTried,
    notTried,
    costMicroUsd,
    exit: exits.find((exit) => exit !== EXIT.edited) ?? EXIT.edited,
  }
}
