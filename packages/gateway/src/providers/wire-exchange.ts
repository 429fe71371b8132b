import type { WireAnswer, WireCall } from '../contract/wire.ts'
import type { DialAnswer, DialHead, DialRequest } from '../net/dial.ts'
import { createEventRelay } from '../wire/event-relay.ts'

/** What is kept of an answer for a caller who speaks the target's own dialect. */
export interface WatchedWire {
  readonly query: string
  readonly tap: NonNullable<DialRequest['tap']>
  whole(answer: DialAnswer): WireAnswer
  /** What had come of an answer that broke off; nothing where not even its head had. */
  cut(): { readonly wire?: WireAnswer }
}

/** `undefined`: the request is not one that is forwarded. */
export function watchWire(wire: WireCall | undefined): WatchedWire | undefined {
  if (wire === undefined) return undefined
  const streamed = wire.method === 'streamGenerateContent'
  const relay = streamed && wire.sink !== undefined ? createEventRelay(wire.sink) : undefined
  const chunks: Buffer[] = []
  let begun: DialHead | undefined
  const kept = (head: DialHead, body: Buffer, cut: boolean): WireAnswer => ({
    status: head.status,
    headers: Object.fromEntries(
      KEPT_HEADERS.flatMap((name) => (head.headers[name] === undefined ? [] : [[name, head.headers[name]]])),
    ),
    body,
    handedOverBytes: relay?.handedOverBytes() ?? 0,
    cut,
  })
  return {
    query: wire.query,
    tap: (chunk, head) => {
      begun = head
      chunks.push(chunk)
      if (isEventStream(head)) relay?.push(chunk)
    },
    whole: (answer) => kept(answer, answer.body, false),
    cut: () => (begun === undefined ? {} : { wire: kept(begun, Buffer.concat(chunks), true) }),
  }
}

/** The rest says something of Google's connection, not of the answer. */
const KEPT_HEADERS = ['content-type', 'retry-after'] as const

/** Of a compressed stream no event can be told before its end. */
function isEventStream({ status, headers }: DialHead): boolean {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers
  return status === 200 && encoding === 'identity' && type.startsWith('text/event-stream')
}
