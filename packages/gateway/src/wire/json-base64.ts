import { decodedLength, SLICE_SYMBOLS } from './base64.ts'
import { viewOf } from './byte-ranges.ts'

/**
 * Reads base64 out of the raw inside of a JSON string, given in pieces: what `decodeBase64` would make of its text.
 * Plain symbols, as nearly everybody sends them, are decoded where they lie.
 */
export function decodeJsonBase64(pieces: readonly Uint8Array[], byteLength: number): Buffer | null {
  const bytes = decodeSymbols(pieces, byteLength)
  if (bytes !== null) return bytes
  const symbols = symbolsOf(pieces, byteLength)
  // What has neither escapes nor spaces has been tried.
  return symbols === null || symbols.length === byteLength ? null : decodeSymbols([symbols], symbols.length)
}

/**
 * The same in slices, each good until the next is asked for. A `null` ends them where there is something in the text
 * that `decodeJsonBase64` may still read, escapes and spaces, or that is no base64 at all.
 */
export function* decodeJsonBase64Slices(
  pieces: readonly Uint8Array[],
  length: number,
): Generator<Buffer | null> {
  const byteLength = decodedLength(length, paddingOf(pieces))
  if (byteLength === null) yield null
  else yield* slicesOf(pieces, length, { byteLength })
}

function decodeSymbols(pieces: readonly Uint8Array[], length: number): Buffer | null {
  const byteLength = decodedLength(length, paddingOf(pieces))
  if (byteLength === null) return null
  const bytes = Buffer.allocUnsafeSlow(byteLength)
  for (const slice of slicesOf(pieces, length, bytes)) if (slice === null) return null
  return bytes
}

/**
 * What the symbols mean, slice by slice: behind each other in `into` where that has room for all, else each in the place
 * of the one before. Ends with `null` where they are no base64.
 */
function* slicesOf(
  pieces: readonly Uint8Array[],
  length: number,
  into: Buffer | { readonly byteLength: number },
): Generator<Buffer | null> {
  const whole = Buffer.isBuffer(into) ? into : null
  const target = whole ?? Buffer.allocUnsafe((SLICE_SYMBOLS / 4) * 3)
  let read = 0
  let written = 0
  // The symbols of a group of four that ends in the next piece.
  let begun = ''
  for (const piece of pieces) {
    for (let at = 0; at < piece.byteLength;) {
      const taken = Math.min(piece.byteLength - at, SLICE_SYMBOLS - begun.length)
      const symbols = begun + viewOf(piece).toString('latin1', at, at + taken)
      at += taken
      read += taken
      const complete = read === length ? symbols.length : symbols.length - (symbols.length % 4)
      begun = symbols.slice(complete)
      const expected = read === length ? into.byteLength - written : (complete / 4) * 3
      const offset = whole === null ? 0 : written
      // Node skips what it does not know and stops at an early `=`: either makes the slice too short.
      if (target.write(symbols.slice(0, complete), offset, 'base64') !== expected) return yield null
      written += expected
      yield target.subarray(offset, offset + expected)
    }
  }
}

const EQUALS = 0x3d

/** How many of the last four bytes are trailing `=`. */
function paddingOf(pieces: readonly Uint8Array[]): number {
  const tail = pieces.slice(-4).flatMap((piece) => [...piece.subarray(-4)])
  const symbol = tail.slice(-4).findLastIndex((byte) => byte !== EQUALS)
  return Math.min(tail.length, 4) - 1 - symbol
}

const BACKSLASH = 0x5c
const SLASH = 0x2f
const LETTER_U = 0x75
/** What the letters of an escape mean where it is whitespace, which base64 may hold. */
const ESCAPED_SPACE = new Set(Buffer.from('nrtf'))
const SPACE = new Set(Buffer.from('\t\n\f\r '))

/**
 * Unescapes and drops whitespace. PHP writes every slash as `\/`, .NET every plus as `\u002B`, and MIME encoders
 * break lines. Returns `null` at the first escape that means no symbol.
 */
function symbolsOf(pieces: readonly Uint8Array[], byteLength: number): Buffer | null {
  const symbols = Buffer.allocUnsafeSlow(byteLength)
  let length = 0
  // 0 outside an escape, 1 after its backslash, then one more than the hex digits that are left of it.
  let escape = 0
  let code = 0
  for (const piece of pieces) {
    for (const byte of piece) {
      if (escape === 0) {
        if (byte === BACKSLASH) escape = 1
        else if (!SPACE.has(byte)) symbols[length++] = byte
      } else if (escape === 1) {
        escape = byte === LETTER_U ? 5 : 0
        code = 0
        if (byte === SLASH) symbols[length++] = byte
        else if (byte !== LETTER_U && !ESCAPED_SPACE.has(byte)) return null
      } else {
        code = code * 16 + Number.parseInt(String.fromCodePoint(byte), 16)
        escape = escape === 2 ? 0 : escape - 1
        if (escape > 0 || SPACE.has(code)) continue
        if (!(code < 0x80)) return null
        symbols[length++] = code
      }
    }
  }
  return symbols.subarray(0, length)
}
