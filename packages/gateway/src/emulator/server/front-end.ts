import {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import type { Duplex } from 'node:stream'
import { page, type PageStatus } from './page.ts'

/** Answers requests, and what is none with a page, as the front end before Google's APIs does, as far as known. */
export function answerRequests(server: Server, answer: RequestListener): void {
  // A page in the middle of an answer would become part of it.
  const answering = new WeakMap<Duplex, ServerResponse>()
  server.on('request', (request, response) => {
    answering.set(request.socket, response)
    if (hasHost(request)) answer(request, response)
    else refuse(response, 400)
  })
  server.on('checkContinue', (request, response) => {
    // Behind an unanswered request Node would write it in the middle of this one's answer.
    if (response.socket !== null) response.writeContinue()
    server.emit('request', request, response)
  })
  server.on('checkExpectation', (_request, response) => refuse(response, 417))
  server.on('clientError', ({ code, rawPacket }: UnreadableRequest, socket) => {
    const begun = answering.get(socket)
    if (socket.writable && (begun?.headersSent !== true || begun.writableFinished)) {
      socket.write(pageText(STATUSES[code ?? ''] ?? 400, { isHead: isHead(rawPacket) }))
    }
    socket.destroy()
  })
}

interface UnreadableRequest extends NodeJS.ErrnoException {
  /** What came in last, up to where the parser gave up. */
  readonly rawPacket?: Uint8Array
}

/** A body behind an answer to HEAD would be read as the next answer, even where only the method could be read. */
function isHead(packet: Uint8Array = new Uint8Array()): boolean {
  return Buffer.from(packet.buffer, packet.byteOffset, packet.length).toString('latin1', 0, 5) === 'HEAD '
}

/** What the parser stumbled over; anything else is malformed. */
const STATUSES: Readonly<Record<string, PageStatus>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

function hasHost({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.host !== undefined || httpVersion === '1.0'
}

function refuse(response: ServerResponse, status: PageStatus): void {
  const { headers, body } = lastPage(status)
  response.writeHead(status, headers).end(body)
}

/** Where there is no request there is no response object either: the page is written by hand. */
function pageText(status: PageStatus, { isHead: headOnly }: { readonly isHead: boolean }): Buffer {
  const { headers, body } = lastPage(status)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`
  return Buffer.concat([Buffer.from(head), headOnly ? Buffer.alloc(0) : body])
}

/** After it the connection is closed: where the next request begins is not known. */
function lastPage(status: PageStatus) {
  const { headers, groups } = page(status)
  const body = Buffer.concat(groups.flat())
  return { headers: { ...headers, 'content-length': String(body.length), connection: 'close' }, body }
}
