import type { ServerResponse } from 'node:http'
import { finished } from 'node:stream/promises'
import type { Reply } from './exchange.ts'

/** How sending an answer ended. */
export interface Sent {
  readonly answerBytes: number
  /** `left`: the caller has gone, or took nothing for too long; `cut`: the answer broke off on our side. */
  readonly how: 'answered' | 'left' | 'cut'
}

/** A reader that takes nothing for so long holds memory for nobody. */
const READER_IDLE_MS = 60_000

/** Sends an answer to its end: when this resolves, nothing of the body is read any more. Never rejects. */
export async function sendReply(
  reply: Reply,
  response: ServerResponse,
  { withBody }: { readonly withBody: boolean },
): Promise<Sent> {
  const { status, headers, body, trailers } = reply
  // Whoever has left gets nothing, and there is nobody to count bytes for.
  const { socket } = response
  if (response.destroyed || socket === null) return { answerBytes: 0, how: 'left' }
  const leave = () => response.destroy()
  socket.setTimeout(READER_IDLE_MS, leave)
  const counter = { bytes: 0 }
  const ended = finished(response).then(
    () => true,
    () => false,
  )
  try {
    if (isList(body)) {
      const length = body.reduce((sum, piece) => sum + piece.byteLength, 0)
      response.writeHead(status, { ...headers, 'content-length': length })
      if (withBody) for (const piece of body) write(response, piece, counter)
    } else {
      const announced = trailers === undefined ? {} : { trailer: Object.keys(trailers()).join(', ') }
      response.writeHead(status, { ...headers, ...announced })
      response.flushHeaders()
      await sendStream(response, body, counter)
      if (trailers !== undefined) response.addTrailers(trailers())
    }
    response.end()
  } catch {
    // What streams broke off: an answer that looks whole would be a lie.
    response.destroy()
    await ended
    return { answerBytes: counter.bytes, how: 'cut' }
  }
  const whole = await ended
  // The connection lives on, and gets another listener with its next answer.
  socket.setTimeout(0).off('timeout', leave)
  return { answerBytes: counter.bytes, how: whole ? 'answered' : 'left' }
}

function isList(body: Reply['body']): body is readonly Uint8Array[] {
  return Array.isArray(body)
}

function write(response: ServerResponse, piece: Uint8Array, counter: { bytes: number }): boolean {
  counter.bytes += piece.byteLength
  return response.write(piece)
}

async function sendStream(
  response: ServerResponse,
  body: AsyncIterable<Uint8Array>,
  counter: { bytes: number },
): Promise<void> {
  for await (const piece of body) {
    if (response.destroyed) return
    if (!write(response, piece, counter)) await drained(response)
  }
}

/** Until there is room for more, or nobody to send it to. Leaves no listener behind: a long stream waits often. */
function drained(response: ServerResponse): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const done = () => {
    response.off('drain', done).off('close', done)
    resolve()
  }
  response.on('drain', done).on('close', done)
  return promise
}
