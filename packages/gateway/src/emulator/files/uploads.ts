import { join } from 'node:path'
import { LRUCache } from 'lru-cache'
import type { Clock, Random } from '../../contract/system.ts'
import { ApiError } from '../api-error.ts'
import type { FileDraft } from './file-draft.ts'
import {
  fileTooLarge,
  nameTaken,
  storageExhausted,
  uploadError,
  uploadHeaders,
  type UploadStatus,
  uploadUnknown,
} from './file-error.ts'
import { createIncomingBytes, type IncomingBytes } from './incoming-bytes.ts'
import type { Shelf, StoredFile } from './shelf.ts'

/** A file on its way. */
export interface Upload {
  /** Names it in its address, and is all that asks for leave to go on. */
  readonly id: string
  readonly owner: string
  readonly draft: FileDraft
  readonly fileId: string
  readonly startedAtMs: number
  readonly bytes: IncomingBytes
  status: UploadStatus
  /** Whether a request is at it. */
  busy: boolean
}

export interface FileLimits {
  readonly maxFileBytes: number
  readonly maxProjectBytes: number
  /** Of all projects together: a key is quickly invented, and the disk is one. */
  readonly maxTotalBytes: number
  readonly lifeMs: number
}

export interface Uploads {
  /** @throws ApiError where the name is taken, or the announced size too much. */
  start(draft: FileDraft, owner: string): Promise<Upload>
  /** @throws ApiError 404 */
  find(id: string): Upload
  /** Keeps what came when the caller breaks off. @throws ApiError where it is not the upload's turn, or too much. */
  append(upload: Upload, pieces: AsyncIterable<Uint8Array>): Promise<void>
  finalize(upload: Upload, uriOf: (fileId: string) => string): StoredFile
  cancel(upload: Upload): Promise<void>
  clear(): Promise<void>
}

export interface UploadsOptions {
  readonly clock: Clock
  readonly random: Random
  readonly shelf: Shelf
  readonly limits: FileLimits
  /** Makes the directory where there is none. */
  readonly directory: () => Promise<string>
}

/** Each holds a hash and a file on disk; beyond them the longest unused is given up. */
const MOST_UPLOADS = 1_000

export function createUploads({ clock, random, shelf, limits, directory }: UploadsOptions): Uploads {
  const uploads = new LRUCache<string, Upload>({ max: MOST_UPLOADS, dispose })
  const active = () => [...uploads.values()].filter(({ status }) => status === 'active')

  const give = async (upload: Upload) => {
    if (upload.status !== 'active') return
    upload.status = 'cancelled'
    await upload.bytes.discard()
  }
  // What cannot be deleted now is deleted with the directory.
  function dispose(upload: Upload): void {
    give(upload).catch(() => {})
  }
  const sweep = () => {
    for (const { id, startedAtMs } of uploads.values()) {
      if (startedAtMs + limits.lifeMs <= clock.now()) uploads.delete(id)
    }
  }
  /** What is stored, announced and sent, by everybody without an owner. */
  const bytesOf = (uploading: readonly Upload[], owner?: string) =>
    uploading
      .filter((upload) => owner === undefined || upload.owner === owner)
      .reduce(
        (sum, { draft, bytes }) => sum + Math.max(draft.sizeBytes ?? 0, bytes.byteLength),
        shelf.bytesOf(owner),
      )
  /** What the owner may still store, this upload included, and the limit that leaves the least. */
  const roomFor = (owner: string, except?: Upload) => {
    const others = active().filter((upload) => upload !== except)
    const [project, total] = [
      { room: limits.maxProjectBytes - bytesOf(others, owner), limit: limits.maxProjectBytes },
      { room: limits.maxTotalBytes - bytesOf(others), limit: limits.maxTotalBytes },
    ]
    return project.room <= total.room ? project : total
  }
  const isTaken = (fileId: string) =>
    shelf.find(fileId) !== undefined || active().some((upload) => upload.fileId === fileId)

  const refusalOf = ({ id, sizeBytes }: FileDraft, owner: string): ApiError | null => {
    if ((sizeBytes ?? 0) > limits.maxFileBytes) return fileTooLarge(limits.maxFileBytes)
    const { room, limit } = roomFor(owner)
    if ((sizeBytes ?? 0) > room) return storageExhausted(limit)
    return id !== null && isTaken(id) ? nameTaken() : null
  }

  const start = async (draft: FileDraft, owner: string): Promise<Upload> => {
    sweep()
    const bytes = await createIncomingBytes(join(await directory(), `${hex(random, 16)}.bin`))
    // From here to the entry nothing waits, or two uploads could both get the last room.
    const refusal = refusalOf(draft, owner)
    if (refusal !== null) {
      await bytes.discard()
      throw refusal
    }
    const id = hex(random, 32)
    const fileId = draft.id ?? shelf.newId()
    const startedAtMs = clock.now()
    const upload: Upload = { id, owner, draft, fileId, startedAtMs, bytes, status: 'active', busy: false }
    uploads.set(id, upload)
    return upload
  }

  /** Asked with every piece: others store, and cancel, meanwhile. */
  const refusalAt = (upload: Upload, byteLength: number): ApiError | null => {
    const { draft, owner, status } = upload
    if (status !== 'active') return uploadError('The upload is over.', status)
    // What is announced has been set aside at the start.
    if (draft.sizeBytes !== null) return byteLength > draft.sizeBytes ? moreThanAnnounced() : null
    if (byteLength > limits.maxFileBytes) return fileTooLarge(limits.maxFileBytes)
    const { room, limit } = roomFor(owner, upload)
    return byteLength > room ? storageExhausted(limit) : null
  }

  const append = async (upload: Upload, pieces: AsyncIterable<Uint8Array>): Promise<void> => {
    const { bytes } = upload
    if (upload.busy) throw busy(bytes.byteLength)
    upload.busy = true
    try {
      const refusal = await bytes.append(pieces, (byteLength) => refusalAt(upload, byteLength))
      if (refusal === null) return
      await give(upload)
      throw refusal
    } finally {
      upload.busy = false
    }
  }

  const finalize = (upload: Upload, uriOf: (fileId: string) => string): StoredFile => {
    const { bytes, draft, fileId, owner, status } = upload
    if (status !== 'active') throw uploadError('The upload is over.', status)
    if (upload.busy) throw busy(bytes.byteLength)
    if (draft.sizeBytes !== null && bytes.byteLength < draft.sizeBytes) {
      throw uploadError('Fewer bytes came than were announced.', 'active', bytes.byteLength)
    }
    upload.status = 'final'
    return shelf.add({
      id: fileId,
      owner,
      displayName: draft.displayName,
      mimeType: draft.mimeType,
      byteLength: bytes.byteLength,
      sha256: bytes.digest(),
      path: bytes.path,
      uri: uriOf(fileId),
    })
  }

  return {
    start,
    append,
    finalize,
    find: (id) => {
      sweep()
      const upload = uploads.get(id)
      if (upload === undefined) throw uploadUnknown()
      return upload
    },
    cancel: give,
    clear: async () => {
      await Promise.all(active().map(give))
      uploads.clear()
    },
  }
}

function moreThanAnnounced(): ApiError {
  return uploadError('More bytes came than were announced.', 'cancelled')
}

/** As far as known. */
function busy(receivedBytes: number): ApiError {
  return new ApiError(409, 'Another request is writing to this upload.', {
    rpc: 'ABORTED',
    headers: uploadHeaders('active', receivedBytes),
  })
}

function hex(random: Random, count: number): string {
  return Buffer.from(random.bytes(count)).toString('hex')
}
