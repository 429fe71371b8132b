import { type Fault, fault } from '../contract/error.ts'
import type { Answer, ProviderRequest } from '../contract/provider.ts'
import { type RetryPolicy, type Verdict, verdictOf } from './verdict.ts'

export interface Weighing {
  readonly policy: RetryPolicy
  readonly request: ProviderRequest
  readonly answer: Answer
  /** How long the attempt took. */
  readonly ms: number
  /** Whether it went by its caller's own credential. */
  readonly ownCredential: boolean
  /** Whether it refers to what lies at Google. */
  readonly hasReferences: boolean
}

/** What the end of an attempt means, by what it was and not by its fault alone; `null`: it is an edit. */
export function weigh(why: Fault | null, weighing: Weighing): Verdict {
  const { policy, answer, ownCredential } = weighing
  const said = verdictOf(why, policy)
  const verdict = ownCredential ? asOwn(said) : isUnread(why, weighing) ? unread(said) : said
  return {
    ...verdict,
    ...(isHanging(said, weighing) && { health: 'bad' }),
    ...(isGooglesLastWord(answer) && { retryable: 'nowhere' }),
  }
}

/** Whether a key was not let in to what the request refers to, which says nothing of the key. */
export function isUnread(why: Fault | null, { ownCredential, hasReferences }: Weighing): boolean {
  return hasReferences && !ownCredential && why?.code === 'permission_denied'
}

/** As its caller is told: whose the gateway's keys are is none of its business. */
export const UNREAD = fault(
  'invalid_request',
  'The request refers to a file at Google that this gateway may not read there. Upload it here (POST /upload/v1beta/files), or send it inline.',
  { charged: 'no' },
)

/** Another key may be of the project that the file lies in. */
function unread(verdict: Verdict): Verdict {
  return { ...verdict, scope: 'key', retryable: 'elsewhere', meaning: 'refused', health: 'unknown' }
}

/** What a caller's own key may not says nothing of the gateway's. */
function asOwn(verdict: Verdict): Verdict {
  if (verdict.scope !== 'key') return verdict
  return { ...verdict, scope: 'request', retryable: 'nowhere', meaning: 'refused' }
}

/** Whoever speaks Google's dialect gets what Google answered, and may ask again: a 200 that came whole is never replaced. */
function isGooglesLastWord({ wire }: Answer): boolean {
  return wire !== undefined && wire.status === 200 && !wire.cut
}

/** An edit takes 15 to 40 s, at 4K minutes: one that got no answer for longer was not cut off by its caller's impatience. */
const HANGING_MS = 60_000
const HANGING_AT_4K_MS = 150_000

/** A place where attempts hang does no work, although each of them ends by the deadline of its edit. */
function isHanging(
  { meaning }: Verdict,
  { answer: { wire }, request: { imageSize }, ms }: Weighing,
): boolean {
  const flows = wire !== undefined && wire.handedOverBytes > 0
  return meaning === 'stopped' && !flows && ms >= (imageSize === '4K' ? HANGING_AT_4K_MS : HANGING_MS)
}
