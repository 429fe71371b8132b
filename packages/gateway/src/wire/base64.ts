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
  const length = text.length - padding
  // One symbol left over carries 6 bits, which is no byte; padding fills a group of four and nothing else.
  if (length % 4 === 1 || (padding > 0 && (padding > 2 || text.length % 4 !== 0))) return null
  const bytes = Buffer.from(text, 'base64')
  // Node skips what it does not know and stops at an early `=`: either makes the result too short.
  return bytes.length === Math.floor((length * 3) / 4) ? bytes : null
}

/** Standard alphabet, padded, as ASCII bytes ready to be sent. */
export function encodeBase64(bytes: Uint8Array): Buffer {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Buffer.from(view.toString('base64'), 'latin1')
}
