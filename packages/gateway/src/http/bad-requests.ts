import { type Server, STATUS_CODES } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ErrorCode, fault } from '../contract/error.ts'
import type { Connections } from './connections.ts'
import { faultReply } from './fault-reply.ts'
import { closeLingering } from './lingering-close.ts'
import { doorOf } from './route-table.ts'
import { securityHeaders } from './security-headers.ts'

/** What the parser stumbles over; anything else is malformed. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'request_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'request_too_large',
}

const WORDS: Partial<Record<ErrorCode, string>> = {
  request_timeout: 'The request did not arrive in time. Send it faster, or over a better connection.',
  request_too_large: 'The headers of the request are larger than this gateway takes (limits.headerBytes).',
  method_not_allowed: 'This gateway is no proxy: it opens no tunnels.',
  invalid_request: 'The request is no proper HTTP/1.1, or two readers could read it differently.',
}

interface UnreadableRequest extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer
}

export interface BadRequestOptions {
  readonly tls: boolean
  readonly lingerMs: number
}

/**
 * Answers what cannot be read as a request. There is no response object then, so that it is written by hand, and nothing
 * is read of the connection any more. Nobody's answer is overtaken: what stands behind a request that is whole is
 * answered by the end of the connection once that request has its answer.
 */
export function answerBadRequests(
  server: Server,
  connections: Connections,
  options: BadRequestOptions,
): void {
  const ending = new WeakSet<Duplex>()
  const end = (socket: Duplex, code: ErrorCode, packet: Buffer | undefined) => {
    ending.add(socket)
    const newest = connections.newestOn(socket)
    const response = newest?.response
    if (newest === null || response?.writableFinished === true) {
      farewell(socket, answerTo(code, headOf(packet), options), options)
    } else if (newest.request.complete) {
      connections.endBehind(newest)
    } else if (newest.response.headersSent || newest.response.socket === null) {
      socket.destroy()
    } else {
      const { method = '', url = '' } = newest.request
      farewell(socket, answerTo(code, { method, target: url }, options), options)
    }
  }
  server.on('clientError', ({ code = '', rawPacket }: UnreadableRequest, socket) => {
    // The rest of what could not be read is stumbled over as well.
    if (ending.has(socket)) return
    // Anything else has befallen the connection, not the parser.
    if (!socket.writable || !/^(?:HPE_|ERR_HTTP_)/.test(code)) socket.destroy()
    else end(socket, CODES[code] ?? 'invalid_request', rawPacket)
  })
  server.on('connect', (_, socket) => {
    socket.on('error', () => {})
    end(socket, 'method_not_allowed', undefined)
  })
}

function farewell(socket: Duplex, answer: Buffer, { lingerMs }: BadRequestOptions): void {
  socket.write(answer)
  if (socket instanceof Socket) closeLingering(socket, lingerMs)
  else socket.end()
}

interface Head {
  readonly method: string
  readonly target: string
}

/** As far as it can be made out: it may have come in an earlier packet. */
function headOf(packet: Buffer | undefined): Head {
  const [, method = '', target = ''] =
    /^([A-Z-]{1,20}) ([!-~]{1,2000})/.exec(packet?.toString('latin1', 0, 2048) ?? '') ?? []
  return { method, target }
}

function answerTo(code: ErrorCode, { method, target }: Head, options: BadRequestOptions): Buffer {
  const [path = ''] = target.split('?', 1)
  const why = fault(code, WORDS[code] ?? 'The request cannot be read.')
  const { status, headers, body } = faultReply(why, doorOf(path))
  const bytes = Buffer.concat(body)
  const lines = Object.entries({
    ...securityHeaders(options),
    ...headers,
    ...(code === 'method_not_allowed' && { allow: 'GET, POST, DELETE' }),
    'content-length': bytes.length,
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`
  // A body behind an answer to HEAD would be read as the next answer.
  return Buffer.concat([Buffer.from(head), method === 'HEAD' ? Buffer.alloc(0) : bytes])
}
