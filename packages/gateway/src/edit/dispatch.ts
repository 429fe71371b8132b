import type { Fault } from '../contract/error.ts'
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
  /** Told before each wait, with what it is for; `null`: a moment's backoff. */
  readonly waiting?: (ms: number, why: Fault | null) => void
}

/** How long an edit has, and what ends it before. */
export interface Span {
  /** Monotonic milliseconds. */
  readonly deadlineMs: number
  readonly signal: AbortSignal
  readonly leaving?: AbortSignal
  readonly waiting?: NonNullable<Ends['waiting']>
}

export function spanOf(
  { timeoutMs = DEFAULT_TIMEOUT_MS }: EditRequest,
  { cancel, leaving, waiting }: Ends,
  { system }: EditParts,
): Span {
  // Timers take whole milliseconds; `--timeout 1.005` is none.
  const ms = Math.ceil(Math.min(timeoutMs, MAX_TIMEOUT_MS))
  const deadline = AbortSignal.timeout(ms)
  return {
    deadlineMs: system.clock.monotonicMs() + ms,
    signal: cancel === undefined ? deadline : AbortSignal.any([cancel, deadline]),
    ...(leaving && { leaving }),
    ...(waiting && { waiting }),
  }
}

/** Who may make it, by what its caller may use and what it holds. */
export function planFor(
  request: EditRequest,
  { fleet, system }: EditParts,
  more: Pick<PlanOptions, 'forward' | 'keepTextModels'>,
): Planned {
  const { targets, rules } = fleet()
  const { model, providers, readableBy, regions, maxCostMicroUsd, output, prefer, count = 1 } = request
  return planCandidates(targets, model, {
    nowMs: system.clock.now(),
    rules,
    allowed: providers,
    able: readableBy,
    prefer,
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
  const { credential, environment, references = [], wire } = request
  const { policy, timeouts } = parts.fleet()
  // What is forwarded in its own dialect is the caller's to judge, words instead of an image too.
  const noImage = wire === undefined ? policy.noImage : 'keep'
  return route(
    credential === undefined ? candidates : ofOneKind(candidates),
    steps,
    // Looked up at every step: keys come and go while an edit is under way.
    { ...parts.route, policy: { ...policy, noImage }, keysOf: (target) => parts.fleet().keysOf(target) },
    {
      ...span,
      timeouts,
      references,
      environment: environment ?? null,
      // Google has a quota of its own for counting.
      inputTokens:
        wire?.method === 'countTokens'
          ? null
          : imagesIn(request) * TOKENS_PER_IMAGE + lettersIn(request) / CHARACTERS_PER_TOKEN,
      ...(credential && { credential }),
    },
  )
}

/** A key of AI Studio opens nothing at Vertex AI, and the other way round; the local engine asks for none. */
function ofOneKind(candidates: readonly Candidate[]): readonly Candidate[] {
  const kind = candidates[0]?.target.kind
  return candidates.filter(({ target }) => target.kind === kind || target.kind === 'local')
}

/** Of Gemini 3 at the usual resolution, by Google's pages. */
const TOKENS_PER_IMAGE = 1120

function imagesIn({ input }: EditRequest): number {
  return input.filter(({ kind }) => kind === 'image').length
}

function lettersIn({ input }: EditRequest): number {
  return input.reduce((sum, part) => sum + (part.kind === 'text' ? part.text.length : 0), 0)
}
