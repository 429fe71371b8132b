import type { IncomingMessage } from 'node:http'
import { isUnasked } from './expectation.ts'
import { LEFTOVERS } from './turns.ts'

/**
 * Lets what is left of a request run out unread once its answer is known, so that its sender gets to read that. How long
 * is the server's business, which ends the connection behind the answer.
 */
export function runOut(request: IncomingMessage): void {
  if (request.complete || request.destroyed || isUnasked(request)) return
  // Whoever stopped reading in the middle may have left a listener behind that keeps the stream from flowing.
  request.removeAllListeners('readable')
  request.on('data', ({ byteLength }: Buffer) => LEFTOVERS.take(request, byteLength))
  request.once('close', () => LEFTOVERS.leave(request))
  LEFTOVERS.enter(request)
}
