import type { AttemptLog } from '../contract/attempt.ts'
import { abortFault, type Fault, fault } from '../contract/error.ts'
import type { Charged, Outcome } from '../contract/outcome.ts'
import type { Answer, Provider, ProviderRequest, SendOptions } from '../contract/provider.ts'
import type { Notice, Usage } from '../contract/result.ts'
import type { Clock } from '../contract/system.ts'
import type { WireAnswer } from '../contract/wire.ts'
import { doesWell } from './health.ts'
import { next, type NextOptions } from './next.ts'
import { begun, note, type Progress } from './progress.ts'
import type { RouteState } from './state.ts'
import type { Candidate, RouteKey, Target } from './target.ts'
import { type RetryPolicy, type Verdict, verdictOf } from './verdict.ts'

export interface Judged {
  readonly outcome: Outcome
  readonly fault: Fault | null
}

/** What the route is handed of the pipeline: how to suit a target, how to judge its answer, where to write it down. */
export interface Steps<Judgement extends Judged> {
  fit(
    target: Target,
    asked: { readonly imagesOnly: boolean },
  ): Promise<
    | { readonly kind: 'fitted'; readonly request: ProviderRequest; readonly notices: readonly Notice[] }
    | { readonly kind: 'fault'; readonly fault: Fault }
  >
  judge(request: ProviderRequest, answer: Answer): Promise<Judgement>
  /** The judgement on an edit that cannot be sent. */
  refuse(fault: Fault): Judgement
  readonly attemptLog: AttemptLog
}

export interface Routed<Judgement> {
  /** What made it, or the last that was tried. */
  readonly target: Target | null
  readonly degraded: boolean
  readonly judgement: Judgement
  readonly usage: Usage | null
  readonly notices: readonly Notice[]
  /** What the target answered, verbatim, where the request was forwarded in its own dialect. */
  readonly wire?: WireAnswer
}

/** How edits are routed in this process. */
export interface RouteParts {
  readonly clock: Clock
  /** Resolves after so many milliseconds, or at once where the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** From 0 to 1. */
  readonly random: () => number
  readonly state: RouteState
  readonly policy: RetryPolicy & {
    /** Of one edit, over all targets. */
    readonly attempts: number
  }
}

export interface RouteOptions
  extends SendOptions, Pick<NextOptions, 'deadlineMs' | 'environment' | 'inputTokens'> {
  /** Whether a request refers to what lies elsewhere, where nobody may be let in. */
  readonly hasReferences?: boolean
}

/**
 * Sends an edit to the candidates until one of them made it, or nobody is left, or the wait would be longer than the
 * deadline allows. An abort of `signal` ends as a `cancelled` or `deadline_exceeded` fault; this rejects only on a bug.
 */
export async function route<Judgement extends Judged>(
  candidates: readonly Candidate[],
  steps: Steps<Judgement>,
  parts: RouteParts,
  options: RouteOptions,
): Promise<Routed<Judgement>> {
  const { clock, state, random, policy } = parts
  const ownCredential = options.credential !== undefined
  const progress = begun(candidates, policy.attempts)
  let last: Routed<Judgement> | null = null
  let imagesOnly = false
  let paidInVain = 0
  for (;;) {
    const ended = endedBy(options)
    if (ended !== null) return last ?? unsent(steps, whyAborted(ended, 'no'))
    const nowMs = clock.monotonicMs()
    const step = next(progress, state, { ...options, nowMs, random, ownCredential })
    if (step.kind === 'stop') return stopped(last, step.fault, steps)
    if (step.kind === 'wait') {
      await parts.sleep(step.untilMs - nowMs, anyOf(options))
      continue
    }
    const { candidate, key, spent } = step
    const target = { provider: key.provider, model: candidate.model }
    // At once: whoever else is decided on meanwhile is no second probe.
    state.site(candidate).health.sent(nowMs)
    const fitted = await steps.fit(target, { imagesOnly })
    if (fitted.kind === 'fault') {
      state.site(candidate).health.ended('unknown', { sentMs: nowMs, nowMs, isLast: true })
      progress.closed.add(candidate)
      last ??= { ...unsent(steps, fitted.fault), target }
      continue
    }
    const attempt = { candidate, key, spent, sentMs: nowMs, request: fitted.request }
    const { routed, verdict } = await attempted(attempt, progress, steps, parts, options)
    last = { ...routed, notices: [...candidate.notices, ...fitted.notices] }
    if (verdict.charged !== 'no' && verdict.meaning !== 'imageless') paidInVain += 1
    if (verdict.retryable === 'nowhere' || hasBegunToAnswer(last) || paidInVain > MOST_PAID_IN_VAIN)
      return last
    note(progress, attempt, verdict, { nowMs: clock.monotonicMs(), random })
    if (verdict.meaning !== 'imageless') continue
    if (imagesOnly) closeModel(progress, candidate)
    imagesOnly = !imagesOnly
  }
}

/** What may have been billed is made again once: by then it is no accident, and each time may cost as much as an edit. */
const MOST_PAID_IN_VAIN = 1

interface Attempting {
  readonly candidate: Candidate
  readonly key: RouteKey
  readonly spent: number
  /** When it was decided on, by which health knows its probe again. */
  readonly sentMs: number
  readonly request: ProviderRequest
}

async function attempted<Judgement extends Judged>(
  { candidate, key, spent, sentMs, request }: Attempting,
  progress: Progress,
  { judge, attemptLog }: Steps<Judgement>,
  { clock, state, random, policy }: RouteParts,
  { signal, leaving, timeouts, credential, hasReferences = false }: RouteOptions,
): Promise<{ readonly routed: Routed<Judgement>; readonly verdict: Verdict }> {
  const site = state.site(candidate)
  const startedMs = clock.monotonicMs()
  progress.attemptsLeft -= 1
  const attemptId = await attemptLog.begin({ target: key.name, model: candidate.model })
  const answer = await send(key.provider, request, {
    signal,
    ...(leaving && { leaving }),
    ...(timeouts && { timeouts }),
    ...(credential && { credential }),
  })
  const judgement = await judge(request, answer)
  const nowMs = clock.monotonicMs()
  await attemptLog.end(attemptId, {
    status: statusOf(answer),
    code: judgement.fault?.code ?? null,
    ...chargeOf(answer),
    ms: Math.round(nowMs - startedMs),
  })
  const said = verdictOf(judgement.fault, policy)
  const isCallers =
    credential !== undefined || (hasReferences && judgement.fault?.code === 'permission_denied')
  const verdict = ofHanging(isCallers ? asOwn(said) : said, nowMs - startedMs)
  const retryable = isGooglesLastWord(answer) ? 'nowhere' : verdict.retryable
  if (verdict.health === 'good') site.budget.refund(spent)
  const isLast = !progress.candidates.some((other) => isAlternative(other, candidate, progress, state, nowMs))
  state.learn(candidate, key, {
    verdict,
    fault: judgement.fault,
    sentMs,
    nowMs,
    random: random(),
    isLast,
  })
  return {
    verdict: { ...verdict, retryable },
    routed: {
      target: { provider: key.provider, model: candidate.model },
      degraded: candidate.degraded,
      judgement,
      usage: answer.kind === 'fault' ? null : answer.usage,
      notices: [],
      ...(answer.wire && { wire: answer.wire }),
    },
  }
}

/** What a caller's own key may not, or one may not read that the caller named, says nothing of the gateway's. */
function asOwn(verdict: Verdict): Verdict {
  if (verdict.scope !== 'key') return verdict
  return { ...verdict, scope: 'request', retryable: 'nowhere', meaning: 'refused' }
}

/** Whoever speaks Google's dialect gets what Google answered, and may ask again: a 200 that came whole is never replaced. */
function isGooglesLastWord({ wire }: Answer): boolean {
  return wire !== undefined && wire.status === 200 && !wire.cut
}

/** An edit takes 15 to 40 s: one that got no answer for longer was not cut off by its caller's impatience. */
const HANGING_MS = 60_000

/** A place where attempts hang does no work, although each of them ends by the deadline of its edit. */
function ofHanging(verdict: Verdict, ms: number): Verdict {
  return verdict.meaning === 'stopped' && ms >= HANGING_MS ? { ...verdict, health: 'bad' } : verdict
}

function isAlternative(
  other: Candidate,
  candidate: Candidate,
  { closed }: Progress,
  state: RouteState,
  nowMs: number,
): boolean {
  if (closed.has(other) || (other.target === candidate.target && other.model === candidate.model))
    return false
  return doesWell(state.site(other).health.standing(nowMs))
}

/** The same model would answer in words again. */
function closeModel({ candidates, closed }: Progress, { model }: Candidate): void {
  for (const other of candidates) if (other.model === model) closed.add(other)
}

/** What a caller has been given of a stream cannot be taken back. */
function hasBegunToAnswer({ wire }: Routed<unknown>): boolean {
  return wire !== undefined && wire.handedOverBytes > 0
}

/** An edit that is over before its last word: with the reason for which it goes no further, where that is a new one. */
function stopped<Judgement extends Judged>(
  last: Routed<Judgement> | null,
  why: Fault | null,
  steps: Steps<Judgement>,
): Routed<Judgement> {
  if (last === null)
    return unsent(steps, why ?? fault('internal', 'Nobody could be asked, and nobody knows why.'))
  if (why === null) return last
  const { charged } = last.judgement.fault ?? why
  return { ...last, judgement: steps.refuse({ ...why, charged }) }
}

function unsent<Judgement extends Judged>({ refuse }: Steps<Judgement>, why: Fault): Routed<Judgement> {
  return { target: null, degraded: false, judgement: refuse(why), usage: null, notices: [] }
}

/** A provider knows that it was cut short and what it had sent by then; the signal knows why. */
async function send(provider: Provider, request: ProviderRequest, sending: SendOptions): Promise<Answer> {
  const answer = await provider.send(request, sending)
  if (answer.kind !== 'fault' || answer.fault.code !== 'cancelled') return answer
  return { ...answer, fault: whyAborted(endedBy(sending) ?? sending.signal, answer.fault.charged) }
}

/** Nothing more is begun for a caller who has gone. */
function endedBy({ signal, leaving }: SendOptions): AbortSignal | null {
  if (signal.aborted) return signal
  return leaving?.aborted === true ? leaving : null
}

function anyOf({ signal, leaving }: SendOptions): AbortSignal {
  return leaving === undefined ? signal : AbortSignal.any([signal, leaving])
}

/** The fault of an edit whose signal has aborted. */
function whyAborted(signal: AbortSignal, charged: Charged): Fault {
  const timedOut = signal.reason instanceof Error && signal.reason.name === 'TimeoutError'
  return timedOut
    ? fault('deadline_exceeded', 'The edit was not done before its deadline. Allow more time.', { charged })
    : abortFault(charged)
}

function statusOf(answer: Answer): number | null {
  return answer.kind === 'fault' ? (answer.fault.upstream?.status ?? null) : answer.status
}

function chargeOf(answer: Answer): { charged: Charged; costMicroUsd: number } {
  if (answer.kind === 'fault') return { charged: answer.fault.charged, costMicroUsd: 0 }
  return { charged: answer.charged, costMicroUsd: answer.costMicroUsd }
}
