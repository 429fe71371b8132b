import type { GenerateContentResponse } from '@google/genai'
import { describe } from 'vitest'
import { edit, MODEL } from '../emulator-client.ts'
import { developer, RELEASES } from './google-genai.ts'
import { stayHome } from './network.ts'
import { came, type Stage, testEveryPersona } from './personas.ts'

stayHome()

interface Outcome {
  readonly unary: string
  readonly stream: string
}

const both = (outcome: string): Outcome => ({ unary: outcome, stream: outcome })

/** What 3.x makes of every persona. It never tries again by itself. */
const OUTCOMES: Readonly<Record<string, Outcome>> = {
  'text-only': both('words, STOP'),
  'no-image': both('nothing, NO_IMAGE'),
  'image-safety': both('nothing, IMAGE_SAFETY'),
  finish: both('nothing, SAFETY'),
  blocked: both('nothing, PROHIBITED_CONTENT'),
  empty: both('nothing'),
  unchanged: both('1 image, STOP'),
  smaller: both('1 image, STOP'),
  'wrong-ratio': both('1 image, STOP'),
  drift: both('1 image, STOP'),
  drafts: both('3 images, STOP'),
  'thought-drafts': both('3 images, STOP'),
  'thought-only': both('1 image, STOP'),
  duplicate: both('2 images, STOP'),
  'wrong-mime': both('1 image, STOP'),
  undecodable: both('1 image, STOP'),
  'truncated-base64': both('1 image, STOP'),
  'no-usage': both('1 image, STOP'),
  'no-signature': both('1 image, STOP'),
  '429-minute': both('ApiError 429'),
  '429-day': both('ApiError 429'),
  '429-zero': both('ApiError 429'),
  '429-bare': both('ApiError 429'),
  '429-prepay': both('ApiError 429'),
  '500': both('ApiError 500'),
  '503': both('ApiError 503'),
  '503-overloaded': both('ApiError 503'),
  '504': both('ApiError 504'),
  'bad-location': both('ApiError 400'),
  'api-disabled': both('ApiError 403'),
  'iam-denied': both('ApiError 403'),
  'key-leaked': both('ApiError 403'),
  'model-gone': both('ApiError 404'),
  'stream-error': { unary: '1 image, STOP', stream: 'ApiError 503' },
  'html-413': both('ApiError 413'),
  'html-502': both('ApiError 502'),
  latency: both('1 image, STOP'),
  stall: both('AbortError'),
  reset: both('TypeError, ECONNRESET'),
  close: both('TypeError, UND_ERR_SOCKET'),
  'half-open': both('AbortError'),
  drip: both('1 image, STOP'),
  quota: both('ApiError 429'),
}

describe.each(RELEASES)('@google/genai %s', (release, genai) => {
  const table =
    release === '3.x'
      ? OUTCOMES
      : // 1.x looks for an error where an answer should be only before the first event, so it finds an empty one.
        { ...OUTCOMES, 'stream-error': { unary: '1 image, STOP', stream: 'nothing' } }

  const outcome = async ({ emulator, timeoutMs }: Stage) => {
    const ai = developer(emulator, genai)
    const config = {
      responseModalities: ['IMAGE'],
      ...(timeoutMs !== undefined && { httpOptions: { timeout: timeoutMs } }),
    }
    const request = { model: MODEL, ...edit(), config }
    const [unary, stream] = await Promise.all([
      outcomeOf(async () => [await ai.models.generateContent(request)]),
      outcomeOf(async () => Array.fromAsync(await ai.models.generateContentStream(request))),
    ])
    return { unary, stream }
  }
  const broken = both('ApiError 502')
  testEveryPersona(table, outcome, { reset: broken, close: broken })
})

async function outcomeOf(ask: () => Promise<readonly GenerateContentResponse[]>): Promise<string> {
  try {
    const answers = await ask()
    const candidates = answers.flatMap((answer) => answer.candidates ?? [])
    const parts = candidates.flatMap(({ content }) => content?.parts ?? [])
    return came({
      images: parts.filter(({ inlineData }) => inlineData).length,
      words: parts.map(({ text }) => text ?? '').join(''),
      reason: candidates.at(-1)?.finishReason ?? answers[0]?.promptFeedback?.blockReason,
    })
  } catch (error) {
    return named(error)
  }
}

function named(thrown: unknown): string {
  const { name, status, cause } = thrown as Error & { readonly status?: number }
  const { code } = (cause ?? {}) as { readonly code?: string }
  return status === undefined ? [name, ...(code ? [code] : [])].join(', ') : `${name} ${status}`
}
