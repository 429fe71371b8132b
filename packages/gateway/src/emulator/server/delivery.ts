import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Transport } from '../faults/effect.ts'
import type { Reply } from '../reply.ts'

export interface Delivered {
  readonly end: 'answered' | 'cut' | 'left'
  readonly answerBytes: number
}

/** A connection on which nothing more comes is given up after this long: nobody's client waits a day. */
const LONGEST_STALL_MS = 3_600_000

/** Slow senders send ten times a second. */
const DRIPS_PER_SECOND = 10

interface Line {
  readonly response: ServerResponse
  readonly signal: AbortSignal
}

/** Sends a reply over the socket, or as much of it as the fault lets through. Never throws. */
export async function deliver(reply: Reply, transport: Transport, line: Line): Promise<Delivered> {
  const total = lengthOf(reply)
  const limit = limitOf(transport, total)
  const { response } = line
  if (limit === null || limit > 0) head(reply, total, response)
  let sent = 0
  for (const piece of piecesOf(reply, transport)) {
    if (limit !== null && sent >= limit) break
    const part = limit === null ? piece : piece.subarray(0, limit - sent)
    if (!(await write(part, transport, line))) return { end: 'left', answerBytes: sent }
    sent += part.length
  }
  if (limit === null) {
    await new Promise<void>((resolve) => response.end(resolve).once('close', resolve))
    return { end: response.writableFinished ? 'answered' : 'left', answerBytes: sent }
  }
  await breakOff(transport, line)
  return { end: 'cut', answerBytes: sent }
}

function head({ status, headers, streamed }: Reply, total: number, response: ServerResponse): void {
  response.writeHead(status, streamed ? headers : { ...headers, 'content-length': total })
}

function lengthOf({ groups }: Reply): number {
  return groups.flat().reduce((sum, piece) => sum + piece.length, 0)
}

/** How many bytes go out before the connection fails; `null`: all, and it does not. */
function limitOf({ stallAt, resetAt, closeAt }: Transport, total: number): number | null {
  const shares = [stallAt, resetAt, closeAt].filter((share) => share !== undefined)
  return shares.length === 0 ? null : Math.floor(Math.min(...shares) * total)
}

/** One after the other: all drips of a large answer at once would be more memory than the answer. */
function* piecesOf({ groups }: Reply, { bytesPerSecond }: Transport): Iterable<Uint8Array> {
  const step =
    bytesPerSecond === undefined ? Infinity : Math.max(1, Math.round(bytesPerSecond / DRIPS_PER_SECOND))
  for (const piece of groups.flat()) {
    for (let at = 0; at < piece.length; at += step)
      yield piece.subarray(at, Math.min(at + step, piece.length))
  }
}

/** Waits for a reader that is slower than we are. `false`: it has gone. */
async function write(part: Uint8Array, transport: Transport, { response, signal }: Line): Promise<boolean> {
  if (signal.aborted || response.destroyed) return false
  const { bytesPerSecond } = transport
  if (!response.write(part)) await drained(response, signal)
  if (bytesPerSecond !== undefined) await pause((part.length / bytesPerSecond) * 1000, signal)
  return !signal.aborted && !response.destroyed
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      response.off('drain', end)
      response.off('close', end)
      signal.removeEventListener('abort', end)
      resolve()
    }
    response.once('drain', end)
    response.once('close', end)
    signal.addEventListener('abort', end)
  })
}

async function breakOff({ stallAt, resetAt, closeAt }: Transport, { response, signal }: Line): Promise<void> {
  const { socket } = response
  if (socket === null) return
  await flushed(response, signal)
  const first = Math.min(stallAt ?? Infinity, resetAt ?? Infinity, closeAt ?? Infinity)
  if (first === resetAt) socket.resetAndDestroy()
  else if (first === closeAt) socket.end()
  else {
    await pause(LONGEST_STALL_MS, signal)
    socket.destroy()
  }
}

/** What was written must have left before the connection is broken, or less arrives than was meant. */
async function flushed(response: ServerResponse, signal: AbortSignal): Promise<void> {
  while (response.writableLength > 0 && !signal.aborted && !response.destroyed) await pause(5, signal)
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}
