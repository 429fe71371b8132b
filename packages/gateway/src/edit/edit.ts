import { asPutBack } from './answer-out.ts'
import { type Cache, questionKey } from '../cache/cache.ts'
import type { EditRequest } from '../contract/request.ts'
import type { EditResult, SourceSeen } from '../contract/result.ts'
import type { Ticket } from '../ledger/ledger.ts'
import type { Steps } from '../route/route.ts'
import type { Candidate } from '../route/target.ts'
import { dispatch, type Ends, planFor, type Span, spanOf } from './dispatch.ts'
import { fanOut, fitOnce } from './fan-out.ts'
import { fit } from './fit.ts'
import { fitWire } from './fit-wire.ts'
import { judge, type Judgement, noImage } from './judge.ts'
import type { EditParts } from './parts.ts'
import { prepare } from './prepare.ts'
import { questionOf } from './late-results.ts'
import { type Ending, endingOf, endingOfThrown, heldEnding, settle } from './settle.ts'
import type { Spec } from './spec.ts'

/** The story of one edit. Whatever is asked gets a result with exactly one outcome; this rejects only on a bug. */
export async function edit(parts: EditParts, request: EditRequest, ends: Ends): Promise<EditResult> {
  const ticket = await parts.ledger.reserve(request.id === undefined ? {} : { id: request.id })
  const ending = await pursue(parts, request, { ticket, ends }).catch(endingOfThrown)
  return settle(ticket, request, ending)
}

async function pursue(
  parts: EditParts,
  request: EditRequest,
  { ticket, ends }: { readonly ticket: Ticket; readonly ends: Ends },
): Promise<Ending> {
  const span = spanOf(request, ends, parts)
  const spec = await prepare(request, parts.inspection)
  const plan = planFor(request, parts, { forward: request.wire !== undefined })
  if (plan.kind === 'fault') return endingOf(plan.fault)

  const { candidates } = plan
  const { count = 1 } = request
  const question =
    request.cache === true ? questionKey(candidates[0].target.name, candidates[0].model, request) : null
  const fitting = count === 1 ? fitterOf(parts) : fitOnce(fitterOf(parts))
  const making = { candidates, question, fitting, ticket, span, ends }
  const make = (variant: Spec) => makeOne(parts, variant, making)
  const ending = count === 1 ? await make(spec) : await fanOut(spec, count, make)
  return { ...ending, sources: seenOf(spec) }
}

/** What all results of one edit share. */
interface Making {
  readonly candidates: readonly [Candidate, ...Candidate[]]
  /** What was asked, where a kept result of it may answer. */
  readonly question: string | null
  readonly fitting: Fitting
  readonly ticket: Ticket
  readonly span: Span
  readonly ends: Ends
}

/** One result: a kept one, one that came too late, or else a new one. */
async function makeOne(
  parts: EditParts,
  spec: Spec,
  { candidates, question, fitting, ticket, span, ends }: Making,
): Promise<Ending> {
  const key = question === null ? null : `${question} ${spec.variant}`
  const known = key === null ? undefined : parts.cache.get(key)
  if (known) return known

  const late = lateOf(spec, parts)
  if (late !== null) return late

  const steps = stepsFor(spec, fitting(spec), ticket, parts)
  const ending = asPutBack(await dispatch(spec.request, candidates, steps, { parts, span }), spec)
  // A hit was paid for by whoever asked first.
  // What another target made is no answer of this one: its place may be none that the next caller's edits may leave.
  const [{ target, model }] = candidates
  const isAsked =
    ending.target?.model === model && target.keys.some(({ provider }) => provider === ending.target?.provider)
  if (key !== null && isAsked) remember(parts.cache, key, { ...ending, usage: null })
  if (ends.leaving?.aborted === true) keepLate(ending, spec, parts)
  return ending
}

/** What came too late for whoever asked the same before. */
function lateOf(spec: Spec, { late }: EditParts): Ending | null {
  const question = late.isEmpty() ? null : questionOf(spec.request, spec)
  return question === null ? null : late.take(question)
}

/** What was made is billed, whether or not its caller waited for it. */
function keepLate(ending: Ending, spec: Spec, { late }: EditParts): void {
  const question = ending.judgement.outcome === 'edited' ? questionOf(spec.request, spec) : null
  if (question !== null) late.keep(question, ending)
}

function seenOf({ images }: Spec): readonly SourceSeen[] {
  return images.flatMap(({ image, sha256, facts }) =>
    sha256 === null || facts === null ? [] : [{ bytes: image.byteLength, sha256, type: facts.type }],
  )
}

type Fitting = (spec: Spec) => Steps<Judgement>['fit']

/** How a request is made to suit a target. */
function fitterOf({ inspection: { imageLimits } }: EditParts): Fitting {
  return (spec) =>
    (target, { imagesOnly }) => {
      const { wire } = spec.request
      return wire !== undefined && target.provider.dialect === 'gemini'
        ? fitWire(spec, wire, { target, imageLimits })
        : fit(spec, target, { imageLimits, imagesOnly })
    }
}

/** What the route is handed to suit a target and to judge its answer. */
function stepsFor(
  spec: Spec,
  fitted: Steps<Judgement>['fit'],
  attemptLog: Ticket,
  { inspection }: EditParts,
): Steps<Judgement> {
  return {
    fit: fitted,
    judge: (request, answer) => judge(spec, request, answer, inspection),
    refuse: noImage,
    attemptLog,
  }
}

/** Second best is not what the next one who asks the same wants. */
function remember(cache: Cache<Ending>, key: string, ending: Ending): void {
  if (ending.judgement.outcome !== 'edited') return
  const { ending: kept, byteLength } = heldEnding(ending)
  cache.put(key, kept, byteLength)
}
