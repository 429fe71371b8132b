import { decodeBase64 } from './base64.ts'
import type { ModelAnswer } from './gemini-answer.ts'
import type { JsonObject } from '../contract/json-object.ts'
import { field, objectsField, textField } from './json-field.ts'

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
  const encoded = predictions.filter(
    (prediction) => textField(prediction, 'bytesBase64Encoded') !== undefined,
  )
  const filtered = predictions.map((prediction) => textField(prediction, 'raiFilteredReason')).find(Boolean)
  const stored = predictions.some((prediction) => textField(prediction, 'gcsUri') !== undefined)
  return {
    images: encoded.map((prediction) => ({
      bytes: decodeBase64(textField(prediction, 'bytesBase64Encoded') ?? ''),
      mimeType: textField(prediction, 'mimeType') ?? 'application/octet-stream',
      thought: false,
    })),
    text: '',
    finishReason: stored ? 'STORED_ELSEWHERE' : undefined,
    finishMessage: undefined,
    blockReason: filtered === undefined || stored ? undefined : 'FILTERED',
    blockMessage: filtered,
    usage: null,
    model: undefined,
    responseId: undefined,
  }
}
