import { type Fault, fault } from '../contract/error.ts'
import type { Clock } from '../contract/system.ts'
import type { DialAnswer } from '../net/dial.ts'
import { readAnswerBody } from '../wire/answer-body.ts'
import { readError } from '../wire/google-error.ts'
import { faultOf } from '../wire/google-fault.ts'
import type { JsonObject } from '../contract/json-object.ts'
import { asObject } from '../wire/json-field.ts'

/** What a call that costs nothing found out about a target. */
export type ProbeReport =
  | {
      readonly kind: 'ready'
      readonly ms: number
      /** What is certain now. */
      readonly proves: string
      /** What only an edit would tell. */
      readonly leavesOpen: string
    }
  | { readonly kind: 'fault'; readonly ms: number; readonly fault: Fault }

/** Times a probe and says what its answer means; `objection` finds fault with a success. */
export async function probe(
  clock: Clock,
  exchange: () => Promise<DialAnswer | Fault>,
  findings: {
    readonly proves: string
    readonly leavesOpen: string
    readonly hidden: readonly string[]
    readonly objection: (document: JsonObject) => Fault | null
  },
): Promise<ProbeReport> {
  const begun = clock.monotonicMs()
  const got = await exchange()
  const ms = Math.round(clock.monotonicMs() - begun)
  const { proves, leavesOpen, hidden, objection } = findings
  if ('code' in got) return { kind: 'fault', ms, fault: got }
  const body = readAnswerBody(got.body)
  if (got.status !== 200) {
    const context = { hidden, nowMs: clock.now(), charged: 'no' } as const
    return { kind: 'fault', ms, fault: faultOf(readError(got, body), got.headers, context) }
  }
  const document = body.kind === 'json' ? asObject(body.documents[0]) : undefined
  const objected = document === undefined ? UNREADABLE : objection(document)
  return objected === null
    ? { kind: 'ready', ms, proves, leavesOpen }
    : { kind: 'fault', ms, fault: objected }
}

const UNREADABLE = fault(
  'upstream_unreadable',
  "What answers there is not Google's API. Check the configured base URL and proxies.",
  { charged: 'no' },
)
