import { open, rm, stat } from 'node:fs/promises'
import type { System } from '../contract/system.ts'
import { openBlobFile, writeFully } from './blob-file.ts'
import { encodeFooter } from './blob-footer.ts'
import { createBlobIndex, hasExpired, type IndexEntry } from './blob-index.ts'
import { openBlobTree, type Settled, type TreeDraft } from './blob-tree.ts'
import { type Blobs, mustBeAbout, mustBeKey, mustBePrefix, piecesOf } from './blobs.ts'
import { createDraftFile, type DraftFile } from './draft-file.ts'
import { createRoom } from './room.ts'
import { disk } from './storage-fault.ts'

export interface FileBlobsOptions extends System {
  /** Made where there is none. Nothing else may be in it, and no other process may write to it. */
  readonly directory: string
  /** What all blobs and drafts may hold together. Beyond it what has expired goes, then writes are refused. */
  readonly maxBytes: number
  /** How many blobs there may be, as each takes some memory here and a file there. 200,000. */
  readonly maxBlobs?: number
}

/** What is being written for so long belongs to a process that is no more. */
const TEMP_LIFE_MS = 3_600_000
const READERS_AT_START = 16

/**
 * Blobs in a directory of this machine. Each is one file, written beside its place, synced and then moved there, so
 * that it is whole or absent, also after a loss of power. Opening reads what is known of every blob: some 10 s for
 * 200,000 on a slow disk.
 */
export async function openFileBlobs(options: FileBlobsOptions): Promise<Blobs> {
  const { directory, clock, random, maxBytes, maxBlobs = 200_000 } = options
  const tree = await disk(openBlobTree(directory))
  const index = createBlobIndex()
  const drafts = new Map<string, DraftFile>()
  const room = createRoom({ maxBytes, maxEntries: maxBlobs }, evict)
  const inTurn = turnstile()

  /** The index must see changes of a key in the order in which the disk does; waiting for the disk needs no order. */
  const publish = (path: string, key: string, entry: IndexEntry) =>
    inTurn(async () => {
      const settle = await disk(tree.place(path, key))
      const before = index.set(key, entry)
      if (before) room.give(before.byteLength, 1)
      return settle
    })

  const remove = (key: string) =>
    inTurn(async () => {
      const settle = await disk(tree.remove(key))
      const before = index.delete(key)
      if (before) room.give(before.byteLength, 1)
      return settle
    })

  const draftAt = ({ key, path, expiresAtMs }: TreeDraft, byteLength: number) => {
    const draft = createDraftFile({
      path,
      byteLength,
      expiresAtMs,
      room,
      pathAs: (closedAt) => tree.draftPath(key, expiresAtMs, closedAt),
      publish: (from, entry) => publish(from, key, entry),
      forget: () => {
        if (drafts.get(key) === draft) drafts.delete(key)
      },
    })
    drafts.set(key, draft)
    return draft
  }

  async function evict(): Promise<number> {
    const nowMs = clock.now()
    const over = index.expired(nowMs)
    for (const key of over) await remove(key)
    const stale = [...drafts.values()].filter((draft) => !draft.busy && hasExpired(draft, nowMs))
    for (const draft of stale) await draft.discard()
    return over.length + stale.length
  }

  const sweepTemps = async () => {
    for (const path of await disk(tree.temps())) {
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }))
      if (mtimeMs + TEMP_LIFE_MS <= clock.now()) await disk(rm(path, { force: true }))
    }
  }

  const load = async () => {
    const files = (await disk(tree.blobs())).values()
    const read = async () => {
      for (const { key, path } of files) {
        const blob = await openBlobFile(path)
        if (blob === null) continue
        index.set(key, blob)
        room.count(blob.byteLength, 1)
      }
    }
    await Promise.all(Array.from({ length: READERS_AT_START }, read))
    for (const left of await disk(tree.drafts())) {
      const { size } = await disk(stat(left.path))
      const byteLength = left.closedAt ?? size
      await drafts.get(left.key)?.discard()
      room.count(byteLength, 1)
      draftAt(left, byteLength)
    }
  }
  await load()

  return {
    put: async (key, body, about = {}) => {
      mustBeKey(key)
      mustBeAbout(about)
      const temp = tree.tempPath(random)
      await room.take(0, 1)
      let byteLength = 0
      let settle: Settled
      try {
        await using file = await disk(open(temp, 'wx', 0o600))
        for await (const piece of piecesOf(body)) {
          await room.take(piece.byteLength)
          const at = byteLength
          byteLength += piece.byteLength
          await writeFully(file, piece, at)
        }
        await writeFully(file, encodeFooter(byteLength, about), byteLength)
        // Before the move: else a loss of power could leave the name without all of its bytes.
        await disk(file.sync())
        settle = await publish(temp, key, { byteLength, expiresAtMs: about.expiresAtMs ?? null })
      } catch (thrown) {
        room.give(byteLength, 1)
        await rm(temp, { force: true }).catch(() => {})
        throw thrown
      }
      await disk(settle())
    },
    get: async (key) => {
      mustBeKey(key)
      const blob = await openBlobFile(tree.pathOf(key))
      return blob === null || hasExpired(blob, clock.now()) ? null : blob
    },
    delete: async (key) => {
      mustBeKey(key)
      // Whoever had it deleted must not find it again after a loss of power.
      const settle = await remove(key)
      await disk(settle())
    },
    list: async (prefix, page = {}) => {
      mustBePrefix(prefix)
      return index.page(prefix, page, clock.now())
    },
    draft: async (key, { expiresAtMs }) => {
      mustBeKey(key)
      const begun = drafts.get(key)
      if (begun !== undefined && !hasExpired(begun, clock.now())) return begun
      await begun?.discard()
      const path = tree.draftPath(key, expiresAtMs)
      await room.take(0, 1)
      try {
        await (await disk(open(path, 'wx', 0o600))).close()
      } catch (thrown) {
        room.give(0, 1)
        throw thrown
      }
      return draftAt({ key, path, expiresAtMs, closedAt: null }, 0)
    },
    sweep: async () => {
      await sweepTemps()
      return evict()
    },
  }
}

/** Does one thing after the other, whatever becomes of each. */
function turnstile(): <Value>(work: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
}
