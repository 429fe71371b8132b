import type { IncomingHttpHeaders } from 'node:http'
import type { JsonObject } from '../../contract/json-object.ts'
import { invalidArgument } from '../api-error.ts'
import { readFileDraft } from './file-draft.ts'
import { uploadError, uploadHeaders } from './file-error.ts'
import { readRelatedParts } from './related-parts.ts'
import type { IncomingBytes, Keep, Upload, Uploads } from './uploads.ts'

/** A request that brings bytes, or speaks of them. */
export interface UploadCall {
  readonly headers: IncomingHttpHeaders
  /** The body as it arrives; throws when the caller breaks off. */
  stream(): AsyncIterable<Uint8Array>
}

/** What goes back with 200. */
export interface UploadAnswer {
  readonly document: JsonObject
  readonly headers: Readonly<Record<string, string>>
}

/** What an upload's request came to: the file, or something to say about the upload. */
export type Resumed<Stored> =
  | { readonly kind: 'stored'; readonly stored: Stored }
  | { readonly kind: 'told'; readonly answer: UploadAnswer }

/** What SDKs send at a time. As far as known Google asks for multiples of it; pieces of any size are taken here. */
const CHUNK_GRANULARITY_BYTES = 8 * 1024 * 1024

/** Whether the whole file is in this request, as `multipart/related`. */
export function isWholeUpload({ headers }: UploadCall): boolean {
  const { 'x-goog-upload-protocol': protocol, 'content-type': type = '' } = headers
  return protocol === 'multipart' || /^multipart\/related\b/i.test(type)
}

/** Takes a file that is whole in one request. */
export async function receiveWhole<Bytes extends IncomingBytes, Stored>(
  call: UploadCall,
  owner: string,
  uploads: Uploads<Bytes>,
  keep: Keep<Bytes, Stored>,
): Promise<Stored> {
  const parts = await readRelatedParts(call.stream(), call.headers['content-type'] ?? '')
  const draft = readFileDraft(parts.document, { mimeType: parts.contentType, sizeBytes: null })
  const upload = await uploads.start(draft, owner)
  try {
    await uploads.append(upload, parts.content)
    return await uploads.finalize(upload, keep)
  } finally {
    // Nobody knows its address: what is not final by now never will be.
    await uploads.cancel(upload)
  }
}

/** @throws ApiError 400 where it is not `start`. */
export function mustStart(call: UploadCall): void {
  if (call.headers['x-goog-upload-protocol'] === 'resumable' && commandsOf(call).includes('start')) return
  throw invalidArgument(
    'An upload begins with X-Goog-Upload-Protocol: resumable and X-Goog-Upload-Command: start, or is multipart.',
  )
}

/** Answers `start` with the address to send the bytes to: `path` and the upload's id, which SDKs keep as they are. */
export function startedAnswer(path: string, { id }: Upload<IncomingBytes>): UploadAnswer {
  const address = `${path}?upload_id=${id}&upload_protocol=resumable`
  const headers = {
    ...uploadHeaders('active'),
    'x-goog-upload-url': address,
    'x-goog-upload-control-url': address,
    'x-goog-upload-chunk-granularity': String(CHUNK_GRANULARITY_BYTES),
  }
  return { document: {}, headers }
}

/** Carries out what the request asks of an upload that was started. */
export async function resumed<Bytes extends IncomingBytes, Stored>(
  call: UploadCall,
  uploadId: string,
  uploads: Uploads<Bytes>,
  keep: Keep<Bytes, Stored>,
): Promise<Resumed<Stored>> {
  const upload = await uploads.find(uploadId)
  const commands = commandsOf(call)
  if (commands.includes('query')) return told(upload)
  if (commands.includes('cancel')) {
    if (upload.status === 'final') throw uploadError('The upload is final.', 'final')
    await uploads.cancel(upload)
    return told(upload)
  }
  const [uploading, finalizing] = [commands.includes('upload'), commands.includes('finalize')]
  if (!uploading && !finalizing) {
    throw invalidArgument('X-Goog-Upload-Command must be upload, finalize, both, query or cancel.')
  }
  if (upload.status !== 'active') throw uploadError('The upload is over.', upload.status)
  if (uploading) await appended(call, upload, uploads)
  return finalizing ? { kind: 'stored', stored: await uploads.finalize(upload, keep) } : told(upload)
}

/** The end of an upload: the file, and that there is nothing more to send. */
export function storedAnswer(file: JsonObject): UploadAnswer {
  return { document: { file }, headers: uploadHeaders('final') }
}

/** As far as known a wrong offset is a bad request; the answer says where to go on. */
async function appended<Bytes extends IncomingBytes>(
  call: UploadCall,
  upload: Upload<Bytes>,
  uploads: Uploads<Bytes>,
): Promise<void> {
  const { byteLength } = upload.bytes
  const offset = call.headers['x-goog-upload-offset']
  if (offset !== String(byteLength)) {
    throw uploadError(`The next byte of this upload is number ${byteLength}.`, 'active', byteLength)
  }
  await uploads.append(upload, call.stream())
}

function told({ status, bytes }: Upload<IncomingBytes>): {
  readonly kind: 'told'
  readonly answer: UploadAnswer
} {
  return { kind: 'told', answer: { document: {}, headers: uploadHeaders(status, bytes.byteLength) } }
}

function commandsOf({ headers }: UploadCall): readonly string[] {
  const command = headers['x-goog-upload-command']
  return String(command ?? '')
    .toLowerCase()
    .split(',')
    .map((word) => word.trim())
}
