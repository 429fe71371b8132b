import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fetch, Headers, type RequestInit, type Response } from 'undici'
import { afterEach } from 'vitest'
import { isJsonObject } from '../../contract/json-object.ts'
import { seeded } from '../../image/seeded.ts'
import { startCallServer } from '../identity/call-server.fixture.ts'
import { createFiles, type Files, type FilesOptions } from './files.ts'

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

export interface FilesServer {
  readonly files: Files
  readonly origin: string
  readonly directory: string
  readonly failures: readonly unknown[]
  advance(ms: number): void
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

const open: (() => Promise<void>)[] = []
afterEach(() => Promise.all(open.splice(0).map((close) => close())))

/** The handlers on a loopback socket and a directory of their own, until the test ends. */
export async function serveFiles(options: Partial<FilesOptions> = {}): Promise<FilesServer> {
  let nowMs = Date.UTC(2026, 10, 22, 12)
  const folder = await mkdtemp(join(tmpdir(), 'plantain-files-'))
  const directory = join(folder, 'held')
  const clock = { now: () => nowMs, monotonicMs: () => nowMs }
  const draw = seeded(1)
  const random = { bytes: (count: number) => Uint8Array.from({ length: count }, () => draw() * 256) }
  const files = createFiles({ clock, random, directory, ...options })
  const server = await startCallServer((call) => {
    const owner = String(call.headers['x-goog-api-key'] ?? call.query.get('key') ?? '')
    const [, id = '', action] = /\/files\/([^/:]+)(?::(\w+))?$/.exec(call.path) ?? []
    if (call.path.startsWith('/upload')) {
      return call.query.has('upload_id') ? files.upload(call) : files.startUpload(call, owner)
    }
    if (id === '') return files.list(call, owner)
    if (action === 'download') return files.download(id, owner)
    return call.method === 'DELETE' ? files.delete(id, owner) : files.get(id, owner)
  })
  open.push(async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })

  const send: FilesServer['send'] = async (path, init = {}, key = 'mine') => {
    const headers = new Headers(init.headers)
    headers.set('x-goog-api-key', key)
    return heard(await fetch(server.origin + path, { ...init, headers }))
  }
  const start: FilesServer['start'] = (file, headers = {}, key = 'mine') =>
    send(
      '/upload/v1beta/files',
      { method: 'POST', headers: { ...START, ...headers }, body: JSON.stringify({ file }) },
      key,
    )
  const address: FilesServer['address'] = async (file = { mimeType: PNG }, headers = {}) => {
    const said = await start(file, headers)
    return said.headers.get('x-goog-upload-url') ?? `none: ${said.status}`
  }

  return {
    files,
    origin: server.origin,
    directory,
    failures: server.failures,
    advance: (ms) => {
      nowMs += ms
    },
    send,
    start,
    address,
    put,
    stored: async (bytes, file) => (await put(await address(file), 'upload, finalize', 0, bytes)).body.file,
  }
}

const START = { 'x-goog-upload-protocol': 'resumable', 'x-goog-upload-command': 'start' }

const put: FilesServer['put'] = async (url, command, offset, bytes) => {
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
