import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { PlantainError } from '../contract/error.ts'
import { answerBadRequests } from './bad-requests.ts'
import { awaitsContinue } from './body/expectation.ts'
import { type Connections, watchConnections } from './connections.ts'

export interface ServerOptions {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null
  readonly headerBytes: number
  readonly headersTimeoutMs: number
  /** For a request as a whole; who reads bodies has a limit of its own, below. */
  readonly requestTimeoutMs: number
  readonly keepAliveMs: number
  readonly connections: number
  /** How long a request that was answered before its end may run out, so that its sender gets to read the answer. */
  readonly lingerMs: number
}

export interface RunningServer {
  readonly url: string
  readonly port: number
  /**
   * Takes no new connection, lets what is under way end, and after `timeoutMs` ends what is left. Says how many
   * connections that were.
   */
  drain(timeoutMs: number): Promise<{ readonly cutConnections: number }>
}

/** Rejects with `config_invalid` where the port is taken or the address is not this machine's. */
export async function startServer(app: RequestListener, options: ServerOptions): Promise<RunningServer> {
  const { host, port, tls, lingerMs } = options
  const server = create(app, options)
  server.maxConnections = options.connections
  // `headerBytes` bounds them; beyond 2000 Node would drop the rest without a word.
  server.maxHeadersCount = 0
  const connections = watchConnections(server, { tls: tls !== null, lingerMs })
  answerBadRequests(server, connections, { tls: tls !== null, lingerMs })
  server.on('checkContinue', (request, response) => {
    awaitsContinue(request, response)
    server.emit('request', request, response)
  })
  // Nobody has to meet an expectation it does not know (RFC 9110 §10.1.1).
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
  const address = await bound(server, { host, port })
  const authority = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `${tls === null ? 'http' : 'https'}://${authority}:${address.port}`,
    port: address.port,
    drain: (timeoutMs) => drained(server, connections, timeoutMs),
  }
}

function create(app: RequestListener, options: ServerOptions): Server {
  const common = {
    maxHeaderSize: options.headerBytes,
    headersTimeout: options.headersTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: options.keepAliveMs,
    // How often the two are looked at: a request that is late is cut that much later.
    connectionsCheckingInterval: 1000,
    // Whoever is without gets an answer as well, in the words of its door.
    requireHostHeader: false,
    noDelay: true,
  }
  return options.tls === null
    ? createHttpServer(common, app)
    : createHttpsServer(
        { ...common, ...options.tls, minVersion: 'TLSv1.2', handshakeTimeout: options.headersTimeoutMs },
        app,
      )
}

/** For requests whose first bytes were on their way when the stop came. */
const LAST_CALL_MS = 500

async function drained(
  server: Server,
  connections: Connections,
  timeoutMs: number,
): Promise<{ readonly cutConnections: number }> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  let cutConnections = 0
  const lastCall = setTimeout(() => connections.endIdle(), Math.min(LAST_CALL_MS, timeoutMs))
  const deadline = setTimeout(() => {
    connections.endIdle()
    cutConnections = connections.count()
    connections.endAll()
  }, timeoutMs)
  await closed
  clearTimeout(lastCall)
  clearTimeout(deadline)
  return { cutConnections }
}

function bound(server: Server, { host, port }: { host: string; port: number }): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(notBound(error, { host, port })))
    server.listen(port, host, () => {
      const address = server.address()
      if (typeof address === 'object' && address !== null) resolve(address)
    })
  })
}

function notBound({ code, message }: NodeJS.ErrnoException, { host, port }: { host: string; port: number }) {
  const said: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is taken by another program. Choose another, or 0 for any that is free.`,
    EACCES: `Port ${port} may not be opened by this user. Choose one above 1023.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine. 127.0.0.1 is reached from here only, 0.0.0.0 from everywhere.`,
  }
  return new PlantainError('config_invalid', said[code ?? ''] ?? `The gateway cannot listen: ${message}.`)
}
