import type { TakeMemory } from '../contract/wire.ts'

const WHITESPACE = /[\t\n\f\r ]+/g
const PADDING = /=+$/

/**
 * Reads base64 of either alphabet, padded or not, with or without line breaks.
 * Returns `null` where a character is foreign or missing: bytes with a hole in them are no image.
 */
export function decodeBase64(text: string): Buffer | null {
  // Node reads a letter beyond ASCII by its lower byte: `Ł` would pass for `A`.
  if (Buffer.byteLength(text) !== text.length) return null
  return decodeDense(text) ?? decodeDense(text.replaceAll(WHITESPACE, ''))
}

/** The text without whitespace, as nearly every answer has it: one pass of native code and a comparison. */
function decodeDense(text: string): Buffer | null {
  const padding = PADDING.exec(text.slice(-4))?.[0].length ?? 0
  const byteLength = decodedLength(text.length, padding)
  if (byteLength === null) return null
  const bytes = Buffer.from(text, 'base64')
  // Node skips what it does not know and stops at an early `=`: either makes the result too short.
  return bytes.length === byteLength ? bytes : null
}

/** How many bytes a text of that length is, of which so much is padding; `null` where it cannot be base64. */
export function decodedLength(length: number, padding: number): number | null {
  const symbols = length - padding
  // One symbol left over carries 6 bits, which is no byte; padding fills a group of four and nothing else.
  if (symbols % 4 === 1 || (padding > 0 && (padding > 2 || length % 4 !== 0))) return null
  return Math.floor((symbols * 3) / 4)
}

/** Above about 96 KiB Node's decoder takes three times as long a byte. A multiple of four symbols. */
export const SLICE_SYMBOLS = 64 * 1024

/** Whole groups of three. What is made a string of at once: short ones go with the next small collection of garbage. */
const STEP_BYTES = 12 * 1024

/** Standard alphabet, padded, as ASCII bytes ready to be sent; in memory of their own, unless told. */
export function encodeBase64(bytes: Uint8Array, take: TakeMemory = Buffer.allocUnsafe): Buffer {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = 4 * Math.ceil(view.length / 3)
  const ascii = take(length).subarray(0, length)
  let written = 0
  for (let at = 0; at < view.length; at += STEP_BYTES) {
    written += ascii.write(view.toString('base64', at, at + STEP_BYTES), written, 'latin1')
  }
  return ascii
}
