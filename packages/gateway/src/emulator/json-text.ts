import { z } from 'zod'
import { JsonBlob } from '../wire/json-blob.ts'

/** A string of a JSON body as it was read: long ones are still the bytes that were received. */
export type JsonText = string | JsonBlob

export const jsonText = z.custom<JsonText>(
  (value) => typeof value === 'string' || value instanceof JsonBlob,
  'must be a string',
)

/** One that is short, or has to be a string of its own. */
export const plainText = jsonText.transform((text) => (typeof text === 'string' ? text : text.text()))
