import type { ModelAnswer } from './gemini-answer.ts'
import type { JsonObject } from '../contract/json-object.ts'
import { field, objectsField, textField } from './json-field.ts'
import { soundImage } from './wire-image.ts'

/** Whether a document is the answer of a `:predict` call. */
export function isImagenAnswer(document: JsonObject): boolean {
  return Array.isArray(field(document, 'predictions'))
}

/**
 * Reads Imagen's predictions. An image that was filtered out is an entry with a reason and no bytes; it only
 * matters where no image is left. Imagen counts no tokens.
 */
export function readImagenAnswer(document: JsonObject): ModelAnswer {
  const predictions = objectsField(document, 'predictions')
  const images = predictions.flatMap((prediction) => {
    const image = soundImage(field(prediction, 'bytesBase64Encoded'))
    const mimeType = textField(prediction, 'mimeType') ?? 'application/octet-stream'
    return image === undefined ? [] : [{ image, mimeType, thought: false, signature: undefined }]
  })
  const filtered = predictions.map((prediction) => textField(prediction, 'raiFilteredReason')).find(Boolean)
  const stored = predictions.some((prediction) => textField(prediction, 'gcsUri') !== undefined)
  return {
    images,
    text: '',
    finishReason: stored ? 'STORED_ELSEWHERE' : undefined,
    finishMessage: undefined,
    blockReason: filtered === undefined || stored ? undefined : 'FILTERED',
    blockMessage: filtered,
    safetyRatings: [],
    usage: null,
    model: undefined,
    responseId: undefined,
  }
}
