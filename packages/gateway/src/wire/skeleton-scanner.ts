import { type Base64Digest, type Base64Digester, createBase64Digester } from './base64-digest.ts'
import { nextByte } from './byte-ranges.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
/** How far a string is walked by hand before a native search is worth its call. */
const NEAR_BYTES = 64

/** A long string: the offsets of its first byte and of the quote that ends it. */
export interface LongString {
  readonly start: number
  readonly end: number
  /** Of what it holds as base64, where it was looked at as it came and is that and nothing else. */
  readonly digest: Base64Digest | null
}

/** A string shorter than that is dearer to look at as it comes than later, once somebody wants to know. */
const DIGEST_BYTES = 32 * 1024

/** Finds the strings of a JSON text that comes in pieces; what stands between them is not looked at. */
export interface StringScanner {
  push(piece: Buffer): void
  /** The long string values in their order, and where a string begins that never ends. */
  end(): { readonly strings: readonly LongString[]; readonly open: number | undefined }
}

/** Collects values of `minBytes` or more; a string that a colon follows is a key and left out. */
export function createStringScanner(minBytes: number): StringScanner {
  const strings: LongString[] = []
  let base = 0
  let start: number | undefined
  /** The piece before ended in a backslash that escapes the first byte of the next. */
  let escaped = false
  /** A long string of which it is not yet known whether it is a key. */
  let pending: LongString | undefined
  /** Of the open string, where it began in a piece before: its bytes are read while the processor still has them near. */
  let digester: Base64Digester | undefined

  /** Settles what the last string was; returns where to go on. */
  function settle(piece: Buffer, from: number): number {
    let at = from
    while (at < piece.length && isSpace(piece[at])) at += 1
    if (at === piece.length || pending === undefined) return at
    if (piece[at] !== COLON) strings.push(pending)
    pending = undefined
    return at
  }

  /** The offset in the piece of the quote that ends the string, or -1 where it goes on in the next. */
  function closingQuote(piece: Buffer, from: number): number {
    let at = from
    if (escaped && at < piece.length) {
      escaped = false
      at += 1
    }
    for (;;) {
      const near = Math.min(piece.length, at + NEAR_BYTES)
      while (at < near && piece[at] !== QUOTE) at += piece[at] === BACKSLASH ? 2 : 1
      if (at < near) return at
      if (at >= piece.length) {
        escaped = at > piece.length
        return -1
      }
      const quote = piece.indexOf(QUOTE, at)
      const end = quote < 0 ? piece.length : quote
      let run = end
      while (run > at && piece[run - 1] === BACKSLASH) run -= 1
      const odd = (end - run) % 2 === 1
      if (quote < 0) {
        escaped = odd
        return -1
      }
      if (!odd) return quote
      at = quote + 1
    }
  }

  return {
    push(piece) {
      let at = 0
      while (at < piece.length) {
        if (start === undefined) {
          if (pending !== undefined) at = settle(piece, at)
          const quote = nextByte(piece, QUOTE, at)
          if (quote < 0) break
          start = base + quote + 1
          at = quote + 1
        } else {
          const quote = closingQuote(piece, at)
          if (quote < 0 || quote - at >= DIGEST_BYTES) digester ??= createBase64Digester()
          digester?.push(piece.subarray(at, quote < 0 ? piece.length : quote))
          if (quote < 0) break
          const end = base + quote
          if (end - start >= minBytes) pending = { start, end, digest: digester?.end() ?? null }
          digester = undefined
          start = undefined
          at = quote + 1
        }
      }
      base += piece.length
    },
    end() {
      if (pending !== undefined) strings.push(pending)
      return { strings, open: start }
    },
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
