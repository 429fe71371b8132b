import { PlantainError } from '../contract/error.ts'
import { decodeBase64 } from './base64.ts'

/**
 * Reads an image given as text: base64 in either alphabet, or a `data:` URL.
 * Throws `PlantainError` with code `invalid_request`.
 */
export function readImageText(text: string): Uint8Array {
  const comma = text.startsWith('data:') ? text.indexOf(',') : -1
  if (comma >= 0 && !text.slice(0, comma).toLowerCase().endsWith(';base64')) {
    throw new PlantainError(
      'invalid_request',
      'The data URL is not base64: it has to read data:image/…;base64,….',
    )
  }
  const bytes = decodeBase64(text.slice(comma + 1))
  if (bytes) return bytes
  throw new PlantainError(
    'invalid_request',
    'The image text is neither base64 nor a data URL. To edit a file, read it first: readFileSync("photo.jpg").',
  )
}
