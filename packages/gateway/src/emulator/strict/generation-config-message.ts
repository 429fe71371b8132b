import {
  DELIVERY,
  FORMAT_ASPECT_RATIO,
  FORMAT_IMAGE_SIZE,
  MEDIA_RESOLUTION,
  MODALITY,
  PERSON_GENERATION,
  PROMINENT_PEOPLE,
  THINKING_LEVEL,
} from './generate-enums.ts'
import {
  BOOL,
  FLOAT,
  INT32,
  listOf,
  type Message,
  messageOf,
  onlyOn,
  type Read,
  STRING,
  STRUCT,
  VALUE,
} from './message.ts'

const THINKING_CONFIG = {
  type: 'ThinkingConfig',
  fields: { includeThoughts: BOOL, thinkingBudget: INT32, thinkingLevel: THINKING_LEVEL },
} satisfies Message

const SPEECH_CONFIG = {
  type: 'SpeechConfig',
  fields: { voiceConfig: STRUCT, languageCode: STRING, multiSpeakerVoiceConfig: STRUCT },
} satisfies Message

const IMAGE_CONFIG = {
  type: 'ImageConfig',
  fields: {
    aspectRatio: STRING,
    imageSize: STRING,
    personGeneration: onlyOn('vertex', PERSON_GENERATION),
    prominentPeople: onlyOn('vertex', PROMINENT_PEOPLE),
    imageOutputOptions: onlyOn(
      'vertex',
      messageOf({
        type: 'ImageConfig.ImageOutputOptions',
        fields: { mimeType: STRING, compressionQuality: INT32 },
      }),
    ),
  },
} satisfies Message

/** Documented as an object and typed as a list: a single value is a list of one. */
const RESPONSE_FORMAT = {
  type: 'ResponseFormat',
  fields: {
    image: messageOf({
      type: 'ImageResponseFormat',
      fields: {
        aspectRatio: FORMAT_ASPECT_RATIO,
        imageSize: FORMAT_IMAGE_SIZE,
        mimeType: STRING,
        delivery: DELIVERY,
      },
    }),
    text: STRUCT,
    audio: STRUCT,
    video: STRUCT,
  },
} satisfies Message

/** `responseSchema` is a message at Google; here it is taken as it comes, because no image model reads it. */
export const GENERATION_CONFIG = {
  type: 'GenerationConfig',
  fields: {
    candidateCount: INT32,
    stopSequences: listOf(STRING),
    maxOutputTokens: INT32,
    temperature: FLOAT,
    topP: FLOAT,
    topK: FLOAT,
    seed: INT32,
    presencePenalty: FLOAT,
    frequencyPenalty: FLOAT,
    responseLogprobs: BOOL,
    logprobs: INT32,
    responseMimeType: STRING,
    responseSchema: STRUCT,
    responseJsonSchema: VALUE,
    responseModalities: listOf(MODALITY),
    responseFormat: listOf(messageOf(RESPONSE_FORMAT)),
    imageConfig: messageOf(IMAGE_CONFIG),
    thinkingConfig: messageOf(THINKING_CONFIG),
    speechConfig: messageOf(SPEECH_CONFIG),
    mediaResolution: MEDIA_RESOLUTION,
    audioTranscriptionConfig: STRUCT,
    translationConfig: STRUCT,
    enableAffectiveDialog: BOOL,
    enableEnhancedCivicAnswers: onlyOn('ai-studio', BOOL),
    audioTimestamp: onlyOn('vertex', BOOL),
    routingConfig: onlyOn('vertex', STRUCT),
    modelConfig: onlyOn('vertex', STRUCT),
  },
} satisfies Message

export type GenerationConfig = Read<typeof GENERATION_CONFIG>
