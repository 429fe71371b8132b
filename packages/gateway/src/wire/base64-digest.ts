import { createHash } from 'node:crypto'
import { decodedLength, SLICE_SYMBOLS } from './base64.ts'
import { viewOf } from './byte-ranges.ts'

/** What is known of the bytes that a text holds as base64, once it has been read to its end. */
export interface Base64Digest {
  /** Hex, of the bytes. */
  readonly sha256: string
  readonly byteLength: number
}

/** Reads base64 as it comes in and keeps nothing of it. */
export interface Base64Digester {
  push(piece: Uint8Array): void
  /** `null` where there is anything in the text but symbols of either alphabet and the padding they need. */
  end(): Base64Digest | null
}

/** What is decoded is hashed at once, so that one place does for all. */
const decoded = Buffer.allocUnsafeSlow((SLICE_SYMBOLS / 4) * 3)

const EQUALS = 0x3d

export function createBase64Digester(): Base64Digester {
  const hash = createHash('sha256')
  let byteLength = 0
  /** The symbols of a group of four that ends in the next piece. */
  let begun = ''
  let open = true
  let sound = true

  /** Takes whole groups, or what is left at the end. */
  function take(symbols: string): void {
    const padding = paddingOf(symbols)
    const expected = decodedLength(symbols.length, padding)
    // Node skips what it does not know and stops at an early `=`: either makes the slice too short.
    sound = open && expected !== null && decoded.write(symbols, 'base64') === expected
    open = padding === 0
    if (!sound || expected === null) return
    hash.update(decoded.subarray(0, expected))
    byteLength += expected
  }

  return {
    push(piece) {
      const text = viewOf(piece)
      let at = 0
      // Joined with all of the piece it would be one more copy of that.
      if (begun !== '') {
        at = Math.min(text.length, 4 - begun.length)
        begun += text.toString('latin1', 0, at)
        if (begun.length < 4) return
        if (sound) take(begun)
        begun = ''
      }
      const end = text.length - ((text.length - at) % 4)
      for (; sound && at < end; at += SLICE_SYMBOLS)
        take(text.toString('latin1', at, Math.min(end, at + SLICE_SYMBOLS)))
      begun = text.toString('latin1', end)
    },
    end() {
      if (sound && begun !== '') take(begun)
      return sound ? { sha256: hash.digest('hex'), byteLength } : null
    },
  }
}

/** How many `=` end it, of the two at most that may. */
function paddingOf(symbols: string): number {
  if (symbols.charCodeAt(symbols.length - 1) !== EQUALS) return 0
  return symbols.charCodeAt(symbols.length - 2) === EQUALS ? 2 : 1
}
