import { getDefaultHighWaterMark, Readable } from 'node:stream'
import { Agent, type Dispatcher } from 'undici'
import type { AttemptBounds } from '../contract/attempt-bounds.ts'
import { decodeContent } from './content-encoding.ts'
import { type DialFailure, type DialFailureKind, type Sent, dialFailureOf } from './dial-failure.ts'
import { overBefore, watchExchange } from './exchange-watch.ts'

/** Its bounds hold for everything: waiting for a connection, the first byte and the last. */
export interface DialRequest extends AttemptBounds {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Sent one after the other, under the sum of their lengths. */
  readonly body?: readonly Uint8Array[]
  /**
   * Looks at what comes as it comes: bytes as they are on the wire, of an answer whose head is there. What it does must
   * be quick, and it may not throw.
   */
  readonly tap?: (chunk: Buffer, head: DialHead) => void
  /** What an answer is collected in: at least so many bytes in one piece. Missing: memory of its own. */
  readonly memory?: (byteLength: number) => Buffer
}

export interface DialHead {
  /** Any status: redirects are not followed. */
  readonly status: number
  /** Names in lower case; a repeated header is joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
}

export interface DialAnswer extends DialHead {
  readonly kind: 'answer'
  /** Whole and decoded. */
  readonly body: Buffer
}

/** Never rejects for what a network can do; rejects only on a bug, such as a header that cannot be sent. */
export type Dial = (request: DialRequest) => Promise<DialAnswer | DialFailure>

export interface Dialer {
  readonly dial: Dial
  /** Lets requests under way end, then closes every connection. */
  close(): Promise<void>
}

export interface DialerOptions {
  /** DNS, TCP and TLS together, of every connection; a request can only ask for less. */
  readonly connectTimeoutMs?: number
  /** Bound of an answer, before and after decompression. */
  readonly maxAnswerBytes?: number
}

const CONNECT_TIMEOUT_MS = 10_000
/** Ten 4K images as base64 PNG are near 200 MB: what is above that is no answer of an image model. */
const MAX_ANSWER_BYTES = 256 * 2 ** 20

/**
 * The only way out of the process: HTTP/1.1 over one undici agent an origin, so that no two origins share
 * anything. Nothing of the environment is honoured, no proxy variable and no switch that turns certificate
 * checks off; there are no cookies, no redirects and no retries.
 */
export function createDialer(options: DialerOptions = {}): Dialer {
  const { connectTimeoutMs = CONNECT_TIMEOUT_MS, maxAnswerBytes = MAX_ANSWER_BYTES } = options
  const agents = new Map<string, Agent>()
  const underWay = new Set<Promise<unknown>>()

  const agentOf = (origin: string): Agent => {
    const known = agents.get(origin)
    if (known !== undefined) return known
    const agent = new Agent({
      connect: { timeout: connectTimeoutMs, rejectUnauthorized: true },
      // An edit may think for minutes before its first byte: the request's own bounds decide, not undici's 300 s.
      headersTimeout: 0,
      bodyTimeout: 0,
      // HTTP/2 would share one connection among edits of megabytes, where one lost packet stalls them all.
      allowH2: false,
    })
    agents.set(origin, agent)
    return agent
  }

  const dial: Dial = async (request) => {
    const got = await exchange(agentOf(request.url.origin), request, maxAnswerBytes)
    if (got.kind === 'failure') return got
    const body = await decodeContent(got.body, got.headers['content-encoding'], maxAnswerBytes)
    if (typeof body !== 'string') return { ...got, body }
    return { kind: 'failure', failure: body, sent: 'all', detail: 'content-encoding' }
  }

  return {
    dial: (request) => {
      const dialing = dial(request)
      underWay.add(dialing)
      return dialing.finally(() => underWay.delete(dialing))
    },
    close: async () => {
      await Promise.allSettled(underWay)
      // Not `close`: that would wait for connections still being made for requests long given up.
      await Promise.all([...agents.values()].map((agent) => agent.destroy()))
      agents.clear()
    },
  }
}

function exchange(
  agent: Agent,
  request: DialRequest,
  maxAnswerBytes: number,
): Promise<DialAnswer | DialFailure> {
  const { url, method } = request
  const over = overBefore(request)
  if (over !== null) {
    return Promise.resolve({ kind: 'failure', failure: over, sent: 'nothing', detail: over })
  }
  const { promise, resolve, reject } = Promise.withResolvers<DialAnswer | DialFailure>()
  let sent: Sent = 'nothing'
  let status = 0
  let headers: Record<string, string> = {}
  const answer = createCollector(request.memory ?? Buffer.allocUnsafeSlow)
  let controller: Dispatcher.DispatchController | undefined
  let open = true

  const end = () => {
    open = false
    watch.release()
  }
  const settle = (settled: DialAnswer | DialFailure) => {
    end()
    resolve(settled)
  }
  const fail = (failure: DialFailureKind, detail: string) => {
    settle({ kind: 'failure', failure, sent, detail })
    controller?.abort(new Error(detail))
  }
  // Settles at once, also while undici still waits for a connection, which it cannot be told to give up.
  const watch = watchExchange(request, (why) => fail(why, why))

  agent.dispatch(
    { origin: url.origin, path: url.pathname + url.search, method, ...outgoing(request) },
    {
      onRequestStart(started) {
        controller = started
        if (!open) return started.abort(new Error('aborted'))
        sent = 'part'
        watch.connected()
      },
      onRequestSent() {
        if (!open) return
        sent = 'all'
        watch.requestSent()
      },
      onResponseStart(_, statusCode, received) {
        if (!open || statusCode < 200) return
        status = statusCode
        headers = flat(received)
        watch.answerBegun()
        const announced = Number(headers['content-length'] ?? 0)
        if (announced > maxAnswerBytes) fail('too-large', 'content-length')
        else answer.expect(Math.min(announced, EXPECTED_BYTES))
      },
      onResponseData(_, chunk) {
        if (!open) return
        watch.pieceCame()
        if (answer.byteLength() + chunk.length > maxAnswerBytes) fail('too-large', 'body')
        else {
          answer.append(chunk)
          if (request.tap === undefined) letGo(chunk)
          else request.tap(chunk, { status, headers })
        }
      },
      onResponseEnd() {
        if (open) settle({ kind: 'answer', status, headers, body: answer.bytes() })
      },
      onResponseError(_, error) {
        if (!open) return
        const failure = dialFailureOf(error, { sent, answering: status !== 0 })
        if (failure !== null) return settle(failure)
        end()
        reject(error)
      },
    },
  )
  return promise
}

/** What comes, in one piece: of a length that is announced nothing is copied twice. */
function createCollector(take: (byteLength: number) => Buffer) {
  let whole: Buffer = Buffer.alloc(0)
  let filled = 0
  return {
    expect(byteLength: number) {
      if (byteLength > 0) whole = take(byteLength)
    },
    append(chunk: Buffer) {
      if (filled + chunk.length > whole.length) {
        const larger = take(Math.max(LEAST_BYTES, 2 * whole.length, filled + chunk.length))
        whole.copy(larger, 0, 0, filled)
        whole = larger
      }
      chunk.copy(whole, filled)
      filled += chunk.length
    },
    byteLength: () => filled,
    bytes: () => whole.subarray(0, filled),
  }
}

/** More than that is made room for as it comes: what is announced may never come. */
const EXPECTED_BYTES = 32 * 2 ** 20
/** A refusal has less. */
const LEAST_BYTES = 64 * 1024

/**
 * A chunk that was copied is no more use, and it is memory of its own: V8 would look through the whole heap for every 64 MB
 * of such. What calls us may have to look at the rest of it, which is done once it returns.
 */
function letGo({ buffer }: Buffer): void {
  // What several buffers share is not ours to give back.
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength === Buffer.poolSize) return
  // Chunks of an answer that came in one read lie in the same memory, which goes once.
  queueMicrotask(() => buffer.detached || buffer.transfer(0))
}

function outgoing({ headers, body = [] }: DialRequest) {
  if (body.length === 0) return { headers: { ...headers } }
  const length = body.reduce((sum, piece) => sum + piece.byteLength, 0)
  return {
    headers: { ...headers, 'content-length': String(length) },
    body: Readable.from(withOwnTail(body), { objectMode: false }),
  }
}

/** A socket that holds as much is written to only once all of it has left. */
const FULL_BYTES = getDefaultHighWaterMark(false)

/**
 * A target may answer before it has heard all, as with a 429. The request is over then, its memory is given to others, and
 * what of it still waits in the socket would go out as what they put there. So its end lies in memory of its own, in two
 * pieces: before the second is written, and with it the request taken for sent, the first has left and all before it.
 */
function withOwnTail(body: readonly Uint8Array[]): readonly Uint8Array[] {
  const [head, last] = splitBehind(body, FULL_BYTES)
  const [rest, first] = splitBehind(head, FULL_BYTES)
  return [...rest, Buffer.concat(first), Buffer.concat(last)].filter(({ byteLength }) => byteLength > 0)
}

/** All but so many bytes, and these. */
function splitBehind(
  pieces: readonly Uint8Array[],
  byteLength: number,
): readonly [readonly Uint8Array[], readonly Uint8Array[]] {
  const head = [...pieces]
  const tail: Uint8Array[] = []
  for (let left = byteLength; left > 0;) {
    const last = head.pop()
    if (last === undefined) break
    const cut = Math.max(0, last.byteLength - left)
    if (cut > 0) head.push(last.subarray(0, cut))
    tail.unshift(last.subarray(cut))
    left -= last.byteLength - cut
  }
  return [head, tail]
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
}
