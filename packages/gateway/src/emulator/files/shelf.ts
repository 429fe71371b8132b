import { rm } from 'node:fs/promises'
import type { Clock, Random } from '../../contract/system.ts'
import { newFileId } from '../../wire/files/file-json.ts'
import type { UploadShelf } from '../../wire/files/uploads.ts'

/** A file whose bytes are all there. */
export interface StoredFile {
  readonly id: string
  /** Fingerprint of who uploaded it: a key stands for a project of its own. */
  readonly owner: string
  readonly displayName: string | null
  readonly mimeType: string
  readonly byteLength: number
  /** Base64 of the digest's bytes. */
  readonly sha256: string
  readonly uri: string
  readonly createdAtMs: number
  readonly path: string
  /** 1, 2, … in the order of creation: what pages go by. */
  readonly order: number
}

export interface ShelfOptions {
  readonly clock: Clock
  readonly random: Random
  readonly lifeMs: number
}

/** Stored files by id, until their time is over. */
export interface Shelf extends UploadShelf {
  add(file: Omit<StoredFile, 'createdAtMs' | 'order'>): StoredFile
  find(id: string): StoredFile | undefined
  /** The latest first. */
  all(): readonly StoredFile[]
  remove(file: StoredFile): Promise<void>
  clear(): Promise<void>
}

/** Google sets none; this one keeps a loop that uploads empty files from filling the memory. */
const MOST_FILES = 10_000

export function createShelf({ clock, random, lifeMs }: ShelfOptions): Shelf {
  // In the order of creation, which is that of expiry too, since all live equally long.
  const files = new Map<string, StoredFile>()
  let created = 0

  const remove = async ({ id, path }: StoredFile) => {
    files.delete(id)
    await rm(path, { force: true })
  }
  const living = () => {
    for (const file of files.values()) {
      if (file.createdAtMs + lifeMs > clock.now() && files.size <= MOST_FILES) break
      // What cannot be deleted now is deleted with the directory.
      remove(file).catch(() => {})
    }
    return files
  }

  return {
    add: (file) => {
      const stored = { ...file, createdAtMs: clock.now(), order: (created += 1) }
      files.set(file.id, stored)
      living()
      return stored
    },
    find: (id) => living().get(id),
    all: () => [...living().values()].toReversed(),
    bytesOf: (owner) => {
      let sum = 0
      // Asked with every piece of an upload: over ten thousand files a chain takes three times as long.
      for (const file of living().values()) {
        if (owner === undefined || file.owner === owner) sum += file.byteLength
      }
      return sum
    },
    countOf: (owner) => [...living().values()].filter((file) => file.owner === owner).length,
    has: (id) => living().has(id),
    newId: () => {
      for (;;) {
        const id = newFileId(random)
        if (!living().has(id)) return id
      }
    },
    remove,
    clear: async () => {
      await Promise.all([...files.values()].map(remove))
    },
  }
}
