import { createHash, type Hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { System } from '../../contract/system.ts'
import { ApiError } from '../api-error.ts'
import type { FileDraft } from './file-draft.ts'
import {
  fileTooLarge,
  nameTaken,
  storageExhausted,
  tooManyFiles,
  uploadError,
  uploadHeaders,
  type UploadStatus,
  uploadUnknown,
} from './file-error.ts'

/** What an upload is, apart from its bytes. */
export interface UploadRecord {
  /** Names it in its address, and is all that asks for leave to go on: 256 random bits, as hex. */
  readonly id: string
  readonly owner: string
  readonly draft: FileDraft
  readonly fileId: string
  readonly startedAtMs: number
}

/** Where the bytes of an upload go, whatever happens between the pieces. */
export interface IncomingBytes {
  /** What is kept. */
  readonly byteLength: number
  /**
   * Keeps what comes until it ends, or breaks off, which this throws. Asks for the next piece only once the one before
   * is kept.
   */
  append(pieces: AsyncIterable<Uint8Array>): Promise<void>
  /** May be called in the middle of `append`. */
  discard(): Promise<void>
}

/** A file on its way. */
export interface Upload<Bytes extends IncomingBytes> extends UploadRecord {
  readonly bytes: Bytes
  /** Of the bytes that are kept. */
  readonly hash: Hash
  status: UploadStatus
  /** Whether a request is at it. */
  busy: boolean
}

export interface UploadLimits {
  readonly maxFileBytes: number
  readonly maxProjectBytes: number
  /** Files and uploads under way. */
  readonly maxProjectFiles: number
  /** Of all projects together: a key is quickly invented, and the disk is one. */
  readonly maxTotalBytes: number
  /** From its start to its end. */
  readonly uploadLifeMs: number
}

/** What is stored already. An owner stands for what is a project at Google. */
export interface UploadShelf {
  /** Of everybody without an owner. */
  bytesOf(owner?: string): number
  countOf(owner: string): number
  has(fileId: string, owner: string): boolean
  /** One that no stored file has. */
  newId(owner: string): string
}

/** Makes a file of an upload whose bytes are all there. The hash is base64 of the SHA-256. */
export type Keep<Bytes extends IncomingBytes, Stored> = (
  upload: Upload<Bytes>,
  sha256: string,
) => Stored | Promise<Stored>

export interface Uploads<Bytes extends IncomingBytes> {
  /** @throws ApiError where the name is taken, or it is too much. */
  start(draft: FileDraft, owner: string): Promise<Upload<Bytes>>
  /** @throws ApiError 404 */
  find(id: string): Promise<Upload<Bytes>>
  /** Keeps what came when the caller breaks off. @throws ApiError where it is not the upload's turn, or too much. */
  append(upload: Upload<Bytes>, pieces: AsyncIterable<Uint8Array>): Promise<void>
  /** @throws ApiError where bytes are missing. What `keep` throws leaves the upload as it was. */
  finalize<Stored>(upload: Upload<Bytes>, keep: Keep<Bytes, Stored>): Promise<Stored>
  cancel(upload: Upload<Bytes>): Promise<void>
  clear(): Promise<void>
}

/** What is left of an upload that an earlier process began. */
export interface Recalled<Bytes extends IncomingBytes> {
  readonly record: UploadRecord
  readonly bytes: Bytes
  readonly hash: Hash
}

export interface UploadsOptions<Bytes extends IncomingBytes> extends System {
  readonly shelf: UploadShelf
  readonly limits: UploadLimits
  /** Whether a name is one for all projects, as it is at Google, or one in each. */
  readonly sharedNames: boolean
  /** Each holds a hash and a file on disk; beyond so many the longest unused is given up. */
  readonly maxUploads: number
  readonly open: (record: UploadRecord) => Promise<Bytes>
  readonly recall?: (id: string) => Promise<Recalled<Bytes> | null>
}

/** After a refusal so much is read and thrown away: many clients look for an answer only once all is sent. */
const MOST_PASSED_OVER_BYTES = 64 * 1024 * 1024

/** Uploads under way, and how much of everything there may be. */
export function createUploads<Bytes extends IncomingBytes>(options: UploadsOptions<Bytes>): Uploads<Bytes> {
  const { clock, random, shelf, limits, sharedNames, maxUploads, open, recall } = options
  const uploads = new LRUCache<string, Upload<Bytes>>({ max: maxUploads, dispose })
  /** Those whose bytes have no place yet. */
  const starting = new Set<UploadRecord>()
  const recalling = new Map<string, Promise<Upload<Bytes> | undefined>>()
  const active = () => [...uploads.values()].filter(({ status }) => status === 'active')
  const underWay = (): readonly UploadRecord[] => [...starting, ...active()]

  const give = async (upload: Upload<Bytes>) => {
    if (upload.status !== 'active') return
    upload.status = 'cancelled'
    await upload.bytes.discard()
  }
  // What cannot be deleted now is deleted with all the rest.
  function dispose(upload: Upload<Bytes>): void {
    give(upload).catch(() => {})
  }
  const isOver = ({ startedAtMs }: UploadRecord) => startedAtMs + limits.uploadLifeMs <= clock.now()
  const sweep = () => {
    for (const upload of uploads.values()) if (isOver(upload)) uploads.delete(upload.id)
  }

  /** What is stored, announced and sent, by everybody without an owner. */
  const bytesOf = (uploading: readonly UploadRecord[], owner?: string) =>
    uploading
      .filter((upload) => owner === undefined || upload.owner === owner)
      .reduce(
        (sum, { id, draft }) => sum + Math.max(draft.sizeBytes ?? 0, uploads.peek(id)?.bytes.byteLength ?? 0),
        shelf.bytesOf(owner),
      )
  /** What the owner may still store, this upload included, and the limit that leaves the least. */
  const roomFor = (owner: string, except?: UploadRecord) => {
    const others = underWay().filter((upload) => upload !== except)
    const [project, total] = [
      { room: limits.maxProjectBytes - bytesOf(others, owner), limit: limits.maxProjectBytes },
      { room: limits.maxTotalBytes - bytesOf(others), limit: limits.maxTotalBytes },
    ]
    return project.room <= total.room ? project : total
  }
  const isTaken = (fileId: string, owner: string) =>
    shelf.has(fileId, owner) ||
    underWay().some((upload) => upload.fileId === fileId && (sharedNames || upload.owner === owner))
  const filesOf = (owner: string) =>
    shelf.countOf(owner) + underWay().filter((upload) => upload.owner === owner).length

  const refusalOf = ({ id, sizeBytes }: FileDraft, owner: string): ApiError | null => {
    if ((sizeBytes ?? 0) > limits.maxFileBytes) return fileTooLarge(limits.maxFileBytes)
    if (filesOf(owner) >= limits.maxProjectFiles) return tooManyFiles(limits.maxProjectFiles)
    const { room, limit } = roomFor(owner)
    if ((sizeBytes ?? 0) > room) return storageExhausted(limit)
    return id !== null && isTaken(id, owner) ? nameTaken() : null
  }

  const enter = (record: UploadRecord, bytes: Bytes, hash: Hash): Upload<Bytes> => {
    const upload: Upload<Bytes> = { ...record, bytes, hash, status: 'active', busy: false }
    uploads.set(record.id, upload)
    return upload
  }

  const start = async (draft: FileDraft, owner: string): Promise<Upload<Bytes>> => {
    sweep()
    // From here to the entry nothing waits, or two uploads could both get the last room.
    const refusal = refusalOf(draft, owner)
    if (refusal !== null) throw refusal
    const record: UploadRecord = {
      id: Buffer.from(random.bytes(32)).toString('hex'),
      owner,
      draft,
      fileId: draft.id ?? shelf.newId(owner),
      startedAtMs: clock.now(),
    }
    starting.add(record)
    try {
      const bytes = await open(record)
      return enter(record, bytes, createHash('sha256'))
    } finally {
      starting.delete(record)
    }
  }

  const recalled = async (id: string): Promise<Upload<Bytes> | undefined> => {
    const found = await recall?.(id)
    if (!found) return undefined
    if (!isOver(found.record)) return enter(found.record, found.bytes, found.hash)
    await found.bytes.discard()
  }
  const find = async (id: string): Promise<Upload<Bytes>> => {
    sweep()
    const known = uploads.get(id)
    if (known !== undefined) return known
    const recollection = recalling.get(id) ?? recalled(id).finally(() => recalling.delete(id))
    recalling.set(id, recollection)
    const upload = await recollection
    if (upload === undefined) throw uploadUnknown()
    return upload
  }

  /** Asked with every piece: others store, and cancel, meanwhile. */
  const refusalAt = (upload: Upload<Bytes>, byteLength: number): ApiError | null => {
    const { draft, owner, status } = upload
    if (status !== 'active') return uploadError('The upload is over.', status)
    if (isOver(upload)) return uploadError('The upload took too long.', 'cancelled')
    // What is announced has been set aside at the start.
    if (draft.sizeBytes !== null) return byteLength > draft.sizeBytes ? moreThanAnnounced() : null
    if (byteLength > limits.maxFileBytes) return fileTooLarge(limits.maxFileBytes)
    const { room, limit } = roomFor(owner, upload)
    return byteLength > room ? storageExhausted(limit) : null
  }

  const alone = async <Value>(upload: Upload<Bytes>, work: () => Promise<Value>): Promise<Value> => {
    if (upload.busy) throw busy(upload.bytes.byteLength)
    upload.busy = true
    try {
      return await work()
    } finally {
      upload.busy = false
    }
  }

  const append = (upload: Upload<Bytes>, pieces: AsyncIterable<Uint8Array>) =>
    alone(upload, async () => {
      const refused: ApiError[] = []
      async function* taken() {
        let { byteLength } = upload.bytes
        let passedOver = 0
        for await (const piece of pieces) {
          byteLength += piece.byteLength
          const refusal = refused[0] ?? refusalAt(upload, byteLength)
          if (refusal === null) {
            yield piece
            // Only now is it kept.
            upload.hash.update(piece)
          } else {
            refused[0] = refusal
            passedOver += piece.byteLength
            if (passedOver > MOST_PASSED_OVER_BYTES) return
          }
        }
      }
      await upload.bytes.append(taken())
      const [refusal] = refused
      if (refusal === undefined) return
      await give(upload)
      throw refusal
    })

  const finalize = <Stored>(upload: Upload<Bytes>, keep: Keep<Bytes, Stored>) =>
    alone(upload, async () => {
      const { bytes, draft, hash, status } = upload
      if (status !== 'active') throw uploadError('The upload is over.', status)
      if (draft.sizeBytes !== null && bytes.byteLength < draft.sizeBytes) {
        throw uploadError('Fewer bytes came than were announced.', 'active', bytes.byteLength)
      }
      // Of a copy: were it not kept this time, more bytes may come.
      const stored = await keep(upload, hash.copy().digest('base64'))
      upload.status = 'final'
      return stored
    })

  return {
    start,
    find,
    append,
    finalize,
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
