import type { JsonObject } from '../../contract/json-object.ts'
import type { System } from '../../contract/system.ts'
import type { Blobs } from '../../store/blobs.ts'
import { openFileShelf, type ShelvedFile } from '../../store/file-shelf.ts'
import { ownerOf } from '../../store/owner.ts'
import { ApiError } from '../../wire/api-error.ts'
import { announcedBy, readFileDraft } from '../../wire/files/file-draft.ts'
import { fileForbidden, notDownloadable } from '../../wire/files/file-error.ts'
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
import type { UploadLimits } from '../../wire/files/uploads.ts'
import { announcedBytes } from '../body/incoming.ts'
import type { BodyReader } from '../body/json-body.ts'
import { streamBody } from '../body/streamed-body.ts'
import { type Exchange, jsonReply, type OpenExchange, type Reply } from '../exchange.ts'
import type { StoredImage } from '../stored-image.ts'
import { createFileUploads } from './file-uploads.ts'

export interface FileDoorLimits extends UploadLimits {
  /** Uploads under way of all callers; beyond them the longest unused is given up. */
  readonly maxUploads: number
  readonly fileLifeMs: number
}

/**
 * Bytes and lives as at Google (ai.google.dev Files API page), in decimal as the smaller reading; it is not known to
 * count files. A caller stands for a project.
 */
export const FILE_LIMITS: FileDoorLimits = {
  maxFileBytes: 2_000_000_000,
  maxProjectBytes: 20_000_000_000,
  maxProjectFiles: 1_000,
  maxTotalBytes: 20_000_000_000,
  maxUploads: 10_000,
  fileLifeMs: 48 * 3_600_000,
  // Two gigabytes at a megabit a second take four and a half.
  uploadLifeMs: 6 * 3_600_000,
}

export interface FilesDoorOptions extends System {
  readonly blobs: Blobs
  /** For the small document an upload begins with. */
  readonly bodies: BodyReader
  readonly limits?: Partial<FileDoorLimits>
}

/** A file a caller stored, as an edit takes it. */
export interface ResolvedFile extends StoredImage {
  /** What its first bytes say it is, where they do; else as its owner labelled it. */
  readonly mimeType: string
}

/**
 * The Files API of Google's Developer API. What is wrong is answered in Google's words by the handlers themselves; what
 * the store or the body's sender did is thrown as `PlantainError`. A file of another caller is answered as one that
 * never was.
 */
export interface FilesDoor {
  /** `POST /upload/{v}/files`: starts a resumable upload, or takes a whole `multipart/related` one. */
  start(exchange: Exchange): Promise<Reply>
  /**
   * `POST|PUT /upload/{v}/files/resume?upload_id=`: upload, finalize, query, cancel. **To be mounted without the key guard**:
   * Python's SDK sends pieces without a key. The id, 256 random bits that only whoever started the upload was told, is
   * the credential; it is good for this one upload until that ends, and cannot read anything.
   */
  resume(exchange: OpenExchange): Promise<Reply>
  /** `GET /{v}/files` */
  list(exchange: Exchange): Promise<Reply>
  /** `GET /{v}/files/{id}` and, which Google refuses too, `{id}:download`. */
  get(exchange: Exchange): Promise<Reply>
  /** `DELETE /{v}/files/{id}` */
  delete(exchange: Exchange): Promise<Reply>
  /** What `fileData.fileUri` refers to, a whole address or `files/{id}`; `null`: the caller has no such file here. */
  resolve(uri: string, keyId: string): Promise<ResolvedFile | null>
}

/** Opens the door, which looks at the files there are. */
export async function openFilesDoor({
  blobs,
  bodies,
  clock,
  random,
  ...options
}: FilesDoorOptions): Promise<FilesDoor> {
  const limits = { ...FILE_LIMITS, ...options.limits }
  const shelf = await openFileShelf({ blobs, clock, random, lifeMs: limits.fileLifeMs })
  const { uploads, keep } = createFileUploads({ blobs, shelf, limits, clock, random })

  const owned = ({ params, caller }: Exchange): ShelvedFile => {
    const [id = '', action] = (params['id'] ?? '').split(':')
    const file = shelf.find(id, ownerOf(caller.keyId))
    if (file === null) throw fileForbidden(id.slice(0, MOST_ID_CHARS))
    if (action !== undefined) throw notDownloadable(id)
    return file
  }
  const callOf = ({ request }: OpenExchange) => ({
    headers: request.headers,
    stream: () => streamBody(request, bodies.limits.bodyIdleMs),
  })

  return {
    start: inGooglesWords(async (exchange: Exchange) => {
      const call = callOf(exchange)
      const owner = ownerOf(exchange.caller.keyId)
      if (isWholeUpload(call)) {
        return uploadReply(storedAnswer(described(await receiveWhole(call, owner, uploads, keep), exchange)))
      }
      mustStart(call)
      const empty = announcedBytes(exchange.request) === 0
      const document = empty ? undefined : (await bodies.json(exchange)).document
      const draft = readFileDraft(document, announcedBy(call.headers))
      // Apart from where uploads start, since nobody is asked for a key there; under the version that was asked for.
      const address = `${exchange.origin}${exchange.path}/resume`
      return uploadReply(startedAnswer(address, await uploads.start(draft, owner)))
    }),
    resume: inGooglesWords(async (exchange: OpenExchange) => {
      const came = await resumed(callOf(exchange), exchange.query.get('upload_id') ?? '', uploads, keep)
      return uploadReply(came.kind === 'told' ? came.answer : storedAnswer(described(came.stored, exchange)))
    }),
    list: inGooglesWords(async (exchange: Exchange) => {
      const { files, nextPageToken } = pageOf(shelf.list(ownerOf(exchange.caller.keyId)), exchange.query)
      return jsonReply(
        200,
        filesJson(
          files.map((file) => described(file, exchange)),
          nextPageToken,
        ),
      )
    }),
    get: inGooglesWords(async (exchange: Exchange) => jsonReply(200, described(owned(exchange), exchange))),
    delete: inGooglesWords(async (exchange: Exchange) => {
      await shelf.remove(owned(exchange))
      return jsonReply(200, {})
    }),
    resolve: async (uri, keyId) => {
      const file = shelf.find(fileIdIn(uri) ?? '', ownerOf(keyId))
      const blob = file === null ? null : await shelf.open(file)
      if (file === null || blob === null) return null
      const { byteLength } = blob
      return { mimeType: file.sniffedType ?? file.mimeType, byteLength, bytes: () => blob.bytes() }
    },
  }
}

const MOST_ID_CHARS = 64

function described(file: ShelvedFile, { origin }: OpenExchange): JsonObject {
  return fileJson({ ...file, uri: `${origin}/v1beta/files/${file.id}`, state: 'ACTIVE' })
}

function uploadReply({ document, headers }: UploadAnswer): Reply {
  return jsonReply(200, document, headers)
}

/** Errors of the protocol carry headers of their own, such as how much of an upload has come. */
function inGooglesWords<Asked extends OpenExchange>(answer: (exchange: Asked) => Promise<Reply>) {
  return async (exchange: Asked): Promise<Reply> => {
    try {
      return await answer(exchange)
    } catch (thrown) {
      if (thrown instanceof ApiError) return thrown.reply
      throw thrown
    }
  }
}
