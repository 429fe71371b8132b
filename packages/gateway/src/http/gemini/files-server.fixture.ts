import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { FilesUnderTest } from '../../../test/conformance/files.ts'
import { filesClient } from '../../../test/conformance/files-client.ts'
import { PlantainError } from '../../contract/error.ts'
import { openFileBlobs } from '../../store/file-blobs.ts'
import { createSlabPool } from '../../wire/slabs.ts'
import { createBodyReader } from '../body/json-body.ts'
import type { Exchange, Handler, Reply } from '../exchange.ts'
import { faultReply } from '../fault-reply.ts'
import type { Observation } from '../../observe/observation.ts'
import { sendReply } from '../reply-sender.ts'
import { createRouteTable, type RouteTable } from '../route-table.ts'
import { routesOf } from '../routes.ts'
import { type FileDoorLimits, type FilesDoor, openFilesDoor } from './files.ts'

export interface FilesServer extends FilesUnderTest {
  readonly directory: string
  /** As another process finds it, behind the same address. */
  restart(): Promise<void>
  resolve: FilesDoor['resolve']
}

export interface FilesServerOptions {
  readonly limits?: Partial<FileDoorLimits>
  readonly bodyIdleMs?: number
  readonly maxBytes?: number
}

const open: (() => Promise<void>)[] = []
afterEach(() => Promise.all(open.splice(0).map((close) => close())))

/** The door on a loopback socket and a store of its own, until the test ends. A key is whoever it says it is. */
export async function serveFiles(options: FilesServerOptions = {}): Promise<FilesServer> {
  const { limits = {}, bodyIdleMs = 60_000, maxBytes = 1e10 } = options
  let nowMs = Date.UTC(2026, 10, 22, 12)
  const system = {
    clock: { now: () => nowMs, monotonicMs: () => nowMs },
    random: { bytes: (count: number) => randomBytes(count) },
  }
  const directory = await mkdtemp(join(tmpdir(), 'plantain-files-door-'))
  const bodies = createBodyReader(createSlabPool({ maxBytes: 1e8 }), {
    requestBytes: 1e7,
    bodyIdleMs,
    bodyTotalMs: 60_000,
  })
  const failures: unknown[] = []
  const opened = async () => {
    const blobs = await openFileBlobs({ ...system, directory, maxBytes })
    return { blobs, door: await openFilesDoor({ ...system, blobs, bodies, limits }) }
  }
  let { blobs, door } = await opened()

  const server = createServer((request, response) => {
    void answered(request, response, door)
      .catch((thrown: unknown) => {
        failures.push(thrown)
        const internal = new PlantainError('internal', 'It crashed.')
        return faultReply((PlantainError.is(thrown) ? thrown : internal).fault, 'gemini')
      })
      .then((reply) =>
        sendReply(reply, response, {
          withBody: true,
          signal: new AbortController().signal,
          readerIdleMs: 60_000,
        }),
      )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  open.push(async () => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    await rm(directory, { recursive: true, force: true })
  })

  return {
    ...filesClient(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`),
    uploadPath: 'files/resume',
    sharedNames: false,
    failures,
    directory,
    advance: (ms) => {
      nowMs += ms
    },
    lookup: async (uri, key) => {
      const file = await door.resolve(uri, key)
      if (file === null) throw new Error('there is no such file')
      return { bytes: await file.bytes(), mimeType: file.mimeType }
    },
    onDisk: async () => {
      await blobs.sweep()
      const names = await readdir(directory, { recursive: true })
      return names.filter((name) => /(?:^|\/)files\.[^/]+$/.test(name)).length
    },
    restart: async () => {
      ;({ blobs, door } = await opened())
    },
    resolve: (uri, keyId) => door.resolve(uri, keyId),
  }
}

async function answered(request: IncomingMessage, response: ServerResponse, door: FilesDoor): Promise<Reply> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
  const left = new AbortController()
  response.once('close', () => left.abort())
  const found = tableOf(door).find(request.method ?? '', url.pathname)
  if (found.kind !== 'route') throw new PlantainError('not_found')
  const keyId = String(request.headers['x-goog-api-key'] ?? url.searchParams.get('key') ?? '')
  if (keyId === '' && found.route.access !== 'open') throw new PlantainError('key_missing')
  return found.route.handler({
    request,
    caller: callerOf(keyId),
    providerCredential: null,
    signal: left.signal,
    requestId: 'req_1',
    watch: UNWATCHED,
    method: request.method ?? '',
    path: url.pathname,
    params: found.params,
    query: url.searchParams,
    defer: (release) => void response.once('close', () => void release()),
    origin: url.origin,
  })
}

const none: Handler = () => Promise.reject(new PlantainError('not_implemented'))

/** The gateway's own table, whatever else is in it. */
function tableOf({ start, resume, list, get, delete: remove }: FilesDoor): RouteTable {
  return createRouteTable(
    routesOf({
      createEdit: none,
      getEdit: none,
      deleteEdit: none,
      getImage: none,
      generate: none,
      listModels: none,
      getModel: none,
      startUpload: start,
      resumeUpload: resume,
      listFiles: list,
      getFile: get,
      deleteFile: remove,
      healthz: none,
      readyz: none,
      openApi: none,
      docs: none,
      metrics: null,
    }),
  )
}

const UNWATCHED: Observation = {
  caller: () => {},
  received: () => {},
  refused: () => {},
  edited: () => {},
  step: () => {},
  serverTiming: () => '',
  end: () => {},
}

function callerOf(keyId: string): Exchange['caller'] {
  return {
    keyId,
    scopes: ['files'],
    models: null,
    providers: null,
    passThrough: false,
    limits: { concurrent: 10, requestsPerMinute: 1000 },
  }
}
