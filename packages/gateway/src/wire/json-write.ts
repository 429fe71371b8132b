import { JsonBlob } from './json-blob.ts'

/**
 * Writes a value as `JSON.stringify` would, in pieces to be sent one after the other: every `JsonBlob` and
 * `Base64Bytes` in it as the very bytes it holds. Throws `TypeError` where nothing would be written, as for
 * `undefined`.
 */
export function writeJson(value: unknown): readonly Uint8Array[] {
  const blobs: JsonBlob[] = []
  const shield = (_: string, inner: unknown): unknown => shielded(inner, blobs)
  // What holds blobs is replaced before they are reached: their own `toJSON` would make strings of them.
  const root = value instanceof JsonBlob ? shielded(value, blobs) : value
  const json: string | undefined = JSON.stringify(root, shield)
  if (json === undefined) throw new TypeError(`JSON cannot hold ${typeof value}.`)
  // Even elements are text, odd ones numbers of blobs.
  return json.split(STAND_IN).flatMap((part, index) => {
    const blob = index % 2 === 1 ? blobs[Number(part)] : undefined
    if (blob === undefined) return part === '' ? [] : [Buffer.from(part)]
    return [QUOTE, ...blob.raw(), QUOTE]
  })
}

const QUOTE = Buffer.from('"')

/**
 * A quote and then an escaped slash is what `JSON.stringify` never writes: it leaves slashes as they are, and of a
 * backslash in a string or key it makes two. So no text of a user can spell a stand-in.
 */
const STAND_IN = /"\\\/(\d+)"/

declare global {
  interface JSON {
    /** Since Node 22; TypeScript does not list it yet. The text of one string, number or word, to go out as it is. */
    rawJSON(json: string): object
  }
}

function shielded(value: unknown, blobs: JsonBlob[]): unknown {
  const shield = (inner: unknown): unknown =>
    inner instanceof JsonBlob ? JSON.rawJSON(`"\\/${blobs.push(inner) - 1}"`) : inner
  if (typeof value !== 'object' || value === null || value instanceof JsonBlob) return shield(value)
  if (!Object.values(value).some((inner) => inner instanceof JsonBlob)) return value
  if (Array.isArray(value)) return value.map(shield)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shield(inner)]))
}
