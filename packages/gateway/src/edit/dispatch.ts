import { type EditRequest, MAX_TIMEOUT_MS } from '../contract/request.ts'
import { CHARACTERS_PER_TOKEN } from '../models/price.ts'
import { type PlanOptions, type Planned, planCandidates } from '../route/plan.ts'
import { route, type Steps } from '../route/route.ts'
import type { Candidate } from '../route/target.ts'
import type { Judgement } from './judge.ts'
import type { EditParts } from './parts.ts'
import type { Ending } from './settle.ts'

/** An edit takes 15 to 40 s, at 4K minutes; a caller who wants less says so. */
export const DEFAULT_TIMEOUT_MS = 180_000

/** What may end an edit before its time. */
export interface Ends {
  /** Somebody wants it ended, at once. */
  readonly cancel?: AbortSignal
  /** Its caller has gone: it ends where that saves money, and else is made for whoever comes back for it. */
  readonly leaving?: AbortSignal
}

/** How long an edit has, and what ends it before. */
export interface Span {
  /** Monotonic milliseconds. */
  readonly deadlineMs: number
  readonly signal: AbortSignal
  readonly leaving?: AbortSignal
}

export function spanOf(
  { timeoutMs = DEFAULT_TIMEOUT_MS }: EditRequest,
  { cancel, leaving }: Ends,
  { system }: EditParts,
): Span {
  // Timers take whole milliseconds; `--timeout 1.005` is none.
  const ms = Math.ceil(Math.min(timeoutMs, MAX_TIMEOUT_MS))
  const deadline = AbortSignal.timeout(ms)
  return {
    deadlineMs: system.clock.monotonicMs() + ms,
    signal: cancel === undefined ? deadline : AbortSignal.any([cancel, deadline]),
    ...(leaving && { leaving }),
  }
}

/** Who may make it, by what its caller may use and what it holds. */
export function planFor(
  request: EditRequest,
  { fleet, system }: EditParts,
  more: Pick<PlanOptions, 'forward' | 'keepTextModels'>,
): Planned {
  const { targets, rules } = fleet()
  const { model, providers, readableBy, regions, maxCostMicroUsd, output, count = 1 } = request
  return planCandidates(targets, model, {
    nowMs: system.clock.now(),
    rules,
    allowed: providers,
    able: readableBy,
    regions: regions ?? null,
    // The bound is of the whole edit, the estimate of one result.
    mostMicroUsd: maxCostMicroUsd === undefined ? null : Math.floor(maxCostMicroUsd / count),
    estimate: {
      inputImages: imagesIn(request),
      instructionChars: lettersIn(request),
      ...(output?.imageSize && { imageSize: output.imageSize }),
    },
    ...more,
  })
}

/** Sends it, and again where that helps. */
export function dispatch(
  request: EditRequest,
  candidates: readonly Candidate[],
  steps: Steps<Judgement>,
  { parts, span }: { readonly parts: EditParts; readonly span: Span },
): Promise<Ending> {
  const { credential, environment, hasReferences = false, wire } = request
  const { policy, timeouts } = parts.fleet()
  // What is forwarded in its own dialect is the caller's to judge, words instead of an image too.
  const noImage = wire === undefined ? policy.noImage : 'keep'
  return route(
    candidates,
    steps,
    { ...parts.route, policy: { ...policy, noImage } },
    {
      ...span,
      timeouts,
      hasReferences,
      environment: environment ?? null,
      inputTokens: imagesIn(request) * TOKENS_PER_IMAGE + lettersIn(request) / CHARACTERS_PER_TOKEN,
      ...(credential && { credential }),
    },
  )
}

/** Of Gemini 3 at the usual resolution, by Google's pages. */
const TOKENS_PER_IMAGE = 1120

function imagesIn({ input }: EditRequest): number {
  return input.filter(({ kind }) => kind === 'image').length
}

function lettersIn({ input }: EditRequest): number {
  return input.reduce((sum, part) => sum + (part.kind === 'text' ? part.text.length : 0), 0)
}
