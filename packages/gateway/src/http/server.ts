import { createServer as createHttpServer, type RequestListener, type Server, STATUS_CODES } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ErrorCode, fault, PlantainError } from '../contract/error.ts'
import { awaitsContinue } from './body/expectation.ts'
import { problemReply } from './fault-reply.ts'

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
  const { host, port, tls } = options
  const server = create(app, options)
  server.maxConnections = options.connections
  answerBadRequests(server)
  server.on('checkContinue', (request, response) => {
    awaitsContinue(request, response)
    app(request, response)
  })
  const connections = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
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
    noDelay: true,
  }
  return options.tls === null
    ? createHttpServer(common, app)
    : createHttpsServer({ ...common, ...options.tls, minVersion: 'TLSv1.2' }, app)
}

/** What the parser stumbles over; anything else is malformed. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'request_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'request_too_large',
}

const WORDS: Partial<Record<ErrorCode, string>> = {
  request_timeout: 'The request did not arrive in time. Send it faster, or over a better connection.',
  request_too_large: 'The headers of the request are larger than this gateway takes (limits.headerBytes).',
}

interface UnreadableRequest extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer
}

/**
 * Where there is no request there is no response object either: the answer is written by hand. Whose answer would be
 * next on the connection is not known, so that one in the middle of another is not written, and none follows.
 */
function answerBadRequests(server: Server): void {
  const answering = new WeakMap<
    Duplex,
    { readonly headersSent: boolean; readonly writableFinished: boolean }
  >()
  server.prependListener('request', (request, response) => answering.set(request.socket, response))
  server.on('clientError', ({ code = '', rawPacket }: UnreadableRequest, socket) => {
    const begun = answering.get(socket)
    const free = begun?.headersSent !== true || begun.writableFinished
    if (socket.writable && free && code !== 'ECONNRESET') socket.write(badRequest(code, isHead(rawPacket)))
    socket.destroy()
  })
}

function badRequest(reason: string, headOnly: boolean): Buffer {
  const code = CODES[reason] ?? 'invalid_request'
  const { status, headers, body } = problemReply(
    fault(
      code,
      WORDS[code] ?? 'The request is no proper HTTP/1.1, or two readers could read it differently.',
    ),
  )
  const bytes = Buffer.concat(body)
  const lines = Object.entries({ ...headers, 'content-length': bytes.length, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`
  return Buffer.concat([Buffer.from(head), headOnly ? Buffer.alloc(0) : bytes])
}

/** A body behind an answer to HEAD would be read as the next answer. */
function isHead(packet: Buffer | undefined): boolean {
  return packet?.toString('latin1', 0, 5) === 'HEAD '
}

async function drained(
  server: Server,
  connections: ReadonlySet<Socket>,
  timeoutMs: number,
): Promise<{ readonly cutConnections: number }> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  let cutConnections = 0
  const timer = setTimeout(() => {
    cutConnections = connections.size
    server.closeAllConnections()
  }, timeoutMs)
  await closed
  clearTimeout(timer)
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
