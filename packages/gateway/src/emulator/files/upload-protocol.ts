import { invalidArgument } from '../api-error.ts'
import type { Call } from '../call.ts'
import { jsonReply, type Reply } from '../reply.ts'
import { uploadError, uploadHeaders } from './file-error.ts'
import type { StoredFile } from './shelf.ts'
import type { Upload, Uploads } from './uploads.ts'

/** What an upload's request came to: the file, or something to say about the upload. */
export type Resumed =
  | { readonly kind: 'stored'; readonly stored: StoredFile }
  | { readonly kind: 'reply'; readonly reply: Reply }

/** What SDKs send at a time. As far as known Google asks for multiples of it; pieces of any size are taken here. */
const CHUNK_GRANULARITY_BYTES = 8 * 1024 * 1024

/** Answers `start` with the address to send the bytes to. */
export async function started(call: Call, start: () => Promise<Upload>): Promise<Reply> {
  const { 'x-goog-upload-protocol': protocol } = call.headers
  if (protocol !== 'resumable' || !commandsOf(call).includes('start')) {
    throw invalidArgument(
      'An upload begins with X-Goog-Upload-Protocol: resumable and X-Goog-Upload-Command: start, or is multipart.',
    )
  }
  const { id } = await start()
  const version = call.apiVersion === '' ? '' : `/${call.apiVersion}`
  const address = `${call.origin}/upload${version}/files?upload_id=${id}&upload_protocol=resumable`
  const headers = {
    ...uploadHeaders('active'),
    'x-goog-upload-url': address,
    'x-goog-upload-control-url': address,
    'x-goog-upload-chunk-granularity': String(CHUNK_GRANULARITY_BYTES),
  }
  return jsonReply({}, { headers })
}

/** Carries out what the request asks of an upload that was started. */
export async function resumed(
  call: Call,
  uploads: Uploads,
  uriOf: (fileId: string) => string,
): Promise<Resumed> {
  const upload = uploads.find(call.query.get('upload_id') ?? '')
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
  return finalizing ? { kind: 'stored', stored: uploads.finalize(upload, uriOf) } : told(upload)
}

/** The end of an upload: the file, and that there is nothing more to send. */
export function storedReply(file: unknown): Reply {
  return jsonReply({ file }, { headers: uploadHeaders('final') })
}

/** As far as known a wrong offset is a bad request; the answer says where to go on. */
async function appended(call: Call, upload: Upload, uploads: Uploads): Promise<void> {
  const { byteLength } = upload.bytes
  const offset = call.headers['x-goog-upload-offset']
  if (offset !== String(byteLength)) {
    throw uploadError(`The next byte of this upload is number ${byteLength}.`, 'active', byteLength)
  }
  await uploads.append(upload, call.stream())
}

function told({ status, bytes }: Upload): Resumed {
  return { kind: 'reply', reply: jsonReply({}, { headers: uploadHeaders(status, bytes.byteLength) }) }
}

function commandsOf({ headers }: Call): readonly string[] {
  const command = headers['x-goog-upload-command']
  return String(command ?? '')
    .toLowerCase()
    .split(',')
    .map((word) => word.trim())
}
