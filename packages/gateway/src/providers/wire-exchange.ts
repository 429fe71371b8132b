import type { WireAnswer, WireCall } from '../contract/wire.ts'
import type { DialAnswer, DialHead, DialRequest } from '../net/dial.ts'
import { createEventRelay } from '../wire/event-relay.ts'

type Tap = NonNullable<DialRequest['tap']>

/** What is kept of an answer for a caller who speaks the target's own dialect. */
export interface WatchedWire {
  readonly query: string
  /** For an answer that is handed on as it comes. */
  readonly tap?: Tap
  whole(answer: DialAnswer): WireAnswer
  /** What had come of a stream that broke off: of what is not handed on as it comes, a piece is no use to anybody. */
  cut(): { readonly wire?: WireAnswer }
}

/** `undefined`: the request is not one that is forwarded. */
export function watchWire(wire: WireCall | undefined): WatchedWire | undefined {
  if (wire === undefined) return undefined
  const { query, method, sink } = wire
  if (method !== 'streamGenerateContent' || sink === undefined) {
    return { query, whole: (answer) => kept(answer, { handedOverBytes: 0, cut: false }), cut: () => ({}) }
  }
  const relay = createEventRelay(sink)
  const chunks: Buffer[] = []
  let begun: DialHead | undefined
  return {
    query,
    tap: (chunk, head) => {
      begun = head
      chunks.push(chunk)
      if (isEventStream(head)) relay.push(chunk)
    },
    whole: (answer) => kept(answer, { handedOverBytes: relay.handedOverBytes(), cut: false }),
    cut: () => {
      if (begun === undefined) return {}
      const answer = { ...begun, body: Buffer.concat(chunks) }
      return { wire: kept(answer, { handedOverBytes: relay.handedOverBytes(), cut: true }) }
    },
  }
}

/** The rest says something of Google's connection, not of the answer. */
const KEPT_HEADERS = ['content-type', 'retry-after'] as const

function kept(
  { status, headers, body }: Omit<DialAnswer, 'kind'>,
  delivered: Pick<WireAnswer, 'handedOverBytes' | 'cut'>,
): WireAnswer {
  const said = KEPT_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]]))
  return { status, headers: Object.fromEntries(said), body, ...delivered }
}

/** Of a compressed stream no event can be told before its end. */
function isEventStream({ status, headers }: DialHead): boolean {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers
  return status === 200 && encoding === 'identity' && type.startsWith('text/event-stream')
}
