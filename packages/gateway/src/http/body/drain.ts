import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { isUnasked } from './expectation.ts'

const STEP_MS = 20

/**
 * Lets an answered request run out, so that its sender gets to read the answer; what does not arrive whole within
 * `ms` ends with its connection.
 */
export async function drain(request: IncomingMessage, ms: number): Promise<void> {
  if (request.complete || request.socket.destroyed || isUnasked(request)) return
  // Whoever left reading in the middle has left a listener behind that keeps the stream from flowing.
  request.removeAllListeners('readable')
  request.resume()
  // Looked at now and then: of a request whose answer is out, Node tells neither each end nor that its connection has gone.
  for (let waitedMs = 0; waitedMs < ms; waitedMs += STEP_MS) {
    await sleep(STEP_MS)
    if (request.complete || request.socket.destroyed) return
  }
  request.socket.destroy()
}
