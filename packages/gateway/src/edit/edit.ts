import { type Cache, questionKey } from '../cache/cache.ts'
import type { EditRequest } from '../contract/request.ts'
import type { EditResult, SourceSeen } from '../contract/result.ts'
import type { Ticket } from '../ledger/ledger.ts'
import type { Steps } from '../route/route.ts'
import { dispatch, type Ends, planFor, type Span, spanOf } from './dispatch.ts'
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

  const [{ target, model }] = plan.candidates
  const key = request.cache === true ? questionKey(target.name, model, request) : null
  const known = key === null ? undefined : parts.cache.get(key)
  if (known) return { ...known, sources: seenOf(spec) }

  const late = await lateOf(spec, span, parts)
  if (late !== null) return keptIfLeft({ ...late, sources: seenOf(spec) }, spec, ends, parts)

  const routing = dispatch(request, plan.candidates, stepsFor(spec, ticket, parts), { parts, span })
  const routed = await expectedIfLeft(routing, spec, ends, parts)
  const ending = { ...routed, sources: seenOf(spec) }
  // A hit was paid for by whoever asked first.
  // What another target made is no answer of this one: its place may be none that the next caller's edits may leave.
  const isAsked =
    ending.target?.model === model && target.keys.some(({ provider }) => provider === ending.target?.provider)
  if (key !== null && isAsked) remember(parts.cache, key, { ...ending, usage: null })
  return keptIfLeft(ending, spec, ends, parts)
}

/** What came, or is still to come, too late for whoever asked the same before. */
async function lateOf(spec: Spec, { signal, leaving }: Span, { late }: EditParts): Promise<Ending | null> {
  const question = late.isEmpty() ? null : questionOf(spec.request, spec)
  if (question === null) return null
  return late.take(question, leaving === undefined ? signal : AbortSignal.any([signal, leaving]))
}

/** Whoever leaves meanwhile and asks again waits for what is under way, and does not have it made twice. */
async function expectedIfLeft(
  routing: Promise<Ending>,
  spec: Spec,
  ends: Ends,
  { late }: EditParts,
): Promise<Ending> {
  const forget = whenLeft(spec, ends, (question) => late.expect(question, routing))
  try {
    return await routing
  } finally {
    forget()
  }
}

/** What was made is billed, whether or not its caller waits until it has all of it; whoever has left is expected back. */
function keptIfLeft(ending: Ending, spec: Spec, ends: Ends, { late }: EditParts): Ending {
  whenLeft(spec, ends, (question) => late.keep(question, ending))
  return ending
}

function whenLeft(spec: Spec, { leaving }: Ends, keep: (question: string) => void): () => void {
  const left = () => {
    const question = questionOf(spec.request, spec)
    if (question !== null) keep(question)
  }
  leaving?.addEventListener('abort', left, { once: true })
  return () => leaving?.removeEventListener('abort', left)
}

function seenOf({ images }: Spec): readonly SourceSeen[] {
  return images.flatMap(({ image, sha256, facts }) =>
    sha256 === null || facts === null ? [] : [{ bytes: image.byteLength, sha256, type: facts.type }],
  )
}

/** What the route is handed to suit a target and to judge its answer. */
function stepsFor(spec: Spec, attemptLog: Ticket, { inspection }: EditParts): Steps<Judgement> {
  const { imageLimits } = inspection
  const { wire } = spec.request
  return {
    fit: (target, { imagesOnly }) =>
      wire !== undefined && target.provider.dialect === 'gemini'
        ? fitWire(spec, wire, { target, imageLimits })
        : fit(spec, target, { imageLimits, imagesOnly }),
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
