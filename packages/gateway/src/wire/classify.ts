import { type FaultDetails, fault } from '../contract/error.ts'
import type { Charged } from '../contract/outcome.ts'
import type { Answer, AnswerImage } from '../contract/provider.ts'
import { heldImage } from '../contract/request.ts'
import type { Notice, Usage } from '../contract/result.ts'
import { readAnswerBody } from './answer-body.ts'
import { type AnsweredImage, type ModelAnswer, isGeminiAnswer, readGeminiAnswer } from './gemini-answer.ts'
import { type ErrorAnswer, type GoogleError, readError, readErrorEnvelope } from './google-error.ts'
import { faultOf } from './google-fault.ts'
import { isImagenAnswer, readImagenAnswer } from './imagen-answer.ts'
import { asObject } from './json-field.ts'
import { publicText } from './public-text.ts'
import { refusalOf } from './refusal.ts'

export interface ClassifyContext {
  /** The price of what was used; `null` where the model has no known price. */
  readonly costMicroUsd: (usage: Usage) => number | null
  /** Instructions and secrets that no message may repeat. */
  readonly hidden: readonly string[]
  readonly nowMs: number
}

/** Turns whatever a Google endpoint answered into what it means. Never throws. */
export function classify(answer: ErrorAnswer, context: ClassifyContext): Answer {
  const body = readAnswerBody(answer.body)
  const { hidden, nowMs } = context
  if (answer.status < 200 || answer.status >= 300) {
    const error = readError(answer, body)
    const failed = faultOf(error, answer.headers, { hidden, nowMs, charged: chargedFor(error) })
    return { kind: 'fault', fault: failed }
  }
  if (body.kind !== 'json') {
    const documents = body.kind === 'cut' ? body.documents : []
    return failure(documents, answer, context) ?? unreadable(answer.status, body.kind)
  }
  const documents = body.documents.map(asObject).filter((document) => document !== undefined)
  const failed = failure(documents, answer, context)
  if (failed !== undefined) return failed
  const predicted = documents.find(isImagenAnswer)
  if (predicted !== undefined) return weigh(readImagenAnswer(predicted), answer.status, context)
  if (documents.length === 0 ? body.documents.length > 0 : !documents.some(isGeminiAnswer)) {
    return unreadable(answer.status, 'strange')
  }
  return weigh(readGeminiAnswer(documents), answer.status, context)
}

/** An error inside a success: an event in the middle of a stream. */
function failure(
  documents: readonly unknown[],
  answer: ErrorAnswer,
  context: ClassifyContext,
): Answer | undefined {
  const error = readErrorEnvelope(documents, answer.status)
  if (error === undefined) return undefined
  const { hidden, nowMs } = context
  return { kind: 'fault', fault: faultOf(error, answer.headers, { hidden, nowMs, charged: 'unknown' }) }
}

function weigh(answered: ModelAnswer, status: number, context: ClassifyContext): Answer {
  const final = answered.images.findLast((image) => !image.thought) ?? answered.images.at(-1)
  const refused = refusalOf(answered)
  const delivered = final !== undefined && !(final.thought && refused.outcome === 'blocked')
  if (!delivered) return refusal(answered, status, context)
  return {
    kind: 'image',
    // Base64 with holes is no image, but it was made and billed: judging the bytes is for whoever holds the bill.
    image: {
      ...(final.image ?? heldImage(new Uint8Array())),
      mimeType: final.mimeType,
      ...(final.signature !== undefined && { signature: final.signature }),
    },
    drafts: answered.images.filter((image) => image !== final).flatMap(draftOf),
    text: answered.text,
    status,
    ...billed({ ...answered, usage: answered.usage && withImageTokens(answered.usage) }, 'yes', context),
  }
}

/** Where Google gives no count by modality, output beside an image is taken for the image: text is a few tokens. */
function withImageTokens(usage: Usage): Usage {
  if (usage.outputImageTokens > 0) return usage
  return { ...usage, outputImageTokens: usage.outputTextTokens, outputTextTokens: 0 }
}

function refusal(answered: ModelAnswer, status: number, context: ClassifyContext): Answer {
  const { outcome, reason, text } = refusalOf(answered)
  const said = publicText(answered.blockMessage ?? answered.finishMessage ?? '', context.hidden)
  return {
    kind: 'refusal',
    outcome,
    reason,
    safety: answered.safetyRatings.slice(0, MOST_RATINGS),
    message: `${text} (${publicText(reason)}${said === '' ? '' : `: “${said}”`})`,
    text: answered.text,
    status,
    ...billed(answered, (answered.usage?.outputImageTokens ?? 0) > 0 ? 'yes' : 'unknown', context),
  }
}

/** There are about ten categories. */
const MOST_RATINGS = 20

function draftOf({ image, mimeType }: AnsweredImage): readonly AnswerImage[] {
  return image === null ? [] : [{ ...image, mimeType }]
}

const UNPRICED: Notice = {
  code: 'price_unknown',
  text: 'The provider did not say what was used, or the model has no known price: the cost is not counted.',
}

function billed(answered: ModelAnswer, charged: Charged, context: ClassifyContext) {
  const cost = answered.usage === null ? null : context.costMicroUsd(answered.usage)
  return {
    usage: answered.usage,
    costMicroUsd: cost ?? 0,
    charged,
    notices: cost === null ? [UNPRICED] : [],
  }
}

const UNREADABLE = {
  cut: ['upstream_interrupted', 'The answer broke off in the middle. Try again.'],
  page: [
    'upstream_unreadable',
    'A web page came instead of an answer. Check the configured base URL and proxies.',
  ],
  text: [
    'upstream_unreadable',
    'Plain text came instead of an answer. Check the configured base URL and proxies.',
  ],
  empty: ['upstream_unreadable', 'The answer was empty. Try again.'],
  strange: [
    'upstream_unreadable',
    "The answer is JSON, but not an image model's. Check the configured base URL.",
  ],
} as const

function unreadable(status: number, why: keyof typeof UNREADABLE): Answer {
  const [code, text] = UNREADABLE[why]
  const details: FaultDetails = { charged: 'unknown', upstream: { status } }
  return { kind: 'fault', fault: fault(code, text, details) }
}

/**
 * An error in Google's own envelope is not billed. A 5xx from something in between says nothing of the model, which
 * may have made and billed an image that could not be handed on.
 */
function chargedFor({ source, status }: GoogleError): Charged {
  return source === 'other' && status >= 500 ? 'unknown' : 'no'
}
