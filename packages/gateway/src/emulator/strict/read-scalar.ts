import { JsonBlob } from '../../wire/json-blob.ts'
import { type Base64Value, readBase64 } from './base64-value.ts'
import type { LeafField } from './message.ts'

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const BEYOND_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

/** A value as that type, by the rules of proto3 JSON; `undefined` where it is none. */
export function readScalar(
  kind: LeafField['kind'],
  written: unknown,
): string | boolean | number | Base64Value | undefined {
  if (kind === 'bytes') return isText(written) ? (readBase64(written) ?? undefined) : undefined
  const value = written instanceof JsonBlob ? written.text() : written
  switch (kind) {
    case 'string':
      return typeof value === 'string' ? value : undefined
    case 'bool':
      if (value === 'true' || value === 'false') return value === 'true'
      return typeof value === 'boolean' ? value : undefined
    case 'int32':
      return integerWithin(2 ** 31, value)
    case 'int64':
      return integerWithin(2 ** 63, value)
    case 'float':
    case 'double':
      return numberOf(value) ?? (typeof value === 'string' ? BEYOND_NUMBERS.get(value) : undefined)
  }
}

/** Whether it is a JSON string, short or long. */
export function isText(value: unknown): value is string | JsonBlob {
  return typeof value === 'string' || value instanceof JsonBlob
}

/** `1.0`, `"1"` and `"1e3"` are integers; two's complement has one more below than above. */
function integerWithin(end: number, value: unknown): number | undefined {
  const number = numberOf(value)
  return number !== undefined && Number.isInteger(number) && number >= -end && number < end
    ? number
    : undefined
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && JSON_NUMBER.test(value) ? Number(value) : undefined
}
