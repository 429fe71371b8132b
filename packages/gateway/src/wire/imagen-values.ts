import { PlantainError } from '../contract/error.ts'
import type { JsonObject } from '../contract/json-object.ts'
import type { EncodedImage } from '../contract/request.ts'
import { dataUrlImage } from './data-url.ts'
import { encodedImage } from './gemini-document.ts'
import { JsonBlob } from './json-blob.ts'
import { asObject, field, MOST_TEXT_BYTES } from './json-field.ts'

// Values of a request that must be what they are called. All throw `invalid_request` naming the place.

/** A part of a document, and where it stands. */
export interface Placed {
  readonly object: JsonObject | undefined
  readonly place: string
}

/** The object a field holds; `undefined` in it where there is none. */
export function inside({ object, place }: Placed, name: string): Placed {
  const value = valueOf({ object, place }, name)
  if (value === undefined) return { object: undefined, place: at({ place }, name) }
  const inner = asObject(value)
  if (inner === undefined) throw wrong(at({ place }, name), 'has to be an object')
  return { object: inner, place: at({ place }, name) }
}

export function listIn(placed: Placed, name: string): readonly Placed[] | undefined {
  const value = valueOf(placed, name)
  if (value === undefined) return undefined
  const place = at(placed, name)
  if (!Array.isArray(value)) throw wrong(place, 'has to be a list')
  return value.map((item: unknown, index) => {
    const object = asObject(item)
    if (object === undefined) throw wrong(`${place}[${index}]`, 'has to be an object')
    return { object, place: `${place}[${index}]` }
  })
}

export function textIn(placed: Placed, name: string): string | undefined {
  const value = valueOf(placed, name)
  if (value === undefined) return undefined
  const place = at(placed, name)
  if (value instanceof JsonBlob) {
    if (value.byteLength > MOST_TEXT_BYTES) throw wrong(place, `has more than ${MOST_TEXT_BYTES} bytes`)
    return value.text()
  }
  if (typeof value !== 'string') throw wrong(place, 'has to be a text')
  return value
}

export function flagIn(placed: Placed, name: string): boolean | undefined {
  const value = valueOf(placed, name)
  if (value === undefined || typeof value === 'boolean') return value
  throw wrong(at(placed, name), 'has to be true or false')
}

interface Range {
  readonly from: number
  readonly to: number
  /** Whether only whole numbers will do; protobuf's `Struct` writes them as 1.0, and as JSON text some write "1". */
  readonly whole: boolean
}

export function numberIn(placed: Placed, name: string, { from, to, whole }: Range): number | undefined {
  const value = valueOf(placed, name)
  if (value === undefined) return undefined
  const number = typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value
  const fits = typeof number === 'number' && number >= from && number <= to
  if (fits && (!whole || Number.isInteger(number))) return number
  throw wrong(at(placed, name), `has to be a ${whole ? 'whole ' : ''}number from ${from} to ${to}`)
}

/** One of some words, which Google's libraries write in capitals and its pages in lower case. */
export function wordIn<const Word extends string>(
  placed: Placed,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = textIn(placed, name)
  if (text === undefined) return undefined
  const found = words.find((word) => word.toUpperCase() === text.toUpperCase())
  if (found !== undefined) return found
  throw wrong(at(placed, name), `has to be one of ${words.join(', ')}`)
}

/** What one of some words stands for. */
export function meaningIn<Meaning>(
  placed: Placed,
  name: string,
  meanings: Readonly<Record<string, Meaning>>,
): Meaning | undefined {
  const word = wordIn(placed, name, Object.keys(meanings))
  return word === undefined ? undefined : meanings[word]
}

/** A picture in base64; `undefined` where the object is missing. */
export function pictureIn(placed: Placed): EncodedImage | undefined {
  if (placed.object === undefined) return undefined
  const data = valueOf(placed, 'bytesBase64Encoded')
  const place = `${placed.place}.bytesBase64Encoded`
  if (data === undefined) throw wrong(place, 'is missing: a picture in base64')
  const text = typeof data === 'string' || data instanceof JsonBlob ? data : undefined
  const image = text === undefined ? null : (dataUrlImage(text) ?? encodedImage(text))
  if (image === null || image.byteLength === 0) throw wrong(place, 'holds no picture in base64')
  return image
}

/** As messages call it. */
function at({ place }: Pick<Placed, 'place'>, name: string): string {
  return place === '' ? name : `${place}.${name}`
}

/** `null` is proto3's way of saying nothing. */
function valueOf({ object }: Placed, name: string): unknown {
  return field(object, name) ?? undefined
}

export function wrong(place: string, what: string): PlantainError {
  return new PlantainError('invalid_request', `${place} ${what}.`)
}
