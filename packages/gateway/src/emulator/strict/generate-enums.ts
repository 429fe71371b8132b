import { enumOf, looseEnumOf } from './message.ts'

/**
 * Enums of `GenerateContentRequest`: names from the types of `@google/genai` 3.1.0, numbers as far as the published
 * protos have them; where they have none, the order of those types.
 */

export const MODALITY = looseEnumOf('GenerationConfig.Modality', {
  MODALITY_UNSPECIFIED: 0,
  TEXT: 1,
  IMAGE: 2,
  AUDIO: 3,
  VIDEO: 4,
})

export const THINKING_LEVEL = looseEnumOf('ThinkingConfig.ThinkingLevel', {
  THINKING_LEVEL_UNSPECIFIED: 0,
  LOW: 1,
  MEDIUM: 2,
  HIGH: 3,
  MINIMAL: 4,
})

export const MEDIA_RESOLUTION = enumOf('GenerationConfig.MediaResolution', {
  MEDIA_RESOLUTION_UNSPECIFIED: 0,
  MEDIA_RESOLUTION_LOW: 1,
  MEDIA_RESOLUTION_MEDIUM: 2,
  MEDIA_RESOLUTION_HIGH: 3,
})

export const PART_MEDIA_RESOLUTION = enumOf('PartMediaResolution.Level', {
  ...MEDIA_RESOLUTION.numbers,
  MEDIA_RESOLUTION_ULTRA_HIGH: 4,
})

export const MEDIA_PROCESSING = enumOf('MediaProcessing', {
  MEDIA_PROCESSING_UNSPECIFIED: 0,
  STATIC: 1,
  AGENTIC: 2,
})

/** Lower-case in the SDKs' types and on the wire. */
export const SERVICE_TIER = looseEnumOf('ServiceTier', {
  UNSPECIFIED: 0,
  STANDARD: 1,
  FLEX: 2,
  PRIORITY: 3,
})

export const HARM_CATEGORY = enumOf('HarmCategory', {
  HARM_CATEGORY_UNSPECIFIED: 0,
  HARM_CATEGORY_HATE_SPEECH: { 'ai-studio': 8, vertex: 1 },
  HARM_CATEGORY_DANGEROUS_CONTENT: { 'ai-studio': 10, vertex: 2 },
  HARM_CATEGORY_HARASSMENT: { 'ai-studio': 7, vertex: 3 },
  HARM_CATEGORY_SEXUALLY_EXPLICIT: { 'ai-studio': 9, vertex: 4 },
  HARM_CATEGORY_CIVIC_INTEGRITY: { 'ai-studio': 11, vertex: 5 },
  HARM_CATEGORY_IMAGE_HATE: { vertex: 6 },
  HARM_CATEGORY_IMAGE_DANGEROUS_CONTENT: { vertex: 7 },
  HARM_CATEGORY_IMAGE_HARASSMENT: { vertex: 8 },
  HARM_CATEGORY_IMAGE_SEXUALLY_EXPLICIT: { vertex: 9 },
  HARM_CATEGORY_JAILBREAK: { 'ai-studio': 12, vertex: 10 },
})

export const HARM_BLOCK_THRESHOLD = enumOf('SafetySetting.HarmBlockThreshold', {
  HARM_BLOCK_THRESHOLD_UNSPECIFIED: 0,
  BLOCK_LOW_AND_ABOVE: 1,
  BLOCK_MEDIUM_AND_ABOVE: 2,
  BLOCK_ONLY_HIGH: 3,
  BLOCK_NONE: 4,
  OFF: 5,
})

export const HARM_BLOCK_METHOD = enumOf('SafetySetting.HarmBlockMethod', {
  HARM_BLOCK_METHOD_UNSPECIFIED: 0,
  SEVERITY: 1,
  PROBABILITY: 2,
})

export const PERSON_GENERATION = enumOf('ImageConfig.PersonGeneration', {
  PERSON_GENERATION_UNSPECIFIED: 0,
  ALLOW_ALL: 1,
  ALLOW_ADULT: 2,
  ALLOW_NONE: 3,
})

export const PROMINENT_PEOPLE = enumOf('ImageConfig.ProminentPeople', {
  PROMINENT_PEOPLE_UNSPECIFIED: 0,
  ALLOW_PROMINENT_PEOPLE: 1,
  BLOCK_PROMINENT_PEOPLE: 2,
})

export const LANGUAGE = enumOf('ExecutableCode.Language', { LANGUAGE_UNSPECIFIED: 0, PYTHON: 1 })

export const OUTCOME = enumOf('CodeExecutionResult.Outcome', {
  OUTCOME_UNSPECIFIED: 0,
  OUTCOME_OK: 1,
  OUTCOME_FAILED: 2,
  OUTCOME_DEADLINE_EXCEEDED: 3,
})

export const SCHEDULING = enumOf('FunctionResponse.Scheduling', {
  SCHEDULING_UNSPECIFIED: 0,
  SILENT: 1,
  WHEN_IDLE: 2,
  INTERRUPT: 3,
})

export const TOOL_TYPE = enumOf('ToolType', {
  TOOL_TYPE_UNSPECIFIED: 0,
  GOOGLE_SEARCH_WEB: 1,
  GOOGLE_SEARCH_IMAGE: 2,
  URL_CONTEXT: 3,
  GOOGLE_MAPS: 4,
  FILE_SEARCH: 5,
  MEDIA_PROCESSING: 6,
})

export const FUNCTION_CALLING_MODE = enumOf('FunctionCallingConfig.Mode', {
  MODE_UNSPECIFIED: 0,
  AUTO: 1,
  ANY: 2,
  NONE: 3,
  VALIDATED: 4,
})

/** `responseFormat.image` is documented with plain strings and typed with proto names: both, the plain one to be read. */
export const FORMAT_ASPECT_RATIO = looseEnumOf('AspectRatio', {
  ASPECT_RATIO_UNSPECIFIED: 0,
  '1:1': 1,
  ASPECT_RATIO_ONE_BY_ONE: 1,
  '2:3': 2,
  ASPECT_RATIO_TWO_BY_THREE: 2,
  '3:2': 3,
  ASPECT_RATIO_THREE_BY_TWO: 3,
  '3:4': 4,
  ASPECT_RATIO_THREE_BY_FOUR: 4,
  '4:3': 5,
  ASPECT_RATIO_FOUR_BY_THREE: 5,
  '4:5': 6,
  ASPECT_RATIO_FOUR_BY_FIVE: 6,
  '5:4': 7,
  ASPECT_RATIO_FIVE_BY_FOUR: 7,
  '9:16': 8,
  ASPECT_RATIO_NINE_BY_SIXTEEN: 8,
  '16:9': 9,
  ASPECT_RATIO_SIXTEEN_BY_NINE: 9,
  '21:9': 10,
  ASPECT_RATIO_TWENTY_ONE_BY_NINE: 10,
  '1:8': 11,
  ASPECT_RATIO_ONE_BY_EIGHT: 11,
  '8:1': 12,
  ASPECT_RATIO_EIGHT_BY_ONE: 12,
  '1:4': 13,
  ASPECT_RATIO_ONE_BY_FOUR: 13,
  '4:1': 14,
  ASPECT_RATIO_FOUR_BY_ONE: 14,
  // The types lack it, as they lack every ratio that Vertex AI alone offers; its spelling follows the rest.
  '9:21': { vertex: 15 },
  ASPECT_RATIO_NINE_BY_TWENTY_ONE: { vertex: 15 },
})

/** The plain names in their one spelling: `1k` is refused wherever it stands. */
export const FORMAT_IMAGE_SIZE = enumOf('ImageSize', {
  IMAGE_SIZE_UNSPECIFIED: 0,
  '512': 1,
  IMAGE_SIZE_FIVE_TWELVE: 1,
  '1K': 2,
  IMAGE_SIZE_ONE_K: 2,
  '2K': 3,
  IMAGE_SIZE_TWO_K: 3,
  '4K': 4,
  IMAGE_SIZE_FOUR_K: 4,
})

export const DELIVERY = looseEnumOf('Delivery', { DELIVERY_UNSPECIFIED: 0, INLINE: 1, URI: 2 })
