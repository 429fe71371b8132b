import { PlantainError } from '../contract/error.ts'
import { type EncodedImage, heldImage } from '../contract/request.ts'
import { decodeBase64 } from './base64.ts'
import { JsonBlob } from './json-blob.ts'

/** Pieces of an image ended in the middle: it has to be read whole, or is none. */
export class OddlySpelledError extends Error {
  override readonly name = 'OddlySpelledError'
}

/** An image that lies in a document as base64; decoded anew whenever it is asked for, and never kept. */
export function blobImage(blob: JsonBlob): EncodedImage {
  return {
    byteLength: Math.ceil((blob.byteLength * 3) / 4),
    ...blob.digest,
    bytes: () => mustBeBase64(blob.base64()),
    base64: () => blob.standardBase64(),
    pieces: function* pieces() {
      for (const slice of blob.base64Slices()) {
        if (slice === null) throw new OddlySpelledError()
        yield slice
      }
    },
  }
}

/** The same of a text so short that it is a string. */
export function textImage(text: string): EncodedImage {
  const bytes = () => mustBeBase64(decodeBase64(text))
  return {
    byteLength: Math.ceil((text.length * 3) / 4),
    bytes,
    pieces: function* pieces() {
      yield bytes()
    },
  }
}

/** An image that is one: `undefined` where there is no text, `null` where it is no base64. */
export function soundImage(data: unknown): EncodedImage | null | undefined {
  if (data instanceof JsonBlob && data.digest !== null) return blobImage(data)
  const bytes =
    data instanceof JsonBlob
      ? data.base64()
      : typeof data === 'string' && data !== ''
        ? decodeBase64(data)
        : undefined
  return bytes && heldImage(bytes)
}

function mustBeBase64<Bytes extends Uint8Array>(bytes: Bytes | null): Bytes {
  if (bytes !== null) return bytes
  throw new PlantainError(
    'invalid_request',
    'The data of an image is no base64: it has a hole, or letters that do not belong there. Encode the file again, in one piece.',
  )
}
