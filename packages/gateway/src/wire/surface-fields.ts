import type { JsonObject } from '../contract/json-object.ts'
import { field, objectField, objectsField, textField } from './json-field.ts'

/** The two of Google's surfaces that speak one dialect, each with a few fields that the other answers with 400. */
export type GoogleSurface = 'ai-studio' | 'vertex'

/** By the types of `@google/genai` 3.1.0: what its converters send to one of them only. */
export const SURFACE_FIELDS: Readonly<Record<GoogleSurface, readonly string[]>> = {
  'ai-studio': ['store', 'generationConfig.enableEnhancedCivicAnswers'],
  vertex: [
    'modelArmorConfig',
    'outputConfig',
    'generationOutputConfig',
    'generationConfig.audioTimestamp',
    'generationConfig.routingConfig',
    'generationConfig.modelConfig',
    'generationConfig.imageConfig.personGeneration',
    'generationConfig.imageConfig.prominentPeople',
    'generationConfig.imageConfig.imageOutputOptions',
  ],
}

/** The surface that a `generateContent` request is written for, by a field only that one has; `null`: either will do. */
export function surfaceOf(document: JsonObject): GoogleSurface | null {
  const isVertex = SURFACE_FIELDS.vertex.some((path) => isSet(document, path)) || hasVertexSafety(document)
  const isStudio = SURFACE_FIELDS['ai-studio'].some((path) => isSet(document, path))
  // Written for both it suits neither: which of the fields is wrong is for Google to say.
  if (isVertex === isStudio) return null
  return isVertex ? 'vertex' : 'ai-studio'
}

function hasVertexSafety(document: JsonObject): boolean {
  return objectsField(document, 'safetySettings').some(
    (setting) =>
      field(setting, 'method') !== undefined ||
      /^HARM_CATEGORY_IMAGE_/i.test(textField(setting, 'category') ?? ''),
  )
}

function isSet(document: JsonObject, path: string): boolean {
  const names = path.split('.')
  const around = names
    .slice(0, -1)
    .reduce<JsonObject | undefined>((object, name) => objectField(object, name), document)
  return (field(around, names.at(-1) ?? '') ?? null) !== null
}
