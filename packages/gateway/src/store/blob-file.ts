import type { BigIntStats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { PlantainError } from '../contract/error.ts'
import { type BlobFacts, readFooter } from './blob-footer.ts'
import type { BlobRange, StoredBlob } from './blobs.ts'
import { disk, errnoOf, storageFault } from './storage-fault.ts'

/** A socket takes about so much at a time; less costs more calls, more costs more memory a reader. */
const PIECE_BYTES = 256 * 1024

/** What the file at a path holds; `null`: there is none, or it is no whole blob. */
export async function openBlobFile(path: string): Promise<StoredBlob | null> {
  const opened = await identityOf(path)
  if (opened === null) return null
  const { facts, same } = opened
  const { byteLength } = facts
  return {
    ...facts,
    stream: ({ from = 0, to = byteLength } = {}) =>
      streamFile(path, { from, to: Math.min(to, byteLength) }, same),
    bytes: async () => {
      const whole = Buffer.allocUnsafe(byteLength)
      let at = 0
      for await (const piece of streamFile(path, { from: 0, to: byteLength }, same)) {
        whole.set(piece, at)
        at += piece.byteLength
      }
      return whole
    },
  }
}

/** Reads part of a file. `same` says whether the file that is there by then is still the one that was meant. */
export async function* streamFile(
  path: string,
  { from, to }: Required<BlobRange>,
  same: (stats: BigIntStats) => boolean,
): AsyncGenerator<Uint8Array> {
  await using file = await openOr(path, () => {
    throw gone()
  })
  if (!same(await disk(file.stat({ bigint: true })))) throw gone()
  for (let at = from; at < to;) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, to - at))
    const { bytesRead } = await disk(file.read(piece, 0, piece.length, at))
    if (bytesRead === 0) throw gone()
    at += bytesRead
    yield piece.subarray(0, bytesRead)
  }
}

export async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) {
    at += (await disk(file.write(bytes, at, bytes.byteLength - at, position + at))).bytesWritten
  }
}

interface Identity {
  readonly facts: BlobFacts
  readonly same: (stats: BigIntStats) => boolean
}

async function identityOf(path: string): Promise<Identity | null> {
  await using file = await openOr(path, () => null)
  if (file === null) return null
  const { ino, size, mtimeNs } = await disk(file.stat({ bigint: true }))
  const facts = await disk(readFooter(file, Number(size)))
  if (facts === null) return null
  // Numbers of files are given out again: with the time of the last change they are of one file only.
  return { facts, same: (now) => now.ino === ino && now.size === size && now.mtimeNs === mtimeNs }
}

async function openOr<Absent>(path: string, absent: () => Absent): Promise<FileHandle | Absent> {
  try {
    return await open(path, 'r')
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return absent()
    throw storageFault(thrown)
  }
}

function gone(): PlantainError {
  return new PlantainError(
    'not_found',
    'What was stored there was deleted or replaced while it was being read.',
  )
}
