import { encodeBase64 } from './base64.ts'

/** Standard base64 of bytes as they come, in pieces of its own; what is left over of three waits for more. */
export async function* base64Of(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left: Uint8Array = new Uint8Array()
  for await (const piece of pieces) {
    const bytes = left.byteLength === 0 ? piece : Buffer.concat([left, piece])
    const whole = bytes.byteLength - (bytes.byteLength % 3)
    if (whole > 0) yield encodeBase64(bytes.subarray(0, whole))
    left = bytes.slice(whole)
  }
  if (left.byteLength > 0) yield encodeBase64(left)
}

/** How many letters that many bytes are, padding included. */
export function base64Length(byteLength: number): number {
  return 4 * Math.ceil(byteLength / 3)
}
