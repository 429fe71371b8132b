import { decodeBase64 } from '../../wire/base64.ts'
import { JsonBlob } from '../../wire/json-blob.ts'

/** A `bytes` field. */
export interface Base64Value {
  /** Decoded, before base64. */
  readonly byteLength: number
  bytes(): Buffer
  /** Standard alphabet, padded, whichever was sent. */
  base64(): string
}

/**
 * `null` where it is not base64. To know that is to decode it, so it is decoded here, once, and kept: natively, without
 * a string of its length, and beyond the life of the body it came in.
 */
export function readBase64(source: string | JsonBlob): Base64Value | null {
  const bytes = source instanceof JsonBlob ? source.base64() : decodeBase64(source)
  if (bytes === null) return null
  return { byteLength: bytes.byteLength, bytes: () => bytes, base64: () => bytes.toString('base64') }
}
