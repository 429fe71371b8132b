import {
  APICallError,
  generateImage,
  generateText,
  type ImageModel,
  type LanguageModel,
  streamText,
} from 'ai'
import { PHOTO } from '../emulator-client.ts'
import { came, type Stage } from './personas.ts'

/** A photo and what is to be done to it, as a message. */
export function message(text = 'make it brighter') {
  const photo = { type: 'file', mediaType: 'image/jpeg', data: PHOTO } as const
  return { role: 'user' as const, content: [{ type: 'text' as const, text }, photo] }
}

/** The ways of the AI SDK to a picture. */
export interface Outcome {
  readonly text: string
  readonly image: string
  readonly stream: string
}

const all = (outcome: string): Outcome => ({ text: outcome, image: outcome, stream: outcome })
const picture = all('1 image, STOP')
/** `generateImage` has its own error where no image came; nobody else complains. */
const none = (outcome: string): Outcome => ({ ...all(outcome), image: 'AI_NoImageGeneratedError' })
const worthAnotherTry = (status: number) => all(`AI_APICallError ${status}, retryable`)
const final = (status: number) => all(`AI_APICallError ${status}`)

/** What the AI SDK makes of every persona where it may not try again. */
export const OUTCOMES: Readonly<Record<string, Outcome>> = {
  'text-only': none('words, STOP'),
  'no-image': none('nothing, NO_IMAGE'),
  'image-safety': none('nothing, IMAGE_SAFETY'),
  finish: none('nothing, SAFETY'),
  blocked: none('nothing, PROHIBITED_CONTENT'),
  empty: none('nothing'),
  unchanged: picture,
  smaller: picture,
  'wrong-ratio': picture,
  drift: picture,
  drafts: all('3 images, STOP'),
  'thought-drafts': picture,
  'thought-only': none('nothing, STOP'),
  duplicate: all('2 images, STOP'),
  'wrong-mime': picture,
  undecodable: picture,
  'truncated-base64': picture,
  'no-usage': picture,
  'no-signature': picture,
  // A daily quota, a free key and an empty purse are tried again like any other 429.
  '429-minute': worthAnotherTry(429),
  '429-day': worthAnotherTry(429),
  '429-zero': worthAnotherTry(429),
  '429-bare': worthAnotherTry(429),
  '429-prepay': worthAnotherTry(429),
  '500': worthAnotherTry(500),
  '503': worthAnotherTry(503),
  '503-overloaded': worthAnotherTry(503),
  '504': worthAnotherTry(504),
  'bad-location': final(400),
  'api-disabled': final(403),
  'iam-denied': final(403),
  'key-leaked': final(403),
  'model-gone': final(404),
  'stream-error': { ...picture, stream: 'AI_StreamProviderError 503' },
  'html-413': final(413),
  'html-502': worthAnotherTry(502),
  latency: picture,
  stall: { ...all('TimeoutError'), stream: 'abort' },
  // Paid for and lost: yet it counts as an answer, and as one to be asked for again.
  reset: worthAnotherTry(200),
  close: worthAnotherTry(200),
  'half-open': { ...all('TimeoutError'), stream: 'abort' },
  drip: picture,
  quota: worthAnotherTry(429),
}

export interface Models {
  readonly language: LanguageModel
  readonly image: ImageModel
}

/** What came by each way, without a second try. */
export async function outcomes({ language, image }: Models, { timeoutMs }: Stage): Promise<Outcome> {
  const options = () => ({
    maxRetries: 0,
    ...(timeoutMs !== undefined && { abortSignal: AbortSignal.timeout(timeoutMs) }),
  })
  const asked = () => ({
    ...options(),
    model: language,
    messages: [message()],
    providerOptions: { google: { responseModalities: ['IMAGE'] } },
  })
  const byText = async () => {
    const { files, text, rawFinishReason } = await generateText(asked())
    return came({ images: files.length, words: text, reason: rawFinishReason })
  }
  const byImage = async () => {
    const prompt = { text: 'make it brighter', images: [PHOTO] }
    const { images } = await generateImage({ ...options(), model: image, prompt })
    return came({ images: images.length, words: '', reason: 'STOP' })
  }
  const byStream = async () => {
    const { fullStream } = streamText({ ...asked(), onError: () => {} })
    const parts = await Array.fromAsync(fullStream)
    const failed = parts.find((part) => part.type === 'error')
    if (failed) throw failed.error
    if (parts.some(({ type }) => type === 'abort')) return 'abort'
    const finish = parts.find((part) => part.type === 'finish')
    return came({
      images: parts.filter(({ type }) => type === 'file').length,
      words: parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join(''),
      reason: finish?.rawFinishReason,
    })
  }
  const [text, drawn, stream] = await Promise.all([byText, byImage, byStream].map(orItsError))
  return { text: text ?? '', image: drawn ?? '', stream: stream ?? '' }
}

async function orItsError(attempt: () => Promise<string>): Promise<string> {
  try {
    return await attempt()
  } catch (thrown) {
    const { name, statusCode } = thrown as Error & { readonly statusCode?: number }
    const status = statusCode === undefined ? name : `${name} ${statusCode}`
    return APICallError.isInstance(thrown) && thrown.isRetryable ? `${status}, retryable` : status
  }
}
