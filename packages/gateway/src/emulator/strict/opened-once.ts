import { invalidArgument } from '../../wire/api-error.ts'
import type { AskedImage } from '../asked.ts'

/** Gives what is stored or found at an address; rejects with the `ApiError` to be answered. */
export type OpenFile = (uri: string) => Promise<AskedImage>

/**
 * What the files of one request may hold together: as much as a request to AI Studio may bring itself. Google's limit
 * and words have not been seen; both are the emulator's own. Inline images are bounded by the body that brings them.
 */
export const MOST_OPENED_BYTES = 100_000_000

/** Opens each address of a request once, however often it is named. Rejects with an `ApiError` 400 above `MOST_OPENED_BYTES`. */
export function openedOnce(open: OpenFile): OpenFile {
  const opened = new Map<string, AskedImage>()
  let bytes = 0
  return async (uri) => {
    const known = opened.get(uri)
    if (known !== undefined) return known
    const file = await open(uri)
    bytes += file.bytes.byteLength
    if (bytes > MOST_OPENED_BYTES) {
      throw invalidArgument(
        `The files of this request hold more than ${MOST_OPENED_BYTES} bytes together, which the emulator does not open at once.`,
      )
    }
    opened.set(uri, file)
    return file
  }
}
