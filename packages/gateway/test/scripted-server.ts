import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Dial } from '../src/net/dial.ts'

/** A request as it came in. */
export interface Seen {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** What the server does once it has read a request. */
export type Play =
  | {
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | Uint8Array
    }
  | { readonly json: unknown; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  /** Bytes on the socket as they are, then what becomes of the connection. */
  | { readonly raw: string | Uint8Array; readonly end: 'close' | 'reset' | 'hold' }
  | { readonly end: 'close' | 'reset' | 'hold' }
  | { readonly drip: string; readonly everyMs: number }
  /** Events of a stream, written at once, and what becomes of it then. */
  | { readonly events: readonly unknown[]; readonly afterwards: 'end' | 'reset' | 'hold' }

export interface ScriptedServer {
  readonly origin: string
  readonly seen: readonly Seen[]
  /** How many were gone before they had a whole answer. */
  left(): number
  close(): Promise<void>
}

/** An HTTP server on loopback that records what it is asked and answers as told, dirty tricks included. */
export async function startScriptedServer(
  script: (request: Seen, index: number) => Play | Promise<Play>,
): Promise<ScriptedServer> {
  const seen: Seen[] = []
  let left = 0
  const server = createServer((request, response) => {
    response.once('close', () => {
      if (!response.writableFinished) left += 1
    })
    const chunks: Buffer[] = []
    request.on('error', () => {})
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const { method = '', url = '', headers } = request
      const entry = { method, url, headers, body: Buffer.concat(chunks) }
      perform(await script(entry, seen.push(entry) - 1), response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    left: () => left,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function perform(play: Play, response: ServerResponse): void {
  const socket = response.socket!
  if ('drip' in play) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': play.drip.length })
    let at = 0
    const timer = setInterval(() => {
      response.write(play.drip.slice(at, (at += 1)))
      if (at >= play.drip.length) response.end()
    }, play.everyMs)
    socket.on('close', () => clearInterval(timer))
  } else if ('events' in play) {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of play.events) response.write(`data: ${JSON.stringify(event)}\r\n\r\n`)
    if (play.afterwards === 'end') response.end()
    if (play.afterwards === 'reset') setTimeout(() => socket.resetAndDestroy(), 50)
  } else if ('end' in play) {
    const leave = () => {
      if (play.end === 'close') socket.end()
      if (play.end === 'reset') socket.resetAndDestroy()
    }
    if ('raw' in play) socket.write(play.raw, () => setTimeout(leave, 20))
    else leave()
  } else {
    const body = 'json' in play ? JSON.stringify(play.json) : (play.body ?? '')
    const type = 'json' in play ? { 'content-type': 'application/json; charset=UTF-8' } : {}
    response.writeHead(play.status ?? 200, { ...type, ...play.headers }).end(body)
  }
}

/**
 * A dialer that carries requests for Google's hosts to loopback: the auth library's addresses are fixed.
 * Whatever is not mapped and not loopback fails the test loudly.
 */
export function diverting(dial: Dial, to: Readonly<Record<string, string>>): Dial {
  return (request) => {
    const { origin, hostname, pathname, search } = request.url
    const diverted = to[origin] ?? (hostname === '127.0.0.1' ? origin : undefined)
    if (diverted === undefined) throw new Error(`a request would have left the machine: ${origin}`)
    return dial({ ...request, url: new URL(`${diverted}${pathname}${search}`) })
  }
}
