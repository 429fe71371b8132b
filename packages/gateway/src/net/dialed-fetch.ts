import type { Dial } from './dial.ts'
import type { DialFailure } from './dial-failure.ts'

/** Token endpoints answer within a second; a blocked one must not hold an edit until its deadline. */
const TOKEN_CALL_TIMEOUT_MS = 15_000

/** A dial that failed, in the shape `fetch` fails: by a thrown error. */
export class DialError extends Error {
  readonly failed: DialFailure
  readonly host: string
  readonly code: string

  constructor(failed: DialFailure, host: string) {
    super(`${host}: ${failed.failure}`)
    this.name = 'DialError'
    this.failed = failed
    this.host = host
    // Read by the auth library, which retries what its own transport would have named so.
    this.code = failed.detail
  }
}

/** Our dialer as a `fetch`, for google-auth-library: small requests and answers only. */
export function dialedFetch(dial: Dial): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    // A `Response` knows what `fetch` would make of a body: its bytes and its content type.
    const body = new Response(init?.body ?? null)
    const contentType = body.headers.get('content-type')
    const headers = new Headers(init?.headers)
    if (contentType !== null && !headers.has('content-type')) headers.set('content-type', contentType)
    const signals = [AbortSignal.timeout(TOKEN_CALL_TIMEOUT_MS), ...(init?.signal ? [init.signal] : [])]
    const answer = await dial({
      method: init?.method?.toUpperCase() === 'POST' ? 'POST' : 'GET',
      url,
      headers: Object.fromEntries(headers),
      body: init?.body ? [await body.bytes()] : [],
      signal: AbortSignal.any(signals),
    })
    if (answer.kind === 'failure') throw new DialError(answer, url.host)
    const { 'content-encoding': _decoded, 'content-length': _before, ...received } = answer.headers
    const empty = answer.status === 204 || answer.status === 304
    return new Response(empty ? null : new Uint8Array(answer.body), {
      status: answer.status,
      headers: received,
    })
  }
}
