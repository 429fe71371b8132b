import type { IncomingMessage, ServerResponse } from 'node:http'

/** Requests whose sender waits to be asked for the body (`expect: 100-continue`), as curl does from a megabyte on. */
const waiting = new WeakMap<IncomingMessage, ServerResponse>()

export function awaitsContinue(request: IncomingMessage, response: ServerResponse): void {
  waiting.set(request, response)
}

/** Before a body is read: only then is it worth sending. */
export function askForBody(request: IncomingMessage): void {
  const response = waiting.get(request)
  waiting.delete(request)
  if (response !== undefined && !response.headersSent && response.socket !== null) response.writeContinue()
}

/** Whether the body was never asked for: it will not come. */
export function isUnasked(request: IncomingMessage): boolean {
  return waiting.has(request)
}
