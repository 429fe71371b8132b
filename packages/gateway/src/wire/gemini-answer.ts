import type { Usage } from '../contract/result.ts'
import type { JsonObject } from '../contract/json-object.ts'
import type { EncodedImage } from '../contract/request.ts'
import { field, objectField, objectsField, textField } from './json-field.ts'
import { readUsage } from './usage.ts'
import { soundImage } from './wire-image.ts'

export interface AnsweredImage {
  /** `null` where the base64 has holes. */
  readonly image: EncodedImage | null
  readonly mimeType: string
  /** Marked as a thought: made on the way, not for delivery. */
  readonly thought: boolean
  readonly signature: string | undefined
}

/** What a model answered, in the order it did. */
export interface ModelAnswer {
  readonly images: readonly AnsweredImage[]
  /** All it said apart from its thoughts. */
  readonly text: string
  /** Verbatim, also where the value is one nobody knew. */
  readonly finishReason: string | undefined
  readonly finishMessage: string | undefined
  readonly blockReason: string | undefined
  readonly blockMessage: string | undefined
  readonly safetyRatings: readonly JsonObject[]
  readonly usage: Usage | null
  readonly model: string | undefined
  readonly responseId: string | undefined
}

const KNOWN_FIELDS = [
  'candidates',
  'promptFeedback',
  'usageMetadata',
  'modelVersion',
  'responseId',
  'createTime',
] as const

/** Whether a document may be a `GenerateContentResponse`; an empty one may, as everything in it is optional. */
export function isGeminiAnswer(document: JsonObject): boolean {
  return (
    Object.keys(document).length === 0 || KNOWN_FIELDS.some((name) => field(document, name) !== undefined)
  )
}

/**
 * Reads a unary answer, or the chunks of a streamed one as if they were one. Nothing is required of them:
 * either spelling of names, missing or null content and parts, and images in either base64 alphabet will do.
 */
export function readGeminiAnswer(documents: readonly JsonObject[]): ModelAnswer {
  const candidates = documents.flatMap((document) => objectsField(document, 'candidates'))
  const parts = documents.flatMap(partsOf)
  const feedback = documents.map((document) => objectField(document, 'promptFeedback'))
  // Counts are cumulative; the last chunk may leave some out.
  const metadata = Object.assign({}, ...documents.map((document) => objectField(document, 'usageMetadata')))
  return {
    images: parts.map(imageOf).filter((image) => image !== undefined),
    text: parts.map(spoken).join(''),
    finishReason: last(candidates, 'finishReason'),
    finishMessage: last(candidates, 'finishMessage'),
    blockReason: last(feedback, 'blockReason'),
    blockMessage: last(feedback, 'blockReasonMessage'),
    safetyRatings: [...candidates, ...feedback].flatMap((rated) => objectsField(rated, 'safetyRatings')),
    usage: readUsage(metadata),
    model: last(documents, 'modelVersion'),
    responseId: last(documents, 'responseId'),
  }
}

/** Whether a document brings an image, which is not decoded for that. */
export function hasImage(document: JsonObject): boolean {
  return partsOf(document).some((part) => objectField(part, 'inlineData') !== undefined)
}

function partsOf(document: JsonObject): readonly JsonObject[] {
  return objectsField(document, 'candidates').flatMap((candidate) =>
    objectsField(objectField(candidate, 'content'), 'parts'),
  )
}

function imageOf(part: JsonObject): AnsweredImage | undefined {
  const blob = objectField(part, 'inlineData')
  if (blob === undefined) return undefined
  const mimeType = textField(blob, 'mimeType')
  if (mimeType !== undefined && !mimeType.toLowerCase().startsWith('image/')) return undefined
  return {
    image: soundImage(field(blob, 'data')) ?? null,
    mimeType: mimeType ?? 'application/octet-stream',
    thought: isThought(part),
    signature: textField(part, 'thoughtSignature'),
  }
}

function spoken(part: JsonObject): string {
  return isThought(part) ? '' : (textField(part, 'text') ?? '')
}

function isThought(part: JsonObject): boolean {
  return field(part, 'thought') === true
}

/** The last that was said: of a stream, earlier chunks only speak for themselves. */
function last(objects: readonly (JsonObject | undefined)[], name: string): string | undefined {
  return objects.map((object) => textField(object, name)).findLast((text) => text !== undefined)
}
