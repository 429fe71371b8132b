import { z } from 'zod'
import { PlantainError } from '../../contract/error.ts'
import type { JsonObject } from '../../contract/json-object.ts'
import {
  ASPECT_RATIOS,
  IMAGE_SIZES,
  type ModelSettings,
  OUTPUT_TYPES,
  type OutputOptions,
} from '../../contract/request.ts'
import { createFieldCheck } from '../../wire/fields/field-table.ts'
import { INTERACTIONS_FIELDS } from '../../wire/fields/interactions.ts'
import { mistake } from '../edit-options.ts'
import { GENERATION_SETTINGS, modelSettings, SETTINGS } from './model-settings.ts'
import { readConversation, type Turn } from './conversation.ts'

/** What `POST interactions` asks for, in words of an edit. */
export interface InteractionRequest {
  /** `null`: the first target's own. */
  readonly model: string | null
  /** The last is the user's, and says what to do. */
  readonly turns: readonly Turn[]
  readonly output: OutputOptions
  /** Whether links are wanted in place of the images. */
  readonly asLinks: boolean
  readonly seed: number | null
  /** `null`: the model is told nothing beside the edit. */
  readonly settings: ModelSettings | null
  /** Whether the answer is to come as events. */
  readonly stream: boolean
  /** Whether what the model says beside the picture is wanted. */
  readonly wantsText: boolean
}

const ratio = z.enum(ASPECT_RATIOS).nullish()
const size = z.enum(IMAGE_SIZES).nullish()

const Format = z.object({
  type: z.string(),
  mime_type: z.string().nullish(),
  aspect_ratio: ratio,
  image_size: size,
  delivery: z.enum(['inline', 'uri']).nullish(),
})
type Format = z.infer<typeof Format>

/** Of what the table of fields lets through the part that has values of its own; `input` is read apart. */
const Body = z.object({
  ...SETTINGS,
  model: z.string().min(1).nullish(),
  response_format: z.preprocess(asList, z.array(Format)),
  response_modalities: z.array(z.string()).nullish(),
  generation_config: z
    .object({
      ...GENERATION_SETTINGS,
      image_config: z.object({ aspect_ratio: ratio, image_size: size }).nullish(),
      seed: z.int().min(0).max(2_147_483_647).nullish(),
    })
    .nullish(),
  stream: z.boolean().nullish(),
})
type Body = z.infer<typeof Body>

const ImageType = z.enum(OUTPUT_TYPES).nullish()

const checkFields = createFieldCheck(INTERACTIONS_FIELDS)

/** Throws `PlantainError` naming the field: `invalid_request`, `unsupported_option`, or `not_implemented`. */
export function readInteractionRequest(document: JsonObject): InteractionRequest {
  const unfit = checkFields(document)
  if (unfit !== null) throw new PlantainError(unfit.code, unfit.message)
  const body = read(Body, document)
  const kinds = kindsOf(body)
  mustBePlainWords(body)
  const format = imageFormatOf(body)
  return {
    model: body.model?.replace(/^models\//, '') ?? null,
    turns: readConversation(document['input']),
    output: outputOf(format, body),
    asLinks: format?.delivery === 'uri',
    seed: body.generation_config?.seed ?? null,
    settings: modelSettings(body),
    stream: body.stream ?? false,
    // Where nothing is said, all comes that the model gives.
    wantsText: kinds.length === 0 || kinds.includes('text'),
  }
}

function asList(value: unknown): unknown {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown, place = ''): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const mistakes = result.error.issues.map((issue) =>
    mistake(place === '' ? issue : { ...issue, path: [place, ...issue.path] }),
  )
  throw new PlantainError('invalid_request', `${mistakes.join('; ')}.`)
}

/** What is to come: the formats say it, and before there were formats the modalities did. */
function kindsOf({ response_format: formats, response_modalities: old }: Body): readonly string[] {
  const [place, said] =
    formats.length > 0
      ? ['response_format', formats.map(({ type }) => type)]
      : ['response_modalities', (old ?? []).map((kind) => kind.toLowerCase())]
  const isOther = said.some((kind) => kind !== 'image' && kind !== 'text')
  if (isOther || (said.length > 0 && !said.includes('image'))) {
    throw new PlantainError(
      'unsupported_option',
      `${place} asks for something else than a picture: an interaction here is an edit, which answers with a picture, and with words beside it. Name image, or image and text, or leave it out.`,
    )
  }
  return said
}

/** An edit says what it likes, in no form of its caller's. */
function mustBePlainWords({ response_format: formats }: Body): void {
  if (
    formats.some(({ type, mime_type: mime }) => type === 'text' && (mime ?? 'text/plain') !== 'text/plain')
  ) {
    throw new PlantainError(
      'unsupported_option',
      'response_format asks in mime_type for words of another form than text/plain, which an edit does not give.',
    )
  }
}

function imageFormatOf({ response_format: formats }: Body): Format | undefined {
  const images = formats.filter(({ type }) => type === 'image')
  if (images.length <= 1) return images[0]
  throw new PlantainError('invalid_request', 'response_format has several image formats; an edit has one.')
}

function outputOf(format: Format | undefined, { generation_config: config }: Body): OutputOptions {
  const old = config?.image_config
  const aspectRatio = agreed('aspect_ratio', format?.aspect_ratio, old?.aspect_ratio)
  const imageSize = agreed('image_size', format?.image_size, old?.image_size)
  const mimeType = read(ImageType, format?.mime_type, 'response_format.mime_type')
  return {
    ...(aspectRatio && { aspectRatio }),
    ...(imageSize && { imageSize }),
    ...(mimeType && { mimeType }),
  }
}

/** What stands in two places has to be the same. */
function agreed<Value>(name: string, one: Value, other: Value): Value {
  const said = one ?? other
  if ((other ?? said) === said) return said
  throw new PlantainError(
    'invalid_request',
    `response_format and generation_config.image_config ask for another ${name} each. Leave out the latter, which is the older.`,
  )
}
