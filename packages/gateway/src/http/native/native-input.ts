import { PlantainError } from '../../contract/error.ts'
import type { JsonObject } from '../../contract/json-object.ts'
import type { EncodedImage, InputPart } from '../../contract/request.ts'
import { encodedImage } from '../../wire/gemini-document.ts'
import { JsonBlob } from '../../wire/json-blob.ts'
import { asObject, field, MOST_TEXT_BYTES, objectField, textField } from '../../wire/json-field.ts'
import { dataUrlImage } from '../../wire/data-url.ts'
import type { AskedPart } from '../stored-input.ts'

const MOST_PARTS = 64

/**
 * Reads `input`: a text, or texts and pictures in any order, each in the spellings that tutorials and other APIs have.
 * Throws `invalid_request` naming the part that is none.
 */
export function readInput(input: unknown): readonly AskedPart[] {
  const list = Array.isArray(input) ? input : [input]
  if (input === undefined || list.length === 0) {
    throw wrong(
      'input',
      'is missing: a list with the instruction and the photo, ["…", {"inlineData": {"mimeType": "image/jpeg", "data": "<base64>"}}]',
    )
  }
  if (list.length > MOST_PARTS) throw wrong('input', `has ${list.length} parts; ${MOST_PARTS} are taken`)
  return list.map((part: unknown, index) => readPart(part, `input[${index}]`))
}

/** A text, or a picture in one of its spellings. Throws `invalid_request`. */
export function readPart(part: unknown, place: string): AskedPart {
  if (typeof part === 'string' || part instanceof JsonBlob) return readText(part, place)
  const object = asObject(part)
  if (object === undefined) throw wrong(place, 'is neither a text nor an object')
  mustHoldOneThing(object, place)
  const text = textField(object, 'text')
  if (text !== undefined) return { kind: 'text', text }
  const stored = objectField(object, 'fileData')
  const uri = textField(stored, 'fileUri') ?? textField(object, 'uri') ?? textField(object, 'url')
  if (uri !== undefined && !uri.startsWith('data:')) return { kind: 'file', uri }
  const image = readImage(objectField(object, 'inlineData') ?? object, place)
  return { kind: 'image', image }
}

/** Of several only one would be read, and the others lost. */
function mustHoldOneThing(object: JsonObject, place: string): void {
  const held = THINGS.filter((name) => (field(object, name) ?? '') !== '')
  if (held.length > 1) throw wrong(place, `holds ${held.join(' and ')}; make them parts of their own`)
}

const THINGS = ['text', 'inlineData', 'fileData', 'data', 'uri', 'url', 'imageUrl'] as const

/** A text may be a data URL: then it is the picture. */
function readText(part: string | JsonBlob, place: string): InputPart {
  const image = dataUrlImage(part)
  if (image !== null) return { kind: 'image', image }
  if (typeof part !== 'string' && part.byteLength > MOST_TEXT_BYTES) {
    throw wrong(place, `is a text of more than ${MOST_TEXT_BYTES} bytes`)
  }
  const text = typeof part === 'string' ? part : part.text()
  if (text === '') throw wrong(place, 'is an empty text')
  return { kind: 'text', text }
}

/** A picture as an object that holds base64 in `data`, or a data URL in `url`, or as either by itself. Throws `invalid_request`. */
export function readImage(value: unknown, place: string): EncodedImage {
  const object = asObject(value)
  const data =
    object === undefined
      ? value
      : (field(object, 'data') ?? field(object, 'url') ?? field(object, 'uri') ?? field(object, 'imageUrl'))
  const text = typeof data === 'string' || data instanceof JsonBlob ? data : undefined
  const image = text === undefined ? null : (dataUrlImage(text) ?? encodedImage(text))
  if (image !== null && image.byteLength > 0) return image
  throw wrong(
    place,
    'is no text and holds no picture: base64 in inlineData.data, or a data URL (data:image/jpeg;base64,…)',
  )
}

export function wrong(place: string, what: string): PlantainError {
  return new PlantainError('invalid_request', `${place} ${what}.`)
}
