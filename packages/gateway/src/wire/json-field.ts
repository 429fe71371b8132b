import { isJsonObject, type JsonObject } from '../contract/json-object.ts'
import { JsonBlob } from './json-blob.ts'

export function asObject(value: unknown): JsonObject | undefined {
  return isJsonObject(value) && !(value instanceof JsonBlob) ? value : undefined
}

/** The value of a field called in lowerCamelCase, also where it is spelled in snake_case. */
export function field(object: JsonObject | undefined, name: string): unknown {
  if (object === undefined) return undefined
  if (Object.hasOwn(object, name)) return object[name]
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return Object.hasOwn(object, snake) ? object[snake] : undefined
}

export function objectField(object: JsonObject | undefined, name: string): JsonObject | undefined {
  return asObject(field(object, name))
}

/** The objects of a list; anything else in it is passed over. */
export function objectsField(object: JsonObject | undefined, name: string): readonly JsonObject[] {
  const value = field(object, name)
  return Array.isArray(value) ? value.map(asObject).filter((item) => item !== undefined) : []
}

/**
 * A million letters are several times what any image model reads. Making a string of ninety million takes a second in
 * which nobody else is served.
 */
export const MOST_TEXT_BYTES = 1024 * 1024

/** A text that is not empty; enum values by number are given as digits. One that nobody could read counts as none. */
export function textField(object: JsonObject | undefined, name: string): string | undefined {
  const value = field(object, name)
  if (typeof value === 'number') return String(value)
  if (value instanceof JsonBlob) return value.byteLength > MOST_TEXT_BYTES ? undefined : value.text()
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A count: proto3 writes 64-bit integers as strings. Nonsense counts as nothing. */
export function countField(object: JsonObject | undefined, name: string): number | undefined {
  const value = field(object, name)
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  const count = Number(value)
  return Number.isSafeInteger(count) && count >= 0 ? count : undefined
}
