import { type FileHandle, open, rm } from 'node:fs/promises'
import type { IncomingBytes } from '../../wire/files/uploads.ts'

/** A file that is being written, piece by piece. */
export interface IncomingFile extends IncomingBytes {
  readonly path: string
}

/** A new file at a path that is ours alone. */
export async function createIncomingFile(path: string): Promise<IncomingFile> {
  await (await open(path, 'wx', 0o600)).close()
  let byteLength = 0

  const write = async (file: FileHandle, piece: Uint8Array) => {
    for (let at = 0; at < piece.byteLength;) {
      at += (await file.write(piece, at, piece.byteLength - at, byteLength + at)).bytesWritten
    }
    // Only now: a write that failed leaves bytes behind that the next one overwrites.
    byteLength += piece.byteLength
  }

  return {
    path,
    get byteLength() {
      return byteLength
    },
    append: async (pieces) => {
      await using file = await open(path, 'r+')
      for await (const piece of pieces) await write(file, piece)
    },
    discard: () => rm(path, { force: true }),
  }
}
