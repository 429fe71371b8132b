import { Base64Bytes } from '../../wire/json-blob.ts'
import { ApiError } from '../../wire/api-error.ts'
import type { Turn, TurnPart } from '../asked.ts'
import type { Parameters } from './predict-schema.ts'

export interface PredictAnswer {
  readonly predictions?: readonly Readonly<Record<string, unknown>>[]
}

/**
 * What Imagen answers: an entry an image. One that was filtered out is missing, or tells why where that was asked for;
 * where nothing is left there are no `predictions` at all. Throws the 400 with which a forbidden prompt is refused.
 */
export function predictions(
  turn: Turn,
  { wanted, parameters }: { readonly wanted: number; readonly parameters: Parameters },
): PredictAnswer {
  if (turn.blockReason !== undefined) throw promptRefused()
  const images = turn.parts.flatMap((part) => (part.kind === 'image' && !part.thought ? [part] : []))
  const shown = images.map((image, i) => prediction(image, { i, turn, parameters }))
  const filtered = Math.max(0, wanted - shown.length)
  const raiFilteredReason = filteredReason(turn, { filtered, shown: shown.length })
  const told = Array.from({ length: parameters.includeRaiReason ? filtered : 0 }, () => ({
    raiFilteredReason,
  }))
  const all = [...shown, ...told]
  return all.length === 0 ? {} : { predictions: all }
}

interface Shown {
  readonly i: number
  readonly turn: Turn
  readonly parameters: Parameters
}

function prediction(image: Extract<TurnPart, { kind: 'image' }>, { i, turn, parameters }: Shown) {
  const { mimeType } = image
  const safety = parameters.includeSafetyAttributes ? { safetyAttributes: HARMLESS } : {}
  if (parameters.storageUri === undefined) {
    return { mimeType, bytesBase64Encoded: new Base64Bytes(image.base64), ...safety }
  }
  // Where the object would stand at Google. There is no Cloud Storage here, and nothing is written.
  const folder = parameters.storageUri.replace(/\/+$/, '')
  const gcsUri = `${folder}/${turn.responseId}/sample_${i}.${mimeType === 'image/jpeg' ? 'jpg' : 'png'}`
  return { mimeType, gcsUri, ...safety }
}

/** Categories as Google's page on responsible AI for Imagen lists them; the scores of a harmless image are invented. */
const HARMLESS = {
  categories: ['Death, Harm & Tragedy', 'Firearms & Weapons', 'Hate', 'Porn', 'Violence'],
  scores: [0.1, 0.1, 0, 0.1, 0.1],
}

/** Reported with this code when all images of a request were filtered out (googleapis/js-genai issue 321). */
const SUPPORT_CODE = '29310472'

function filteredReason(
  { finishMessage }: Turn,
  { filtered, shown }: { readonly filtered: number; readonly shown: number },
): string {
  if (shown === 0) {
    return `Unable to show generated images. All images were filtered out because they violated Vertex AI's usage guidelines. You will not be charged for blocked images. Try rephrasing the prompt. If you think this was an error, send feedback. Support codes: ${SUPPORT_CODE}`
  }
  // As far as known.
  return (
    finishMessage ??
    `Your current safety filter threshold filtered out ${filtered} generated images. You will not be charged for blocked images. Try rephrasing the prompt. If you think this was an error, send feedback.`
  )
}

/** A prompt that is refused as such is an error to Imagen, not an empty answer (reported in the same issue). */
function promptRefused(): ApiError {
  return new ApiError(
    400,
    "Image generation failed with the following error: The prompt could not be submitted. This prompt contains sensitive words that violate Google's Responsible AI practices. Try rephrasing the prompt. If you think this was an error, send feedback.",
  )
}
