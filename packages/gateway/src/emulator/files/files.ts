import { mkdir, readFile } from 'node:fs/promises'
import type { JsonObject } from '../../contract/json-object.ts'
import type { Clock, Random } from '../../contract/system.ts'
import { invalidArgument } from '../api-error.ts'
import type { AskedImage } from '../asked.ts'
import type { Call } from '../call.ts'
import { jsonReply, type Reply } from '../reply.ts'
import { type Announced, readFileDraft } from './file-draft.ts'
import { fileForbidden, fileNotActive, fileTooLarge, notDownloadable } from './file-error.ts'
import { pageOf } from './file-page.ts'
import { readRelatedParts } from './related-parts.ts'
import { createShelf, type StoredFile } from './shelf.ts'
import { resumed, started, storedReply } from './upload-protocol.ts'
import { createUploads, type FileLimits } from './uploads.ts'

export interface FilesOptions {
  readonly clock: Clock
  readonly random: Random
  /** Where the bytes go; made when the first come. Nothing else may be in it. */
  readonly directory: string
  readonly limits?: Partial<FileLimits>
  /** How long a file is PROCESSING before it can be used. 0: images are ready at once. */
  readonly processingMs?: number
}

/** Google's figures (ai.google.dev Files API page), in decimal as the smaller reading. */
const LIMITS: FileLimits = {
  maxFileBytes: 2_000_000_000,
  maxProjectBytes: 20_000_000_000,
  // Not Google's: what one project may store is the most there is room for.
  maxTotalBytes: 20_000_000_000,
  lifeMs: 48 * 3_600_000,
}

/** A file as `/emulator/state` lists it. */
export interface HeldFile {
  readonly name: string
  readonly owner: string
  readonly mimeType: string
  readonly bytes: number
  readonly state: string
}

/**
 * The Developer API's Files. `owner` is the fingerprint of who asks: each key stands for a project of its own.
 * All handlers throw `ApiError`s.
 */
export interface Files {
  /** `POST /upload/{v}/files`: starts a resumable upload, or takes a whole `multipart/related` one. */
  startUpload(call: Call, owner: string): Promise<Reply>
  /** `POST /upload/{v}/files?upload_id=`: upload, finalize, query, cancel. Asks for no credential: the id is one. */
  upload(call: Call): Promise<Reply>
  get(id: string, owner: string): Reply
  list(call: Call, owner: string): Reply
  delete(id: string, owner: string): Promise<Reply>
  download(id: string, owner: string): Reply
  /** What `fileData.fileUri` refers to: `https://any-host/v1beta/files/id`, or `files/id`. */
  lookup(uri: string, owner: string): Promise<AskedImage>
  held(): readonly HeldFile[]
  /** Deletes everything, uploads under way included. */
  clear(): Promise<void>
}

const FILE_URI = /^(?:https?:\/\/[^/?#]+\/(?:[^/?#]+\/)?)?files\/([^/?#:]{1,64})$/
/** Read into memory for a model: as much as a whole request may bring. */
const MOST_LOOKUP_BYTES = 100_000_000

export function createFiles(options: FilesOptions): Files {
  const { clock, random, processingMs = 0 } = options
  const limits = { ...LIMITS, ...options.limits }
  const shelf = createShelf({ clock, random, lifeMs: limits.lifeMs })
  const directory = async () => {
    await mkdir(options.directory, { recursive: true, mode: 0o700 })
    return options.directory
  }
  const uploads = createUploads({ clock, random, shelf, limits, directory })

  const owned = (id: string, owner: string): StoredFile => {
    const file = shelf.find(id)
    if (file?.owner === owner) return file
    throw fileForbidden(id)
  }
  const stateOf = (file: StoredFile) =>
    file.createdAtMs + processingMs > clock.now() ? 'PROCESSING' : 'ACTIVE'
  const described = (file: StoredFile): JsonObject => describe(file, stateOf(file), limits.lifeMs)

  const whole = async (call: Call, owner: string): Promise<Reply> => {
    const parts = await readRelatedParts(call.stream(), call.headers['content-type'] ?? '')
    const draft = readFileDraft(parts.document, { mimeType: parts.contentType, sizeBytes: null })
    const upload = await uploads.start(draft, owner)
    try {
      await uploads.append(upload, parts.content)
      return storedReply(described(uploads.finalize(upload, (id) => uriOf(id, call))))
    } finally {
      // Nobody knows its address: what is not final by now never will be.
      await uploads.cancel(upload)
    }
  }

  return {
    startUpload: async (call, owner) => {
      const { 'x-goog-upload-protocol': protocol, 'content-type': type = '' } = call.headers
      if (protocol === 'multipart' || /^multipart\/related\b/i.test(type)) return whole(call, owner)
      const announced = announcedBy(call)
      const draft = readFileDraft(await call.json(), announced)
      return started(call, () => uploads.start(draft, owner))
    },
    upload: async (call) => {
      const file = await resumed(call, uploads, (id) => uriOf(id, call))
      return file.kind === 'reply' ? file.reply : storedReply(described(file.stored))
    },
    get: (id, owner) => jsonReply(described(owned(id, owner))),
    list: (call, owner) => {
      const mine = shelf.all().filter((file) => file.owner === owner)
      const { files, nextPageToken } = pageOf(mine, call.query)
      return jsonReply({
        ...(files.length > 0 && { files: files.map(described) }),
        ...(nextPageToken !== null && { nextPageToken }),
      })
    },
    delete: async (id, owner) => {
      await shelf.remove(owned(id, owner))
      return jsonReply({})
    },
    download: (id, owner) => {
      throw notDownloadable(owned(id, owner).id)
    },
    lookup: async (uri, owner) => {
      const id = FILE_URI.exec(uri)?.[1]
      // As far as known.
      if (id === undefined) throw invalidArgument(`Invalid or unsupported file uri: ${uri.slice(0, 200)}`)
      const file = owned(id, owner)
      if (stateOf(file) !== 'ACTIVE') throw fileNotActive(id)
      if (file.byteLength > MOST_LOOKUP_BYTES) throw fileTooLarge(MOST_LOOKUP_BYTES)
      return { bytes: await readFile(file.path), mimeType: file.mimeType }
    },
    held: () =>
      shelf.all().map((file) => ({
        name: `files/${file.id}`,
        owner: file.owner,
        mimeType: file.mimeType,
        bytes: file.byteLength,
        state: stateOf(file),
      })),
    clear: async () => {
      await uploads.clear()
      await shelf.clear()
    },
  }
}

function announcedBy({ headers }: Call): Announced {
  const mimeType = headers['x-goog-upload-header-content-type']
  const length = headers['x-goog-upload-header-content-length']
  return {
    mimeType: typeof mimeType === 'string' ? mimeType : null,
    sizeBytes: typeof length === 'string' && /^\d{1,15}$/.test(length) ? Number(length) : null,
  }
}

function uriOf(id: string, { origin, apiVersion }: Call): string {
  return `${origin}/${apiVersion || 'v1beta'}/files/${id}`
}

/**
 * The hash is base64 of the digest itself, as the field's type (bytes) says; Google is reported to encode the digest's
 * hex digits instead.
 */
function describe(file: StoredFile, state: string, lifeMs: number): JsonObject {
  const at = new Date(file.createdAtMs).toISOString()
  return {
    name: `files/${file.id}`,
    ...(file.displayName !== null && { displayName: file.displayName }),
    mimeType: file.mimeType,
    sizeBytes: String(file.byteLength),
    createTime: at,
    updateTime: at,
    expirationTime: new Date(file.createdAtMs + lifeMs).toISOString(),
    sha256Hash: file.sha256,
    uri: file.uri,
    state,
    source: 'UPLOADED',
  }
}
