import { describe, expect, test } from 'vitest'
import { asking, editWith, imageWith, inline, PHOTO, refusal } from './generate.fixture.ts'
import type { GenerateContext } from './generate-rules.ts'

const STUDIO_TYPE = 'type.googleapis.com/google.ai.generativelanguage.v1beta'
const VERTEX_TYPE = 'type.googleapis.com/google.cloud.aiplatform.v1beta1'
const LIST = 'Proto field is not repeating, cannot start list.'
const TWICE = 'Proto field is not repeating, it is already set.'
const ROOT = 'Root element must be a message.'
const IMAGE_CONFIG = 'generation_config.image_config'
const PART = 'contents[0].parts[0]'
const VERTEX: Context = { surface: 'vertex' }
const HI = asking({ text: 'hi' })

type Context = Partial<GenerateContext>
interface Unreadable {
  readonly document: unknown
  readonly context: Context
  /** Of the violation; empty at the top level. */
  readonly field: string
  readonly message: string
}

function unknown(
  name: string,
  field: string,
  document: unknown,
  context: Context = {},
  why = 'Cannot find field.',
): Unreadable {
  const where = field === '' ? '' : ` at '${field}'`
  const message = `Invalid JSON payload received. Unknown name "${name}"${where}: ${why}`
  return { document, context, field, message }
}

function invalid(field: string, what: string, document: unknown, context: Context = {}): Unreadable {
  const where = field === '' ? '' : ` at '${field}'`
  return { document, context, field, message: `Invalid value${where} ${what}` }
}

describe('what cannot be read as a message', () => {
  test.each<Unreadable>([
    unknown('x', '', { ...HI, x: 1 }),
    unknown('x', 'generation_config', { ...HI, generationConfig: { x: 1 } }),
    unknown('prompt', '', { ...HI, prompt: 'x' }),
    unknown('GenerationConfig', '', { ...HI, GenerationConfig: {} }),
    unknown('content', 'contents[0]', { contents: [{ role: 'user', content: 'hi' }] }),
    unknown('type', PART, asking({ type: 'text', text: 'hi' })),
    unknown('image_url', PART, asking({ image_url: { url: 'x' } })),
    unknown('type', `${PART}.inline_data`, asking({ inlineData: { type: 'x' } })),
    unknown('uri', `${PART}.file_data`, asking({ fileData: { uri: 'x' } })),
    unknown('strength', 'generation_config', editWith({ strength: 1 })),
    unknown('width', IMAGE_CONFIG, imageWith({ width: 1 })),
    unknown('personGeneration', IMAGE_CONFIG, imageWith({ personGeneration: 'ALLOW_ALL' })),
    unknown('prominent_people', IMAGE_CONFIG, editWith({ image_config: { prominent_people: 1 } })),
    unknown('imageOutputOptions', IMAGE_CONFIG, imageWith({ imageOutputOptions: {} })),
    unknown('outputMimeType', IMAGE_CONFIG, imageWith({ outputMimeType: 'image/png' }), VERTEX),
    unknown('aspect_ratio', IMAGE_CONFIG, imageWith({ aspectRatio: '1:1', aspect_ratio: '1:1' }), {}, TWICE),
    unknown('audioTimestamp', 'generation_config', editWith({ audioTimestamp: true })),
    unknown('routingConfig', 'generation_config', editWith({ routingConfig: {} })),
    unknown(
      'enableEnhancedCivicAnswers',
      'generation_config',
      editWith({ enableEnhancedCivicAnswers: true }),
      VERTEX,
    ),
    unknown('modelArmorConfig', '', { ...HI, modelArmorConfig: {} }),
    unknown('generationOutputConfig', '', { ...HI, generationOutputConfig: {} }),
    unknown('store', '', { ...HI, store: true }, VERTEX),
    unknown('method', 'safety_settings[0]', { ...HI, safetySettings: [{ method: 'SEVERITY' }] }),
    unknown('web_search', 'tools[0]', { ...HI, tools: [{ web_search: {} }] }),
    unknown('enterpriseWebSearch', 'tools[0]', { ...HI, tools: [{ enterpriseWebSearch: {} }] }),
    unknown('fileSearch', 'tools[0]', { ...HI, tools: [{ fileSearch: {} }] }, VERTEX),
    unknown(
      'includeServerSideToolInvocations',
      'tool_config',
      { ...HI, toolConfig: { includeServerSideToolInvocations: true } },
      VERTEX,
    ),
    unknown('toolCall', PART, asking({ toolCall: {} }), VERTEX),
    unknown('', '', [HI], {}, ROOT),
    unknown('', '', 'hi', {}, ROOT),
    invalid('contents', `(${STUDIO_TYPE}.Content), "hi"`, { contents: 'hi' }),
    invalid('contents[0]', `(${STUDIO_TYPE}.Content), "hi"`, { contents: ['hi'] }),
    invalid('contents[0]', `(${VERTEX_TYPE}.Content), "hi"`, { contents: ['hi'] }, VERTEX),
    invalid(PART, `(${STUDIO_TYPE}.Part), "hi"`, { contents: [{ parts: ['hi'] }] }),
    invalid(`${PART}.text`, '(TYPE_STRING), 5', asking({ text: 5 })),
    unknown('text', PART, asking({ text: ['hi'] }), {}, LIST),
    invalid(PART, '(text), Starting an object on a scalar field', asking({ text: {} })),
    invalid(
      PART,
      "(oneof), oneof field 'data' is already set. Cannot set 'inlineData'",
      asking({ text: 'a', inlineData: {} }),
    ),
    invalid(
      PART,
      "(oneof), oneof field 'data' is already set. Cannot set 'file_data'",
      asking({ inline_data: {}, file_data: {} }),
    ),
    unknown('inline_data', PART, asking({ inlineData: {}, inline_data: {} }), {}, TWICE),
    invalid(`${PART}.inline_data`, `(${STUDIO_TYPE}.Blob), "abcd"`, asking({ inlineData: 'abcd' })),
    invalid(
      `${PART}.inline_data.data`,
      '(TYPE_BYTES), Base64 decoding failed for "no base64!"',
      asking({ inlineData: { data: 'no base64!' } }),
    ),
    invalid(
      `${PART}.inline_data.data`,
      `(TYPE_BYTES), Base64 decoding failed for "data:image/png;base64,${PHOTO.toString('base64').slice(0, 78)}…"`,
      asking({ inlineData: { data: `data:image/png;base64,${PHOTO.toString('base64')}` } }),
    ),
    invalid(
      `${PART}.thought_signature`,
      '(TYPE_BYTES), Base64 decoding failed for "?"',
      asking({ ...inline(), thoughtSignature: '?' }),
    ),
    invalid(`${PART}.thought`, '(TYPE_BOOL), "maybe"', asking({ text: 'a', thought: 'maybe' })),
    invalid(
      `${PART}.function_call.args`,
      '(type.googleapis.com/google.protobuf.Struct), "x"',
      asking({ functionCall: { args: 'x' } }),
    ),
    invalid(
      `${PART}.function_response.response`,
      "(Struct), Cannot bind a list to struct for field 'response'.",
      asking({ functionResponse: { response: [] } }),
    ),
    invalid(
      `${PART}.executable_code.language`,
      `(${STUDIO_TYPE}.ExecutableCode.Language), "JS"`,
      asking({ executableCode: { language: 'JS' } }),
    ),
    invalid(
      `${PART}.media_resolution`,
      `(${STUDIO_TYPE}.PartMediaResolution), "HIGH"`,
      asking({ ...inline(), mediaResolution: 'HIGH' }),
    ),
    invalid(
      `${PART}.video_metadata.fps`,
      '(TYPE_DOUBLE), "fast"',
      asking({ ...inline(), videoMetadata: { fps: 'fast' } }),
    ),
    invalid('system_instruction', `(${STUDIO_TYPE}.Content), "sys"`, { ...HI, systemInstruction: 'sys' }),
    unknown('systemInstruction', '', { ...HI, systemInstruction: [{ parts: [] }] }, {}, LIST),
    unknown('generationConfig', '', editWith([]), {}, LIST),
    invalid('generation_config', `(${STUDIO_TYPE}.GenerationConfig), "x"`, editWith('x')),
    invalid(
      'generation_config.response_modalities[0]',
      `(${STUDIO_TYPE}.GenerationConfig.Modality), "FOO"`,
      editWith({ responseModalities: ['FOO'] }),
    ),
    invalid(
      'generation_config.response_modalities[1]',
      `(${VERTEX_TYPE}.GenerationConfig.Modality), 7`,
      editWith({ response_modalities: ['TEXT', 7] }),
      VERTEX,
    ),
    invalid(
      'generation_config.thinking_config.thinking_level',
      `(${STUDIO_TYPE}.ThinkingConfig.ThinkingLevel), "ULTRA"`,
      editWith({ thinkingConfig: { thinkingLevel: 'ULTRA' } }),
    ),
    invalid(
      'generation_config.thinking_config.thinking_budget',
      '(TYPE_INT32), 0.5',
      editWith({ thinkingConfig: { thinkingBudget: 0.5 } }),
    ),
    invalid('generation_config.seed', '(TYPE_INT32), 1.5', editWith({ seed: 1.5 })),
    invalid('generation_config.seed', '(TYPE_INT32), 4294967296', editWith({ seed: 4294967296 })),
    invalid('generation_config.temperature', '(TYPE_FLOAT), "hot"', editWith({ temperature: 'hot' })),
    invalid('generation_config.stop_sequences[0]', '(TYPE_STRING), 1', editWith({ stopSequences: [1] })),
    invalid(`${IMAGE_CONFIG}.aspect_ratio`, '(TYPE_STRING), 1.5', imageWith({ aspectRatio: 1.5 })),
    invalid(`${IMAGE_CONFIG}.image_size`, '(TYPE_STRING), 512', imageWith({ imageSize: 512 })),
    invalid(
      `${IMAGE_CONFIG}.person_generation`,
      `(${VERTEX_TYPE}.ImageConfig.PersonGeneration), "allow_all"`,
      imageWith({ personGeneration: 'allow_all' }),
      VERTEX,
    ),
    invalid(
      'generation_config.response_format.image.image_size',
      `(${STUDIO_TYPE}.ImageSize), "1k"`,
      editWith({ responseFormat: { image: { imageSize: '1k' } } }),
    ),
    invalid(
      'generation_config.response_format[0].image.aspect_ratio',
      `(${STUDIO_TYPE}.AspectRatio), "17:3"`,
      editWith({ responseFormat: [{ image: { aspectRatio: '17:3' } }] }),
    ),
    unknown('type', 'generation_config.response_format', editWith({ responseFormat: { type: 'image' } })),
    invalid(
      'generation_config.response_schema',
      "(Struct), Cannot bind a list to struct for field 'response_schema'.",
      editWith({ responseSchema: [] }),
    ),
    invalid(
      'generation_config.media_resolution',
      `(${STUDIO_TYPE}.GenerationConfig.MediaResolution), "LOW"`,
      editWith({ mediaResolution: 'LOW' }),
    ),
    invalid('safety_settings[0].category', `(${STUDIO_TYPE}.HarmCategory), "harassment"`, {
      ...HI,
      safetySettings: [{ category: 'harassment' }],
    }),
    invalid('safety_settings[0].category', `(${STUDIO_TYPE}.HarmCategory), "HARM_CATEGORY_IMAGE_HATE"`, {
      ...HI,
      safetySettings: [{ category: 'HARM_CATEGORY_IMAGE_HATE' }],
    }),
    invalid('safety_settings[0].threshold', `(${STUDIO_TYPE}.SafetySetting.HarmBlockThreshold), "off"`, {
      ...HI,
      safetySettings: [{ threshold: 'off' }],
    }),
    invalid(
      'tool_config.function_calling_config.mode',
      `(${STUDIO_TYPE}.FunctionCallingConfig.Mode), "auto"`,
      { ...HI, toolConfig: { functionCallingConfig: { mode: 'auto' } } },
    ),
    invalid('service_tier', `(${STUDIO_TYPE}.ServiceTier), "batch"`, { ...HI, serviceTier: 'batch' }),
    invalid('labels[0].value', '(TYPE_STRING), 1', { ...HI, labels: { k: 1 } }, VERTEX),
    invalid('labels', "(Map), Cannot bind a list to map for field 'labels'.", { ...HI, labels: [] }, VERTEX),
    invalid('', '(cached_content), Starting an object on a scalar field', { ...HI, cachedContent: {} }),
  ])('$message', async ({ document, context, field, message }) => {
    const error = await refusal(document, context)
    const violation = { ...(field !== '' && { field }), description: message }
    expect(error.envelope).toEqual({
      error: {
        code: 400,
        message,
        status: 'INVALID_ARGUMENT',
        details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [violation] }],
      },
    })
  })
})
