import type { AttemptLog } from '../contract/attempt.ts'
import { abortFault, type Fault, fault } from '../contract/error.ts'
import type { Charged, Outcome } from '../contract/outcome.ts'
import type { Answer, Provider, ProviderRequest, SendOptions } from '../contract/provider.ts'
import type { WireAnswer } from '../contract/wire.ts'
import type { Notice, Usage } from '../contract/result.ts'
import type { Clock } from '../contract/system.ts'

/** One place an attempt can be sent, and the model it would be asked for there. */
export interface Target {
  readonly provider: Provider
  /** The id the provider knows. */
  readonly model: string
}

interface Judged {
  readonly outcome: Outcome
  readonly fault: Fault | null
}

/** What the route is handed of the pipeline: how to suit a target, how to judge its answer, where to write it down. */
export interface Steps<Judgement extends Judged> {
  fit(
    target: Target,
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
  readonly target: Target
  readonly judgement: Judgement
  readonly usage: Usage | null
  readonly notices: readonly Notice[]
  /** What the target answered, verbatim, where the request was forwarded in its own dialect. */
  readonly wire?: WireAnswer
}

/**
 * Sends an edit to the first target, once. A target that cannot take the edit is not tried at all.
 * An abort of `signal` ends as a `cancelled` or `deadline_exceeded` fault; this rejects only on a bug.
 */
export async function route<Judgement extends Judged>(
  targets: readonly [Target, ...Target[]],
  { fit, judge, refuse, attemptLog }: Steps<Judgement>,
  { clock, ...sending }: SendOptions & { readonly clock: Clock },
): Promise<Routed<Judgement>> {
  const [target] = targets
  const { signal } = sending
  const unsent = (why: Fault) => ({ target, judgement: refuse(why), usage: null, notices: [] })
  const fitted = await fit(target)
  if (fitted.kind === 'fault') return unsent(fitted.fault)
  if (signal.aborted) return unsent(whyAborted(signal, 'no'))

  const startedMs = clock.monotonicMs()
  const attemptId = await attemptLog.begin({ target: target.provider.target, model: target.model })
  const answer = await send(target.provider, fitted.request, sending)
  const judgement = await judge(fitted.request, answer)
  await attemptLog.end(attemptId, {
    status: statusOf(answer),
    code: judgement.fault?.code ?? null,
    ...chargeOf(answer),
    ms: Math.round(clock.monotonicMs() - startedMs),
  })
  const usage = answer.kind === 'fault' ? null : answer.usage
  return { target, judgement, usage, notices: fitted.notices, ...(answer.wire && { wire: answer.wire }) }
}

/** A provider knows that it was cut short and what it had sent by then; the signal knows why. */
async function send(provider: Provider, request: ProviderRequest, sending: SendOptions): Promise<Answer> {
  const answer = await provider.send(request, sending)
  if (answer.kind !== 'fault' || answer.fault.code !== 'cancelled') return answer
  return { ...answer, fault: whyAborted(sending.signal, answer.fault.charged) }
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
