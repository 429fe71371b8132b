/** A body was used after its memory was given back. */
export class BodyReleasedError extends Error {
  override readonly name = 'BodyReleasedError'

  constructor() {
    super('A body was used after its release.')
  }
}

/** Bytes that came in pieces, addressed as one; nothing is copied. */
export class ByteRanges {
  byteLength = 0
  readonly #pieces: Buffer[] = []
  /** Where each piece begins. */
  readonly #starts: number[] = []

  append(piece: Uint8Array): void {
    if (piece.byteLength === 0) return
    const last = this.#pieces.at(-1)
    // Chunks that were copied into one slab lie side by side: the fewer pieces, the fewer seams.
    if (last?.buffer === piece.buffer && last.byteOffset + last.length === piece.byteOffset) {
      this.#pieces[this.#pieces.length - 1] = Buffer.from(
        last.buffer,
        last.byteOffset,
        last.length + piece.byteLength,
      )
    } else {
      this.#pieces.push(viewOf(piece))
      this.#starts.push(this.byteLength)
    }
    this.byteLength += piece.byteLength
  }

  /** Views of the bytes from one offset up to another. Throws `BodyReleasedError`. */
  slice(from: number, to: number): Buffer[] {
    const views: Buffer[] = []
    for (let index = this.#pieceAt(from); index < this.#pieces.length; index += 1) {
      const [piece, start] = [this.#pieces[index], this.#starts[index]]
      if (piece === undefined || start === undefined || start >= to) break
      // Releasing a lease detaches its slabs, which leaves every view of them empty.
      if (piece.length === 0) throw new BodyReleasedError()
      const view = piece.subarray(Math.max(0, from - start), to - start)
      if (view.length > 0) views.push(view)
    }
    return views
  }

  /** The last piece that begins at the offset or before it. */
  #pieceAt(offset: number): number {
    let [low, high] = [0, this.#starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
}

/** The same bytes as a `Buffer`, whose searches are native. */
export function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const NEAR_BYTES = 32

/** Where a byte next stands, or -1. Looks nearby by hand, since a native search costs as much as some 40 steps. */
export function nextByte(bytes: Buffer, wanted: number, from: number): number {
  const near = Math.min(bytes.length, from + NEAR_BYTES)
  for (let at = from; at < near; at += 1) if (bytes[at] === wanted) return at
  return near === bytes.length ? -1 : bytes.indexOf(wanted, near)
}
