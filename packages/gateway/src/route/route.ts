import type { AttemptLog } from '../contract/attempt.ts'
import { abortFault, type ErrorCode, type Fault, fault, PlantainError } from '../contract/error.ts'
import type { Charged, Outcome } from '../contract/outcome.ts'
import type { Answer, Provider, ProviderRequest, SendOptions } from '../contract/provider.ts'
import type { Notice, Usage } from '../contract/result.ts'
import type { Clock } from '../contract/system.ts'
import type { WireAnswer } from '../contract/wire.ts'
import { doesWell } from './health.ts'
import { isOpen, letGo, next, type NextOptions, unspend } from './next.ts'
import { begun, note, type Progress } from './progress.ts'
import type { RouteState } from './state.ts'
import { accountOf, type Candidate, type RouteKey, type Target } from './target.ts'
import type { RetryPolicy, Verdict } from './verdict.ts'
import { isUnread, UNREAD, weigh } from './weigh.ts'

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
  readonly keysOf: NextOptions['keysOf']
  readonly policy: RetryPolicy & {
    /** Of one edit, over all targets. */
    readonly attempts: number
  }
}

export interface RouteOptions
  extends SendOptions, Pick<NextOptions, 'deadlineMs' | 'environment' | 'inputTokens'> {
  /** What the request refers to that lies at Google, where not every key of the gateway may be let in. */
  readonly references?: readonly string[]
  /** Told before each wait, with what it is for; `null`: a moment's backoff. */
  readonly waiting?: (ms: number, why: Fault | null) => void
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
  const { clock, state, random, policy, keysOf } = parts
  const { references = [], credential } = options
  const looking: Looking = {
    ...options,
    random,
    keysOf,
    references,
    ownCredential: credential !== undefined,
  }
  const progress = begun(candidates, policy.attempts)
  let last: Routed<Judgement> | null = null
  let imagesOnly = false
  let paidInVain = 0
  for (;;) {
    const ended = endedBy(options)
    if (ended !== null) {
      letGo(progress)
      return last ?? unsent(steps, whyAborted(ended, 'no'))
    }
    const nowMs = clock.monotonicMs()
    const step = next(progress, state, { ...looking, nowMs })
    if (step.kind === 'stop') return stopped(last, step.fault, steps)
    if (step.kind === 'wait') {
      options.waiting?.(step.untilMs - nowMs, step.why)
      await parts.sleep(step.untilMs - nowMs, anyOf(options))
      continue
    }
    const { candidate, key, spent } = step
    const target = { provider: key.provider, model: candidate.model }
    // At once: whoever else is decided on meanwhile is no second probe.
    state.site(candidate).health.sent(nowMs)
    const isUntold = () =>
      state.site(candidate).health.ended('unknown', { sentMs: nowMs, nowMs, isLast: true })
    const isOff = () => {
      isUntold()
      unspend(step, state, looking)
    }
    const fitted = await orElse(isOff, () => steps.fit(target, { imagesOnly }))
    if (fitted.kind === 'fault') {
      isOff()
      progress.closed.add(candidate)
      last ??= { ...unsent(steps, fitted.fault), target }
      continue
    }
    const id = await orElse(isOff, () => steps.attemptLog.begin({ target: key.name, model: candidate.model }))
    const attempt = { id, candidate, key, spent, sentMs: nowMs, request: fitted.request }
    const { routed, verdict } = await orElse(isUntold, () =>
      attempted(attempt, progress, steps, parts, looking),
    )
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

type Looking = RouteOptions & Omit<NextOptions, 'nowMs'>

/** A bug must not leave a place taken that others wait for. */
async function orElse<Value>(undo: () => void, run: () => Promise<Value>): Promise<Value> {
  try {
    return await run()
  } catch (thrown) {
    undo()
    throw thrown
  }
}

/** What may have been billed is made again once: by then it is no accident, and each time may cost as much as an edit. */
const MOST_PAID_IN_VAIN = 1

interface Attempting {
  readonly id: string
  readonly candidate: Candidate
  readonly key: RouteKey
  readonly spent: number
  /** When it was decided on, by which health knows its probe again. */
  readonly sentMs: number
  readonly request: ProviderRequest
}

async function attempted<Judgement extends Judged>(
  { id, candidate, key, spent, sentMs, request }: Attempting,
  progress: Progress,
  steps: Steps<Judgement>,
  { clock, state, random, policy }: RouteParts,
  looking: Looking,
): Promise<{ readonly routed: Routed<Judgement>; readonly verdict: Verdict }> {
  const { signal, leaving, timeouts, credential, references, ownCredential } = looking
  const startedMs = clock.monotonicMs()
  progress.attemptsLeft -= 1
  const answer = await send(key.provider, request, {
    signal,
    ...(leaving && { leaving }),
    ...(timeouts && { timeouts }),
    ...(credential && { credential }),
  })
  const end = (code: ErrorCode | null) => {
    const ms = Math.round(clock.monotonicMs() - startedMs)
    return steps.attemptLog.end(id, { status: statusOf(answer), code, ...chargeOf(answer), ms })
  }
  const judgement = await judged(steps, request, answer).catch(async (thrown: unknown) => {
    await end('internal')
    throw thrown
  })
  const nowMs = clock.monotonicMs()
  await end(judgement.fault?.code ?? null)
  const ms = nowMs - startedMs
  const hasReferences = references.length > 0
  const weighing = { policy, request, answer, ms, ownCredential, hasReferences }
  const isLast = !progress.candidates.some(
    (other) => isOther(other, candidate) && isAlternative(other, progress, state, { ...looking, nowMs }),
  )
  const verdict = weigh(judgement.fault, weighing)
  if (verdict.health === 'good') {
    state.site(candidate).budget.refund(spent)
    if (!ownCredential) for (const uri of references) state.readers.set(uri, accountOf(key))
  }
  state.learn(candidate, key, {
    verdict,
    fault: judgement.fault,
    sentMs,
    nowMs,
    random: random(),
    isLast,
    ownCredential,
  })
  // What Google says of the gateway's own key is none of its caller's business.
  const unread = isUnread(judgement.fault, weighing)
  return {
    verdict,
    routed: {
      target: { provider: key.provider, model: candidate.model },
      degraded: candidate.degraded,
      judgement: unread ? steps.refuse(UNREAD) : judgement,
      usage: answer.kind === 'fault' ? null : answer.usage,
      notices: [],
      ...(answer.wire && !unread && { wire: answer.wire }),
    },
  }
}

/** What cannot be done with an answer, such as writing it in a format it is too large for, is an end like others. */
async function judged<Judgement extends Judged>(
  { judge, refuse }: Steps<Judgement>,
  request: ProviderRequest,
  answer: Answer,
): Promise<Judgement> {
  try {
    return await judge(request, answer)
  } catch (thrown) {
    if (PlantainError.is(thrown)) return refuse({ ...thrown.fault, charged: chargeOf(answer).charged })
    throw thrown
  }
}

function isOther(one: Candidate, { target, model }: Candidate): boolean {
  return one.target !== target || one.model !== model
}

function isAlternative(
  other: Candidate,
  progress: Progress,
  state: RouteState,
  options: NextOptions,
): boolean {
  return isOpen(other, progress, state, options) && doesWell(state.site(other).health.standing(options.nowMs))
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
  const { code, charged } = last.judgement.fault ?? why
  const { wire, ...rest } = last
  // An answer that says something else is not what the edit ended for.
  return { ...rest, ...(wire && code === why.code && { wire }), judgement: steps.refuse({ ...why, charged }) }
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
