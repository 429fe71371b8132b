import { createHash } from 'node:crypto'
import { fetch, Headers, type RequestInit, type Response } from 'undici'
import { isJsonObject } from '../../src/contract/json-object.ts'

export type FileBody = Record<'name' | 'uri' | 'state' | 'sizeBytes' | 'sha256Hash', string>

/** Whatever an answer may hold; assertions tell what it does hold. */
interface Body extends FileBody {
  readonly file: FileBody
  readonly files?: readonly FileBody[]
  readonly nextPageToken: string
  readonly error: { readonly message: string }
}

export interface Said {
  readonly status: number
  readonly body: Body
  readonly upload: string | null
  readonly received: string | null
  readonly headers: Headers
}

/** Speaks the protocol of Google's Files without an SDK. */
export interface FilesClient {
  readonly origin: string
  /** As an SDK asks, with a key. */
  send(path: string, init?: RequestInit, key?: string): Promise<Said>
  start(file: unknown, headers?: Record<string, string>, key?: string): Promise<Said>
  /** Of a new upload. */
  address(file?: unknown, headers?: Record<string, string>): Promise<string>
  /** As Python sends it: no key, and bytes that are called JSON. */
  put(url: string, command: string, offset: number | null, bytes?: UploadBody): Promise<Said>
  stored(bytes: UploadBody, file?: unknown): Promise<FileBody>
}

type UploadBody = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>

export const PNG = 'image/png'
export const HOUR_MS = 3_600_000

export function filesClient(origin: string): FilesClient {
  const send: FilesClient['send'] = async (path, init = {}, key = 'mine') => {
    const headers = new Headers(init.headers)
    headers.set('x-goog-api-key', key)
    return heard(await fetch(origin + path, { ...init, headers }))
  }
  const start: FilesClient['start'] = (file, headers = {}, key = 'mine') =>
    send(
      '/upload/v1beta/files',
      { method: 'POST', headers: { ...START, ...headers }, body: JSON.stringify({ file }) },
      key,
    )
  const address: FilesClient['address'] = async (file = { mimeType: PNG }, headers = {}) => {
    const said = await start(file, headers)
    return said.headers.get('x-goog-upload-url') ?? `none: ${said.status}`
  }

  return {
    origin,
    send,
    start,
    address,
    put,
    stored: async (bytes, file) => (await put(await address(file), 'upload, finalize', 0, bytes)).body.file,
  }
}

const START = {
  'content-type': 'application/json',
  'x-goog-upload-protocol': 'resumable',
  'x-goog-upload-command': 'start',
}

const put: FilesClient['put'] = async (url, command, offset, bytes) => {
  const headers = {
    'content-type': 'application/json',
    'x-goog-upload-command': command,
    ...(offset !== null && { 'x-goog-upload-offset': String(offset) }),
  }
  const body = bytes && { body: bytes, duplex: 'half' as const }
  return heard(await fetch(url, { method: 'POST', headers, ...body }))
}

async function heard(answer: Response): Promise<Said> {
  const body: unknown = await answer.json()
  if (!isBody(body)) throw new TypeError('the answer is no JSON object')
  return {
    status: answer.status,
    body,
    upload: answer.headers.get('x-goog-upload-status'),
    received: answer.headers.get('x-goog-upload-size-received'),
    headers: answer.headers,
  }
}

function isBody(value: unknown): value is Body {
  return isJsonObject(value)
}

export function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).map((_, i) => (i * 7 + (i >> 8)) % 251)
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64')
}

export function error(code: number, status: string, message: string) {
  return { error: { code, message, status } }
}

export function forbidden(id: string) {
  const message = `You do not have permission to access the File ${id} or it may not exist.`
  return error(403, 'PERMISSION_DENIED', message)
}

export async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('it never came to pass')
}
