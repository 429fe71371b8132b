import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Random } from '../../contract/system.ts'
import { invalidArgument } from '../../wire/api-error.ts'
import { announcedBy, readFileDraft } from '../../wire/files/file-draft.ts'
import { fileForbidden, fileNotActive, fileTooLarge, notDownloadable } from '../../wire/files/file-error.ts'
import { fileIdIn, fileJson, filesJson } from '../../wire/files/file-json.ts'
import { pageOf } from '../../wire/files/file-page.ts'
import {
  isWholeUpload,
  mustStart,
  receiveWhole,
  resumed,
  startedAnswer,
  storedAnswer,
  type UploadAnswer,
} from '../../wire/files/upload-protocol.ts'
import { createUploads, type Keep } from '../../wire/files/uploads.ts'
import type { AskedImage } from '../asked.ts'
import type { Call } from '../call.ts'
import { jsonReply, type Reply } from '../reply.ts'
import { createIncomingFile, type IncomingFile } from './incoming-file.ts'
import { createShelf, type StoredFile } from './shelf.ts'

export interface FileLimits {
  readonly maxFileBytes: number
  readonly maxProjectBytes: number
  readonly maxTotalBytes: number
  /** Of a file, and of an upload. */
  readonly lifeMs: number
}

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

/** Each holds a hash and a file on disk. */
const MOST_UPLOADS = 1_000
/** Read into memory for a model: as much as a whole request may bring. */
const MOST_LOOKUP_BYTES = 100_000_000

export function createFiles(options: FilesOptions): Files {
  const { clock, random, processingMs = 0 } = options
  const limits = { ...LIMITS, ...options.limits }
  const shelf = createShelf({ clock, random, lifeMs: limits.lifeMs })
  const open = async () => {
    await mkdir(options.directory, { recursive: true, mode: 0o700 })
    return createIncomingFile(join(options.directory, `${Buffer.from(random.bytes(16)).toString('hex')}.bin`))
  }
  const uploads = createUploads({
    clock,
    random,
    shelf,
    limits: { ...limits, maxProjectFiles: Infinity, uploadLifeMs: limits.lifeMs },
    sharedNames: true,
    maxUploads: MOST_UPLOADS,
    open,
  })
  const keepFor =
    (call: Call): Keep<IncomingFile, StoredFile> =>
    ({ fileId, owner, draft, bytes: { path, byteLength } }, sha256) => {
      const { displayName, mimeType } = draft
      const uri = `${call.origin}/${call.apiVersion || 'v1beta'}/files/${fileId}`
      return shelf.add({ id: fileId, owner, displayName, mimeType, byteLength, sha256, path, uri })
    }

  const owned = (id: string, owner: string): StoredFile => {
    const file = shelf.find(id)
    if (file?.owner === owner) return file
    throw fileForbidden(id)
  }
  const stateOf = (file: StoredFile) =>
    file.createdAtMs + processingMs > clock.now() ? 'PROCESSING' : 'ACTIVE'
  const described = (file: StoredFile) =>
    fileJson({ ...file, state: stateOf(file), expiresAtMs: file.createdAtMs + limits.lifeMs })

  return {
    startUpload: async (call, owner) => {
      if (isWholeUpload(call)) {
        return uploadReply(storedAnswer(described(await receiveWhole(call, owner, uploads, keepFor(call)))))
      }
      const draft = readFileDraft(await call.json(), announcedBy(call.headers))
      mustStart(call)
      const version = call.apiVersion === '' ? '' : `/${call.apiVersion}`
      return uploadReply(
        startedAnswer(`${call.origin}/upload${version}/files`, await uploads.start(draft, owner)),
      )
    },
    upload: async (call) => {
      const came = await resumed(call, call.query.get('upload_id') ?? '', uploads, keepFor(call))
      return uploadReply(came.kind === 'told' ? came.answer : storedAnswer(described(came.stored)))
    },
    get: (id, owner) => jsonReply(described(owned(id, owner))),
    list: (call, owner) => {
      const mine = shelf.all().filter((file) => file.owner === owner)
      const { files, nextPageToken } = pageOf(mine, call.query)
      return jsonReply(filesJson(files.map(described), nextPageToken))
    },
    delete: async (id, owner) => {
      await shelf.remove(owned(id, owner))
      return jsonReply({})
    },
    download: (id, owner) => {
      throw notDownloadable(owned(id, owner).id)
    },
    lookup: async (uri, owner) => {
      const id = fileIdIn(uri)
      // As far as known.
      if (id === null) throw invalidArgument(`Invalid or unsupported file uri: ${uri.slice(0, 200)}`)
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

function uploadReply({ document, headers }: UploadAnswer): Reply {
  return jsonReply(document, { headers })
}
