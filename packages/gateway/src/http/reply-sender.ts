import type { ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { Reply } from './exchange.ts'

/** How sending an answer ended. */
export interface Sent {
  readonly answerBytes: number
  /** `left`: the caller has gone, or took nothing for too long; `cut`: the answer broke off on our side. */
  readonly how: 'answered' | 'left' | 'cut'
}

export interface SendOptions {
  /** `false`: of an answer to HEAD. */
  readonly withBody: boolean
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal
  /** A reader that takes nothing for so long holds memory for nobody: its connection is ended. */
  readonly readerIdleMs: number
}

/** Sends an answer to its end: when this resolves, nothing of the body is read any more. Never rejects. */
export async function sendReply(
  reply: Reply,
  response: ServerResponse,
  { withBody, signal, readerIdleMs }: SendOptions,
): Promise<Sent> {
  const { status, headers, body, trailers } = reply
  // Whoever has left gets nothing, and there is nobody to count bytes for.
  if (signal.aborted || response.destroyed) return { answerBytes: 0, how: 'left' }
  const counter = { bytes: 0 }
  const flow = { response, signal, counter, idleMs: readerIdleMs }
  const ended = whenEnded(response, signal)
  try {
    if (isList(body)) {
      const length = body.reduce((sum, piece) => sum + piece.byteLength, 0)
      // Of an answer that never has a body the length is not told (RFC 9110 §8.6).
      response.writeHead(status, { ...headers, ...(status !== 204 && { 'content-length': length }) })
      response.cork()
      if (withBody) for (const piece of body) write(flow, piece)
      response.uncork()
    } else {
      // HTTP/1.0 has neither chunks nor anything behind them: what ends with the connection ends there.
      const told = response.req.httpVersion === '1.0' ? undefined : trailers
      const announced = told === undefined ? {} : { trailer: Object.keys(told()).join(', ') }
      response.writeHead(status, { ...headers, ...announced })
      response.flushHeaders()
      if (withBody) await sendStream(flow, body)
      else await body[Symbol.asyncIterator]().return?.()
      if (told !== undefined) response.addTrailers(told())
    }
    response.end()
  } catch {
    // What streams broke off: an answer that looks whole would be a lie.
    cutOff(response)
    return { answerBytes: counter.bytes, how: signal.aborted ? 'left' : 'cut' }
  }
  boundIdleness(flow)
  return { answerBytes: counter.bytes, how: (await ended) ? 'answered' : 'left' }
}

/**
 * Ends the connection in the middle of an answer. While that waits behind others, Node would only mark it, send what of
 * it there is once its turn comes, and then wait for the rest for ever.
 */
export function cutOff(response: ServerResponse): void {
  if (response.socket === null) response.once('socket', (socket) => socket.destroy())
  response.destroy()
}

interface Flow {
  readonly response: ServerResponse
  readonly signal: AbortSignal
  readonly counter: { bytes: number }
  readonly idleMs: number
}

/** Whether all of it went out: the caller may go first, also while the answer waits behind others for its turn. */
function whenEnded(response: ServerResponse, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    response.once('finish', () => resolve(true))
    signal.addEventListener('abort', () => resolve(false), { once: true })
  })
}

function isList(body: Reply['body']): body is readonly Uint8Array[] {
  return Array.isArray(body)
}

function write({ response, counter }: Flow, piece: Uint8Array): boolean {
  counter.bytes += piece.byteLength
  return response.write(piece)
}

/**
 * Has the connection ended when no byte goes over it for a while. Node ends it by itself, looks at what the system took
 * of a piece, and sets the time anew for whatever comes after this answer.
 */
function boundIdleness({ response, idleMs }: Flow): void {
  if (response.socket === null) response.once('socket', (socket) => socket.setTimeout(idleMs))
  else response.socket.setTimeout(idleMs)
}

async function sendStream(flow: Flow, body: AsyncIterable<Uint8Array>): Promise<void> {
  const { response, signal } = flow
  for await (const piece of body) {
    signal.throwIfAborted()
    if (write(flow, piece)) continue
    boundIdleness(flow)
    await once(response, 'drain', { signal })
    // Until there is something to take again, it is we who are late.
    response.socket?.setTimeout(0)
  }
}
