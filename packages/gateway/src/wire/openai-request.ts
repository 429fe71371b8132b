import { PlantainError } from '../contract/error.ts'
import type { JsonObject } from '../contract/json-object.ts'
import { type ImageSize, MAX_COUNT, type OutputType } from '../contract/request.ts'
import { JsonBlob } from './json-blob.ts'
import { MOST_TEXT_BYTES } from './json-field.ts'
import { OPENAI_QUALITIES, readSize, type Shape } from './openai-sizes.ts'

/** What a request asks for besides its pictures; `null`: it does not say. */
export interface OpenAiAsk {
  readonly prompt: string
  readonly model: string | null
  readonly count: number | null
  readonly shape: Shape | null
  /** Of `quality`, where `size` leaves it open. */
  readonly imageSize: ImageSize | null
  readonly mimeType: OutputType | null
  /** 1 to 100, of `output_compression`. */
  readonly quality: number | null
  readonly format: 'url' | 'b64_json' | null
  readonly stream: boolean
  readonly partialImages: number
}

const FORMATS: Readonly<Record<string, OutputType>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
}

const MOST_PARTIAL_IMAGES = 3

/** Reads the fields that have a meaning here. Throws `invalid_request` or `unsupported_option`, naming the field. */
export function readOpenAiAsk(fields: JsonObject): OpenAiAsk {
  const prompt = textIn(fields, 'prompt')
  if (prompt === null || prompt.trim() === '') throw wrong('prompt', 'is missing: say in words what to make')
  const shape = shapeIn(fields)
  const stream = flagIn(fields, 'stream')
  const partialImages = countIn(fields, 'partial_images', { least: 0, most: MOST_PARTIAL_IMAGES }) ?? 0
  const format = wordIn(fields, 'response_format', ['url', 'b64_json'])
  if (partialImages > 0 && !stream) throw wrong('partial_images', 'is for streams: send stream: true as well')
  if (stream && format === 'url') {
    throw wrong('response_format', 'is url, and a stream holds its pictures itself: leave out one of the two')
  }
  return {
    prompt,
    model: textIn(fields, 'model'),
    count: countIn(fields, 'n', { least: 1, most: MAX_COUNT }),
    shape,
    imageSize: sizeClassIn(fields, shape),
    ...writingIn(fields),
    format,
    stream,
    partialImages,
  }
}

function shapeIn(fields: JsonObject): Shape | null {
  const size = textIn(fields, 'size')
  if (size === null) return null
  const read = readSize(size)
  if (read.kind === 'shape') return read.shape
  throw wrong('size', read.why)
}

/** What `size` says of pixels holds: a quality is no reason to make more of them than were asked for. */
function sizeClassIn(fields: JsonObject, shape: Shape | null): ImageSize | null {
  const quality = wordIn(fields, 'quality', Object.keys(OPENAI_QUALITIES))
  return shape === null && quality !== null ? (OPENAI_QUALITIES[quality] ?? null) : null
}

function writingIn(fields: JsonObject): Pick<OpenAiAsk, 'mimeType' | 'quality'> {
  const format = wordIn(fields, 'output_format', Object.keys(FORMATS))
  const compression = countIn(fields, 'output_compression', { least: 0, most: 100 })
  const mimeType = format === null ? null : (FORMATS[format] ?? null)
  const lossy = mimeType === 'image/jpeg' || mimeType === 'image/webp'
  if (compression !== null && compression < 100 && !lossy) {
    throw wrong('output_compression', 'is of jpeg and webp: say one of them in output_format')
  }
  return { mimeType, quality: compression === null || !lossy ? null : Math.max(1, compression) }
}

function textIn(fields: JsonObject, name: string): string | null {
  const value = fields[name]
  if (value === undefined || value === null) return null
  if (value instanceof JsonBlob) {
    if (value.byteLength > MOST_TEXT_BYTES) {
      throw wrong(name, `is a text of more than ${MOST_TEXT_BYTES} bytes`)
    }
    return value.text()
  }
  if (typeof value !== 'string') throw wrong(name, 'is no text')
  return value
}

function wordIn<Word extends string>(fields: JsonObject, name: string, words: readonly Word[]): Word | null {
  const text = textIn(fields, name)
  if (text === null) return null
  const word = words.find((one) => one === text)
  if (word !== undefined) return word
  throw wrong(name, `is none of ${words.join(', ')}`)
}

function flagIn(fields: JsonObject, name: string): boolean {
  const value = fields[name] ?? false
  if (typeof value === 'boolean') return value
  throw wrong(name, 'is neither true nor false')
}

function countIn(
  fields: JsonObject,
  name: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | null {
  const value = fields[name]
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  const given = typeof value === 'number' ? `is ${value}` : 'is no number'
  throw wrong(name, `${given}; it takes a whole number from ${least} to ${most}`)
}

/** A mistake in a field; what was written there is not repeated. */
export function wrong(field: string, what: string): PlantainError {
  return new PlantainError('invalid_request', `${field} ${what}.`, { field })
}
