import type { Base64Digest } from './base64-digest.ts'
import { BodyReleasedError } from './byte-ranges.ts'
import { decodeJsonBase64, decodeJsonBase64Slices } from './json-base64.ts'

/**
 * A long string of a JSON document, left as the bytes that were received: what stands between its quotes, escapes
 * included. Of a body in pooled slabs it can be read until the lease is released; after that every method throws.
 */
export class JsonBlob {
  /** Raw bytes between the quotes, at least 1. */
  readonly byteLength: number
  /** Of the bytes it holds as base64, where they were looked at as they came in; `null`: they may be base64 or not. */
  readonly digest: Base64Digest | null
  readonly #pieces: readonly Uint8Array[]

  /** Takes the inside of a valid JSON string in one or more pieces; they are not copied. */
  constructor(pieces: readonly Uint8Array[], digest: Base64Digest | null = null) {
    this.#pieces = pieces
    this.digest = digest
    this.byteLength = lengthOf(pieces)
  }

  /** The bytes as received, to be written between quotes. */
  raw(): readonly Uint8Array[] {
    // Releasing a lease detaches its slabs, which leaves every view of them empty.
    if (lengthOf(this.#pieces) !== this.byteLength) throw new BodyReleasedError()
    return this.#pieces
  }

  /** What `JSON.parse` would have made of it. */
  text(): string {
    return JSON.parse(`"${Buffer.concat(this.raw()).toString()}"`)
  }

  /** The bytes it holds as base64, in every spelling that `decodeBase64` reads; `null` where it is none. */
  base64(): Buffer | null {
    return decodeJsonBase64(this.raw(), this.byteLength)
  }

  /** Its own bytes, where they are that base64 in the standard alphabet and padded; `null`: they are not, or nobody looked. */
  standardBase64(): readonly Uint8Array[] | null {
    const pieces = this.raw()
    const isPadded = this.digest !== null && this.byteLength % 4 === 0
    return isPadded && !pieces.some(hasUrlSymbols) ? pieces : null
  }

  /** The same in slices, each good until the next is asked for; a `null` ends them where `base64` has to be asked. */
  base64Slices(): Generator<Buffer | null> {
    return decodeJsonBase64Slices(this.raw(), this.byteLength)
  }

  toJSON(): string {
    return this.text()
  }
}

/** Bytes that are base64 already, such as `encodeBase64` makes, to stand as a string in a document to be written. */
export class Base64Bytes extends JsonBlob {
  constructor(ascii: Uint8Array) {
    super([ascii])
  }
}

/** Of the other alphabet. */
function hasUrlSymbols(piece: Uint8Array): boolean {
  return piece.includes(0x2d) || piece.includes(0x5f)
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0)
}
