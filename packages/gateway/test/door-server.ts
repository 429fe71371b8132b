import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from 'vitest'
import { PlantainError } from '../src/contract/error.ts'
import type { Exchange, Handler, Reply } from '../src/http/exchange.ts'
import { faultReply } from '../src/http/fault-reply.ts'
import { sendReply } from '../src/http/reply-sender.ts'
import { createRouteTable } from '../src/http/route-table.ts'
import { type Handlers, routesOf } from '../src/http/routes.ts'
import type { Observation } from '../src/observe/observation.ts'
import { KEYLESS } from './gateway-client.ts'

const NEVER = new AbortController().signal

export interface DoorServer {
  readonly origin: string
  /** Whatever was thrown, also what was answered. */
  readonly failures: readonly unknown[]
}

const open: (() => Promise<void>)[] = []
afterEach(() => Promise.all(open.splice(0).map((close) => close())))

/**
 * Handlers at the gateway's own paths on a loopback socket, with the least around them that they need, until the test
 * ends. A key, in `x-goog-api-key` or `?key=`, is whoever it says it is. Handlers are looked up at every request.
 */
export async function serveHandlers(handlers: () => Partial<Handlers>): Promise<DoorServer> {
  const failures: unknown[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
    const left = new AbortController()
    response.once('close', () => left.abort())
    const found = createRouteTable(routesOf({ ...NOTHING, ...handlers() }, { withAdmin: true })).find(
      request.method ?? '',
      url.pathname,
    )
    const answered = async (): Promise<Reply> => {
      if (found.kind !== 'route') throw new PlantainError('not_found')
      const keyId = String(request.headers['x-goog-api-key'] ?? url.searchParams.get('key') ?? '')
      if (keyId === '' && found.route.access !== 'open') throw new PlantainError('key_missing')
      const exchange: Exchange = {
        request,
        caller: { ...KEYLESS, keyId },
        providerCredential: null,
        signal: left.signal,
        requestId: 'req_1',
        watch: UNWATCHED,
        method: request.method ?? '',
        path: url.pathname,
        params: found.params,
        query: url.searchParams,
        defer: (release) => void response.once('close', release),
        origin: url.origin,
      }
      return found.route.handler(exchange)
    }
    const door = found.kind === 'route' ? found.route.door : found.door
    void answered()
      .catch((thrown: unknown) => {
        failures.push(thrown)
        return faultReply(PlantainError.is(thrown) ? thrown.fault : new PlantainError('internal').fault, door)
      })
      .then((reply) => sendReply(reply, response, { withBody: true, signal: NEVER, readerIdleMs: 60_000 }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  open.push(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return { origin: `http://127.0.0.1:${port}`, failures }
}

const none: Handler = () => Promise.reject(new PlantainError('not_implemented'))

const NOTHING: Handlers = {
  createEdit: none,
  getEdit: none,
  deleteEdit: none,
  getImage: none,
  callModel: none,
  callVertexModel: none,
  listPublisherModels: none,
  getPublisherModel: none,
  editImages: none,
  generateImages: none,
  createInteraction: none,
  listModels: none,
  getModel: none,
  startUpload: none,
  resumeUpload: none,
  listFiles: none,
  getFile: none,
  deleteFile: none,
  healthz: none,
  readyz: none,
  openApi: none,
  docs: none,
  listTargets: none,
  drainKey: none,
  resumeKey: none,
  reload: none,
  metrics: null,
}

const UNWATCHED: Observation = {
  caller: () => {},
  received: () => {},
  refused: () => {},
  edited: () => {},
  news: () => {},
  step: () => {},
  serverTiming: () => '',
  end: () => {},
}
