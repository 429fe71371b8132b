import { isJsonObject, type JsonObject } from '../contract/json-object.ts'

/** The object a text holds; `undefined` for anything else. The parser's words are not kept: they quote the text. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A text of an object that is not empty. */
export function textOf(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
