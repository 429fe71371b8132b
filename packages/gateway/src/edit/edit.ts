import { type Cache, questionKey } from '../cache/cache.ts'
import type { Provider } from '../contract/provider.ts'
import { type EditRequest, MAX_TIMEOUT_MS } from '../contract/request.ts'
import type { EditResult, ResultImage, SourceSeen } from '../contract/result.ts'
import type { System } from '../contract/system.ts'
import type { Ledger, Ticket } from '../ledger/ledger.ts'
import { planTargets } from '../route/plan.ts'
import { route, type Steps } from '../route/route.ts'
import { fit } from './fit.ts'
import { fitWire } from './fit-wire.ts'
import { judge, type Judgement, noImage } from './judge.ts'
import { prepare } from './prepare.ts'
import { type Ending, endingOf, endingOfThrown, settle } from './settle.ts'
import type { Inspection, Spec } from './spec.ts'

/** What the pipeline stands on. */
export interface EditParts {
  readonly system: System
  readonly inspection: Inspection
  readonly ledger: Ledger
  readonly cache: Cache<Ending>
  /** In the order they are to be tried. */
  readonly providers: readonly Provider[]
}

/** An edit takes 15 to 40 s, at 4K minutes; a caller who wants less says so. */
export const DEFAULT_TIMEOUT_MS = 180_000

/**
 * The story of one edit. Whatever is asked gets a result with exactly one outcome; this rejects only on a bug.
 * `caller` cancels the edit.
 */
export async function edit(parts: EditParts, request: EditRequest, caller: AbortSignal): Promise<EditResult> {
  const ticket = await parts.ledger.reserve(request.id === undefined ? {} : { id: request.id })
  const ending = await pursue(parts, request, { ticket, caller }).catch(endingOfThrown)
  return settle(ticket, request, ending)
}

async function pursue(
  parts: EditParts,
  request: EditRequest,
  { ticket, caller }: { readonly ticket: Ticket; readonly caller: AbortSignal },
): Promise<Ending> {
  const signal = AbortSignal.any([caller, AbortSignal.timeout(timeoutOf(request))])
  const spec = await prepare(request, parts.inspection)
  const plan = planTargets(parts.providers, request.model, {
    nowMs: parts.system.clock.now(),
    allowed: request.providers,
    forward: request.wire !== undefined,
  })
  if (plan.kind === 'fault') return endingOf(plan.fault)
  const { targets, notices } = plan

  const [{ provider, model }] = targets
  const key = request.cache === true ? questionKey(provider.target, model, request) : null
  const known = key === null ? undefined : parts.cache.get(key)
  if (known) return { ...known, sources: seenOf(spec) }

  const { credential } = request
  const routed = await route(targets, stepsFor(spec, ticket, parts), {
    clock: parts.system.clock,
    signal,
    ...(credential && { credential }),
  })
  const ending = { ...routed, notices: [...notices, ...routed.notices], sources: seenOf(spec) }
  // A hit was paid for by whoever asked first.
  if (key !== null) remember(parts.cache, key, { ...ending, usage: null })
  return ending
}

function seenOf({ images }: Spec): readonly SourceSeen[] {
  return images.flatMap(({ image, sha256, facts }) =>
    sha256 === null || facts === null ? [] : [{ bytes: image.byteLength, sha256, type: facts.type }],
  )
}

/** Timers take whole milliseconds; `--timeout 1.005` is none. */
export function timeoutOf({ timeoutMs = DEFAULT_TIMEOUT_MS }: EditRequest): number {
  return Math.ceil(Math.min(timeoutMs, MAX_TIMEOUT_MS))
}

/** What the route is handed to suit a target and to judge its answer. */
function stepsFor(spec: Spec, attemptLog: Ticket, { inspection }: EditParts): Steps<Judgement> {
  const { imageLimits } = inspection
  const { wire } = spec.request
  return {
    fit: (target) =>
      wire !== undefined && target.provider.dialect === 'gemini'
        ? fitWire(spec, wire, { target, imageLimits })
        : fit(spec, target, imageLimits),
    judge: (request, answer) => judge(spec, request, answer, inspection),
    refuse: noImage,
    attemptLog,
  }
}

function remember(cache: Cache<Ending>, key: string, ending: Ending): void {
  const { outcome, images } = ending.judgement
  if (outcome !== 'edited') return
  const { judgement, wire } = ending
  // What lies in memory of the answer is gone before the cache is asked.
  const kept: Ending = {
    ...ending,
    judgement: { ...judgement, images: images.map(held) },
    ...(wire && { wire: { ...wire, body: Buffer.from(wire.body) } }),
  }
  const imageBytes = images.reduce((sum, { byteLength }) => sum + byteLength, 0)
  cache.put(key, kept, imageBytes + (wire?.body.length ?? 0))
}

function held(image: ResultImage): ResultImage {
  return { ...image }
}
