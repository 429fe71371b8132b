import { docsAnchor, type Fault, PlantainError } from '../contract/error.ts'
import type { WireAnswer } from '../contract/wire.ts'
import type { EditRequest } from '../contract/request.ts'
import type { EditResult, MissingResult, Notice, ResultError, SourceSeen, Usage } from '../contract/result.ts'
import type { Ticket } from '../ledger/ledger.ts'
import type { Target } from '../route/target.ts'
import { type Judgement, noImage } from './judge.ts'

/** What an edit came to, before it is settled. */
export interface Ending {
  /** `null`: the edit ended before one was chosen. */
  readonly target: Target | null
  /** Whether it was made by another model than the first choice. */
  readonly degraded?: boolean
  readonly judgement: Judgement
  readonly usage: Usage | null
  readonly notices: readonly Notice[]
  readonly sources?: readonly SourceSeen[]
  /** Of several results those that did not come. */
  readonly missing?: readonly MissingResult[]
  readonly wire?: WireAnswer
}

/** An ending in memory of its own, and how much that is: the memory of its answer goes with its request. */
export function heldEnding(ending: Ending): { readonly ending: Ending; readonly byteLength: number } {
  const { wire } = ending
  // Whoever asks again may do without them.
  const { drafts: _drafts, ...judgement } = ending.judgement
  // Copied out of what decodes them when asked.
  const images = judgement.images.map(({ base64: _base64, ...image }) => image)
  return {
    ending: {
      ...ending,
      judgement: { ...judgement, images },
      ...(wire && { wire: { ...wire, body: Buffer.from(wire.body) } }),
    },
    byteLength: images.reduce((sum, { byteLength }) => sum + byteLength, wire?.body.length ?? 0),
  }
}

/** Closes the edit: one outcome, one bill, one answer. */
export function settle(ticket: Ticket, request: EditRequest, ending: Ending): EditResult {
  const { target, degraded = false, judgement, usage, notices, sources = [], missing = [], wire } = ending
  const { fault } = judgement
  const bill = ticket.bill()
  return {
    id: ticket.editId,
    outcome: judgement.outcome,
    error: fault && errorOf(fault),
    model: target?.model ?? null,
    // What is no model's name may be anything, an instruction in the wrong place too, and is written down nowhere.
    requestedModel: fault?.code === 'unknown_model' ? null : (request.model ?? null),
    target: target?.provider.target ?? null,
    degraded,
    images: judgement.images,
    ...(judgement.drafts && { drafts: judgement.drafts }),
    missing,
    text: judgement.text,
    checks: judgement.checks,
    ...bill,
    usage,
    notices: [...notices, ...judgement.notices],
    sources,
    ...(wire && { wire }),
  }
}

function errorOf({ code, message, waitMs, upstream }: Fault): ResultError {
  const { reason, safety = [] } = upstream ?? {}
  return {
    code,
    message,
    docs: docsAnchor(code),
    ...(waitMs !== undefined && { waitMs }),
    ...(reason !== undefined && { reason }),
    ...(safety.length > 0 && { safety }),
  }
}

/** The ending of an edit whose steps threw; a bug is thrown on. */
export function endingOfThrown(thrown: unknown): Ending {
  if (!PlantainError.is(thrown)) throw thrown
  return endingOf(thrown.fault)
}

/** The ending of an edit that never came to a target. */
export function endingOf(fault: Fault): Ending {
  return { target: null, judgement: noImage(fault), usage: null, notices: [] }
}
