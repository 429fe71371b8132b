import { createHash } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'

/** A file that is being written, piece by piece, whatever happens between the pieces. */
export interface IncomingBytes {
  readonly path: string
  /** On disk and in the hash. */
  readonly byteLength: number
  /**
   * Appends what comes until it ends, breaks off (which it throws, what came being kept) or is refused: before every
   * piece, by what the whole file would then hold. Resolves with the refusal. One call at a time.
   */
  append<Refusal>(
    pieces: AsyncIterable<Uint8Array>,
    refusalAt: (byteLength: number) => Refusal | null,
  ): Promise<Refusal | null>
  /** Base64 of the SHA-256 of all bytes. Nothing can be appended afterwards. */
  digest(): string
  discard(): Promise<void>
}

/** A new file at a path that is ours alone. */
export async function createIncomingBytes(path: string): Promise<IncomingBytes> {
  await (await open(path, 'wx', 0o600)).close()
  const hash = createHash('sha256')
  let byteLength = 0

  const write = async (file: FileHandle, piece: Uint8Array) => {
    for (let at = 0; at < piece.byteLength;) {
      at += (await file.write(piece, at, piece.byteLength - at, byteLength + at)).bytesWritten
    }
    // Only now: a write that failed leaves bytes behind that the next one overwrites.
    hash.update(piece)
    byteLength += piece.byteLength
  }

  return {
    path,
    get byteLength() {
      return byteLength
    },
    append: async <Refusal>(
      pieces: AsyncIterable<Uint8Array>,
      refusalAt: (byteLength: number) => Refusal | null,
    ) => {
      await using file = await open(path, 'r+')
      let refusal: Refusal | null = null
      for await (const piece of pieces) {
        refusal ??= refusalAt(byteLength + piece.byteLength)
        // The rest is read all the same: many clients look for an answer only once all is sent.
        if (refusal === null) await write(file, piece)
      }
      return refusal
    },
    digest: () => hash.digest('base64'),
    discard: () => rm(path, { force: true }),
  }
}
