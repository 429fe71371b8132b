import { createHash } from 'node:crypto'
import type { System } from '../../contract/system.ts'
import { sniff } from '../../image/sniff.ts'
import type { Blobs } from '../../store/blobs.ts'
import type { FileShelf, ShelfDraft, ShelvedFile } from '../../store/file-shelf.ts'
import { newFileId } from '../../wire/files/file-json.ts'
import {
  createUploads,
  type IncomingBytes,
  type Keep,
  type UploadLimits,
  type Uploads,
} from '../../wire/files/uploads.ts'
import { keptUploads } from './kept-uploads.ts'

/** Bytes on their way to a shelf. */
export interface DraftBytes extends IncomingBytes {
  readonly from: ShelfDraft
}

export interface FileUploads {
  readonly uploads: Uploads<DraftBytes>
  readonly keep: Keep<DraftBytes, ShelvedFile>
}

export interface FileUploadsOptions extends System {
  readonly blobs: Blobs
  readonly shelf: FileShelf
  readonly limits: UploadLimits & { readonly maxUploads: number }
}

const SNIFFED_BYTES = 512

/** Uploads whose bytes are drafts of the store, so that they outlive this process. */
export function createFileUploads({ blobs, shelf, limits, clock, random }: FileUploadsOptions): FileUploads {
  const kept = keptUploads(blobs)
  const incoming = (from: ShelfDraft, uploadId: string): DraftBytes => ({
    from,
    get byteLength() {
      return from.draft.byteLength
    },
    append: (pieces) => from.draft.append(from.draft.byteLength, pieces),
    discard: async () => {
      await from.draft.discard()
      await kept.forget(uploadId)
    },
  })
  const newId = (owner: string): string => {
    for (;;) {
      const id = newFileId(random)
      if (!shelf.has(id, owner)) return id
    }
  }

  const uploads = createUploads<DraftBytes>({
    clock,
    random,
    limits,
    sharedNames: false,
    maxUploads: limits.maxUploads,
    shelf: { ...shelf, newId },
    open: async (record) => {
      const expiresAtMs = record.startedAtMs + limits.uploadLifeMs
      const from = await shelf.begin(record.owner, expiresAtMs)
      try {
        await kept.remember({ record, key: from.key }, expiresAtMs)
      } catch (thrown) {
        await from.draft.discard()
        throw thrown
      }
      return incoming(from, record.id)
    },
    recall: async (id) => {
      const found = await kept.recall(id)
      if (found === null) return null
      const from = await shelf.resume(found.key, found.record.startedAtMs + limits.uploadLifeMs)
      if (from === null) return null
      const hash = createHash('sha256')
      for await (const piece of from.draft.stream()) hash.update(piece)
      return { record: found.record, bytes: incoming(from, id), hash }
    },
  })

  return {
    uploads,
    keep: async ({ id, owner, fileId, draft, bytes: { from } }, sha256) => {
      const { displayName, mimeType } = draft
      const sniffedType = await sniffedIn(from)
      const file = await shelf.keep(from, { id: fileId, owner, displayName, mimeType, sniffedType, sha256 })
      // What cannot be deleted now goes with its time.
      await kept.forget(id).catch(() => {})
      return file
    },
  }
}

async function sniffedIn({ draft }: ShelfDraft): Promise<string | null> {
  const head: Uint8Array[] = []
  for await (const piece of draft.stream({ to: SNIFFED_BYTES })) head.push(piece)
  const sniffed = sniff(Buffer.concat(head))
  return sniffed.kind === 'image' ? sniffed.type : null
}
