import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Random } from '../contract/system.ts'
import { errnoOf } from './storage-fault.ts'

export interface TreeFile {
  readonly key: string
  readonly path: string
}
export interface TreeDraft extends TreeFile {
  readonly expiresAtMs: number
  /** How much of it was appended, where more than that may have been written; `null`: all of it. */
  readonly closedAt: number | null
}

/** Makes sure that a loss of power does not undo what was done to a directory; waits for the disk. */
export type Settled = () => Promise<void>

/** Where what lies, below one directory. */
export interface BlobTree {
  pathOf(key: string): string
  /** One that no file has. */
  tempPath(random: Random): string
  draftPath(key: string, expiresAtMs: number, closedAt?: number): string
  /** Moves a file of this tree to the place of its key; to be settled. */
  place(path: string, key: string): Promise<Settled>
  /** To be settled. */
  remove(key: string): Promise<Settled>
  blobs(): Promise<readonly TreeFile[]>
  /** What is being written, or was by a process that is no more. */
  temps(): Promise<readonly string[]>
  drafts(): Promise<readonly TreeDraft[]>
}

/** Only whoever runs the gateway looks into it. */
const DIRECTORY_MODE = 0o700

export async function openBlobTree(directory: string): Promise<BlobTree> {
  const [blobs, drafts, tempDirectory] = ['blobs', 'drafts', 'temp'].map((name) => join(directory, name))
  if (blobs === undefined || drafts === undefined || tempDirectory === undefined) throw new RangeError()
  for (const path of [blobs, drafts, tempDirectory]) await makeDirectory(path)
  /** Directories whose own names are known to be on the disk for good. */
  const lasting = new Set<string>()
  const pathOf = (key: string) => {
    // 4,096 directories: at the most entries a store has, some fifty files in each.
    const hash = createHash('sha256').update(key).digest('hex')
    return join(blobs, hash.slice(0, 2), hash.slice(2, 3), nameOf(key))
  }
  return {
    pathOf,
    tempPath: (random) => join(tempDirectory, Buffer.from(random.bytes(16)).toString('hex')),
    draftPath: (key, expiresAtMs, closedAt) => {
      const name = `${nameOf(key)}~${expiresAtMs.toString(36)}`
      return join(drafts, closedAt === undefined ? name : `${name}~${closedAt.toString(36)}`)
    },
    place: async (path, key) => {
      const target = pathOf(key)
      const folder = dirname(target)
      await makeDirectory(folder)
      await rename(path, target)
      // A name is as lasting as the directory it stands in, and that one as the directory above it.
      return settling(lasting.has(folder) ? [folder] : [folder, dirname(folder), blobs], () =>
        lasting.add(folder),
      )
    },
    remove: async (key) => {
      const path = pathOf(key)
      try {
        await unlink(path)
        return settling([dirname(path)])
      } catch (thrown) {
        if (errnoOf(thrown) === 'ENOENT') return settling([])
        throw thrown
      }
    },
    blobs: async () => {
      const found = await readdir(blobs, { recursive: true, withFileTypes: true })
      return (
        found
          .filter((entry) => entry.isFile())
          .map(({ name, parentPath }) => ({ key: keyOf(name), path: join(parentPath, name) }))
          // Whatever else somebody has put there is left alone.
          .filter(({ key, path }) => path === pathOf(key))
      )
    },
    temps: async () =>
      (await readdir(tempDirectory))
        .filter((name) => TEMP_NAME.test(name))
        .map((name) => join(tempDirectory, name)),
    drafts: async () =>
      (await readdir(drafts)).flatMap((name) => {
        const [, key, expires, closed] = DRAFT_NAME.exec(name) ?? []
        if (key === undefined || expires === undefined) return []
        const closedAt = closed === undefined ? null : parseInt(closed, 36)
        return { key: keyOf(key), path: join(drafts, name), expiresAtMs: parseInt(expires, 36), closedAt }
      }),
  }
}

const DRAFT_NAME = /^([^~]+)~([0-9a-z]{1,11})(?:~([0-9a-z]{1,11}))?$/
const TEMP_NAME = /^[0-9a-f]{32}$/

/** A key has no dot, so that a file's name says which key it is of. */
function nameOf(key: string): string {
  return key.replaceAll('/', '.')
}

function keyOf(name: string): string {
  return name.replaceAll('.', '/')
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: DIRECTORY_MODE })
}

/** Windows opens no directories, and some network file systems sync none: there the name is as safe as they make it. */
const CANNOT_SYNC: ReadonlySet<string> = new Set(['EISDIR', 'EPERM', 'EINVAL', 'ENOTSUP'])

async function syncDirectory(path: string): Promise<void> {
  try {
    await using directory = await open(path, 'r')
    await directory.sync()
  } catch (thrown) {
    if (!CANNOT_SYNC.has(errnoOf(thrown) ?? '')) throw thrown
  }
}

function settling(directories: readonly string[], then: () => void = () => {}): Settled {
  return async () => {
    for (const directory of directories) await syncDirectory(directory)
    then()
  }
}
