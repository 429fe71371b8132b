import { z } from 'zod'
import { ASPECT_RATIOS, IMAGE_SIZES } from '../../contract/request.ts'
import { jsonText, plainText } from '../json-text.ts'

const MIME_TYPES = [
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/heic',
  'image/heif',
  'image/gif',
  'image/bmp',
  'image/tiff',
] as const

const resolution = z.enum(['low', 'medium', 'high', 'ultra_high']).optional()
const TextContent = z.strictObject({
  type: z.literal('text'),
  text: plainText,
  annotations: z.array(z.looseObject({})).optional(),
})
const ImageContent = z.strictObject({
  type: z.literal('image'),
  data: jsonText.optional(),
  uri: z.string().optional(),
  mime_type: z.enum(MIME_TYPES).optional(),
  resolution,
})
const OtherContent = z.looseObject({
  type: z.enum(['audio', 'document', 'video']),
  data: jsonText.optional(),
  uri: z.string().optional(),
  mime_type: z.string().optional(),
})

/** One piece of what is said, by whomever. */
export const Content = z.discriminatedUnion('type', [TextContent, ImageContent, OtherContent])
export type Content = z.infer<typeof Content>

const contents = z.array(Content).optional()

/** One step of a conversation that is sent whole. Steps of tools are left out, as the tools are. */
export const Step = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('user_input'), content: contents }),
  z.strictObject({
    type: z.literal('model_output'),
    content: contents,
    error: z.looseObject({}).optional(),
  }),
  z.strictObject({ type: z.literal('thought'), signature: jsonText.optional(), summary: contents }),
])
export type Step = z.infer<typeof Step>

const ratio = z.enum(ASPECT_RATIOS).optional()
const size = z.enum(IMAGE_SIZES).optional()
const delivery = z.enum(['inline', 'uri']).optional()

export const ResponseFormat = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('image'),
    mime_type: z.string().optional(),
    aspect_ratio: ratio,
    image_size: size,
    delivery,
  }),
  z.strictObject({
    type: z.literal('text'),
    mime_type: z.enum(['text/plain', 'application/json']).optional(),
    schema: z.looseObject({}).optional(),
  }),
  z.looseObject({ type: z.enum(['audio', 'video']) }),
])
export type ResponseFormat = z.infer<typeof ResponseFormat>

const GenerationConfig = z.strictObject({
  image_config: z.strictObject({ aspect_ratio: ratio, image_size: size }).optional(),
  max_output_tokens: z.int().min(1).optional(),
  seed: z.int().optional(),
  speech_config: z.unknown().optional(),
  stop_sequences: z.array(z.string()).optional(),
  temperature: z.number().min(0).max(2).optional(),
  thinking_level: z.enum(['minimal', 'low', 'medium', 'high']).optional(),
  thinking_summaries: z.enum(['auto', 'none']).optional(),
  tool_choice: z.union([z.enum(['auto', 'any', 'none', 'validated']), z.looseObject({})]).optional(),
  top_p: z.number().min(0).max(1).optional(),
  transcription_config: z.unknown().optional(),
  video_config: z.unknown().optional(),
})

const SafetySetting = z.strictObject({
  type: z.enum([
    'hate_speech',
    'dangerous_content',
    'harassment',
    'sexually_explicit',
    'civic_integrity',
    'image_hate',
    'image_dangerous_content',
    'image_harassment',
    'image_sexually_explicit',
    'jailbreak',
  ]),
  threshold: z.enum([
    'block_low_and_above',
    'block_medium_and_above',
    'block_only_high',
    'block_none',
    'off',
  ]),
  method: z.enum(['severity', 'probability']).optional(),
})

const Tool = z.looseObject({
  type: z.enum([
    'function',
    'google_search',
    'code_execution',
    'url_context',
    'file_search',
    'google_maps',
    'computer_use',
    'mcp_server',
    'retrieval',
  ]),
})

/** Old examples write the modalities in capitals. */
const Modality = z.preprocess(
  (value) => (typeof value === 'string' ? value.toLowerCase() : value),
  z.enum(['text', 'image', 'audio', 'video', 'document']),
)

/**
 * The body of `POST interactions` as the types of `@google/genai` 3.1.0 have it. What may be one thing or a list of them
 * is read apart, so that mistakes are told of what was sent.
 */
export const RequestBody = z.strictObject({
  model: z.string().optional(),
  input: z.unknown().optional(),
  response_format: z.unknown().optional(),
  response_modalities: z.array(Modality).optional(),
  response_mime_type: z.string().optional(),
  generation_config: GenerationConfig.optional(),
  system_instruction: plainText.optional(),
  previous_interaction_id: z.string().optional(),
  store: z.boolean().optional(),
  stream: z.boolean().optional(),
  background: z.boolean().optional(),
  safety_settings: z.array(SafetySetting).optional(),
  tools: z.array(Tool).optional(),
  service_tier: z.enum(['flex', 'standard', 'priority', 'deferred']).optional(),
  labels: z.record(z.string().max(63), z.string().max(63)).optional(),
  agent: z.unknown().optional(),
  agent_config: z.unknown().optional(),
  cached_content: z.unknown().optional(),
  continuation_token: z.unknown().optional(),
  environment: z.unknown().optional(),
  webhook_config: z.unknown().optional(),
})
export type RequestBody = z.infer<typeof RequestBody>
