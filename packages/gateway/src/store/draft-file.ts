import { open, rename, rm, truncate } from 'node:fs/promises'
import { streamFile, writeFully } from './blob-file.ts'
import { encodeFooter } from './blob-footer.ts'
import type { IndexEntry } from './blob-index.ts'
import type { Settled } from './blob-tree.ts'
import { type BlobAbout, type Draft, mustBeAbout, piecesOf } from './blobs.ts'
import type { Room } from './room.ts'
import { disk } from './storage-fault.ts'

/** A draft that is a file of its own until it is moved to its key's place. */
export interface DraftFile extends Draft {
  readonly expiresAtMs: number
  /** Whether bytes are coming right now. */
  readonly busy: boolean
}

export interface DraftFileOptions {
  readonly path: string
  /** What an earlier process left there. */
  readonly byteLength: number
  readonly expiresAtMs: number
  /** Its bytes so far, and its one entry, are set aside already. */
  readonly room: Room
  /** Its path while it grows; or while it is being finished, which says how long it was before. */
  readonly pathAs: (closedAt?: number) => string
  /** Moves the finished file to its place. */
  readonly publish: (path: string, entry: IndexEntry) => Promise<Settled>
  /** Takes it off the list of drafts. */
  readonly forget: () => void
}

export function createDraftFile(options: DraftFileOptions): DraftFile {
  const { expiresAtMs, room, pathAs, publish, forget } = options
  let { path, byteLength } = options
  let busy = false
  let state: 'open' | 'committed' | 'discarded' = 'open'

  const mustBeOpen = () => {
    if (state !== 'open') throw new RangeError(`The draft was ${state}.`)
  }
  const moveTo = async (next: string) => {
    await disk(rename(path, next))
    path = next
  }
  /** After an attempt to finish it that came to nothing, here or in an earlier process. */
  const reopened = async () => {
    if (path === pathAs()) return
    await disk(truncate(path, byteLength))
    await moveTo(pathAs())
  }
  const dropped = async () => {
    room.give(byteLength, 1)
    await disk(rm(path, { force: true }))
  }
  const alone = async (work: () => Promise<void>) => {
    mustBeOpen()
    if (busy) throw new RangeError('The draft has another writer.')
    busy = true
    try {
      await work()
    } finally {
      busy = false
      if (state === 'discarded') await dropped()
    }
  }

  return {
    expiresAtMs,
    get byteLength() {
      return byteLength
    },
    get busy() {
      return busy
    },
    append: (offset, pieces) =>
      alone(async () => {
        if (offset !== byteLength) throw new RangeError(`The next byte of the draft is number ${byteLength}.`)
        await reopened()
        await using file = await disk(open(path, 'r+'))
        try {
          for await (const piece of piecesOf(pieces)) {
            mustBeOpen()
            await room.take(piece.byteLength)
            await writeFully(file, piece, byteLength).catch((thrown: unknown) => {
              room.give(piece.byteLength)
              throw thrown
            })
            // Only now: a write that failed leaves bytes behind that the next one overwrites.
            byteLength += piece.byteLength
          }
        } finally {
          // The sender is told how much is kept and never sends that again: it must not be lost with the power.
          // File systems lengthen a file only once its bytes are down, so that its size can be trusted afterwards.
          await disk(file.datasync())
        }
      }),
    stream: ({ from = 0, to = byteLength } = {}) =>
      streamFile(path, { from, to: Math.min(to, byteLength) }, () => state === 'open'),
    commit: async (about = {}) => {
      mustBeAbout(about)
      await alone(async () => {
        // What follows its bytes from now on must not be taken for more of them, whenever this process may end.
        await moveTo(pathAs(byteLength))
        await finish(path, byteLength, about)
        mustBeOpen()
        const settle = await publish(path, { byteLength, expiresAtMs: about.expiresAtMs ?? null })
        state = 'committed'
        forget()
        await disk(settle())
      })
    },
    discard: async () => {
      if (state !== 'open') return
      state = 'discarded'
      forget()
      // Else whoever is at it does so in the end.
      if (!busy) await dropped()
    },
  }
}

async function finish(path: string, byteLength: number, about: BlobAbout): Promise<void> {
  await using file = await disk(open(path, 'r+'))
  await disk(file.truncate(byteLength))
  await writeFully(file, encodeFooter(byteLength, about), byteLength)
  await disk(file.sync())
}
