import type { ErrorCode, Fault } from '../contract/error.ts'
import type { Charged } from '../contract/outcome.ts'

/** What a failure speaks of, and with it who is to be spared: the next attempt anywhere, a key, a model, a place. */
export type Scope = 'attempt' | 'key' | 'model' | 'target' | 'request'

/** Where the same edit may be tried again: at the same target too, at another only, or nowhere. */
export type Again = 'here' | 'elsewhere' | 'nowhere'

/** What the end of an attempt means for the next one. */
export interface Verdict {
  readonly retryable: Again
  readonly scope: Scope
  /** How long the provider asks to wait, where it does. */
  readonly waitMs: number | null
  readonly charged: Charged
  /** Whether the place did its work; `unknown`: it was never put to it. */
  readonly health: 'good' | 'bad' | 'unknown'
  readonly meaning: Meaning
}

export type Meaning =
  /** Nothing more is to be done: an edit, or an answer that another attempt would not better. */
  | 'answered'
  /** A 200 without an image, which may come of chance. */
  | 'imageless'
  /** For a while, of this key and model. */
  | 'throttled'
  /** For the day, or for good. */
  | 'exhausted'
  /** The key, or who pays for it. */
  | 'locked-out'
  /** Its token, which was revoked or ran out since it was fetched: the next attempt has another. */
  | 'stale'
  /** The model is not served there. */
  | 'absent'
  /** Too many ask, of everybody. */
  | 'overloaded'
  | 'failed'
  /** It took too long. */
  | 'late'
  | 'refused'
  | 'stopped'

interface Rule {
  readonly meaning: Meaning
  readonly retryable: Again
  readonly scope: Scope
  readonly health: Verdict['health']
}

const rule = (
  meaning: Meaning,
  scope: Scope,
  retryable: Again,
  health: Verdict['health'] = 'unknown',
): Rule => ({ meaning, scope, retryable, health })

const REFUSED = rule('refused', 'request', 'nowhere', 'unknown')
const ANSWERED = rule('answered', 'request', 'nowhere', 'good')
const LOCKED_OUT = rule('locked-out', 'key', 'elsewhere')

/** What comes of an attempt; of all other codes an edit ends before one, or by them. */
const RULES: Partial<Readonly<Record<ErrorCode, Rule>>> = {
  rate_limited: rule('throttled', 'key', 'here'),
  quota_exhausted: rule('exhausted', 'key', 'elsewhere'),
  billing_required: LOCKED_OUT,
  credential_missing: LOCKED_OUT,
  credential_invalid: LOCKED_OUT,
  permission_denied: LOCKED_OUT,
  region_unavailable: rule('absent', 'target', 'elsewhere'),
  model_unavailable: rule('absent', 'model', 'elsewhere'),
  upstream_overloaded: rule('overloaded', 'model', 'here', 'bad'),
  upstream_error: rule('failed', 'attempt', 'here', 'bad'),
  upstream_timeout: rule('late', 'attempt', 'here', 'bad'),
  upstream_unreachable: rule('failed', 'target', 'here', 'bad'),
  upstream_interrupted: rule('failed', 'attempt', 'here', 'bad'),
  upstream_unreadable: rule('failed', 'attempt', 'here', 'bad'),
  no_image: rule('imageless', 'attempt', 'here', 'good'),
  image_blocked: ANSWERED,
  unchanged: ANSWERED,
  wrong_shape: ANSWERED,
  preserve_failed: ANSWERED,
  deadline_exceeded: rule('stopped', 'request', 'nowhere'),
  cancelled: rule('stopped', 'request', 'nowhere'),
}

/** What may be made again although it may have been, or was, billed. */
export interface RetryPolicy {
  /** Whether an attempt is made again that may have been billed without an answer. */
  readonly ambiguous: 'retry' | 'stop'
  /** Whether an answer without an image is asked for once more. */
  readonly noImage: 'retry' | 'keep'
}

/** A door that is closed to what was asked for, and perhaps open to another key. */
const CLOSED = rule('refused', 'key', 'elsewhere')

/** A 403 may be of a bucket, a template or a model that the request names, which says nothing of the key. */
function speaksOfKey({ code, message, upstream }: Fault): boolean {
  if (code !== 'permission_denied') return true
  const reason = upstream?.reason ?? ''
  if (reason === 'IAM_PERMISSION_DENIED') return message.includes('aiplatform.endpoints.predict')
  return /^(?:API_KEY_\w+_BLOCKED|CONSUMER_\w+|SERVICE_DISABLED|ACCESS_TOKEN_SCOPE_INSUFFICIENT|USER_PROJECT_DENIED)$/.test(
    reason,
  )
}

const STALE = rule('stale', 'key', 'here')
/** What answers there is not Google. */
const MISDIRECTED = rule('absent', 'target', 'elsewhere', 'bad')

/** Another target may take more, and another model offer what was asked. */
const TOO_LARGE = rule('refused', 'target', 'elsewhere')
const NOT_OFFERED = rule('refused', 'model', 'elsewhere')

function ruleOf(why: Fault): Rule {
  if (!speaksOfKey(why)) return CLOSED
  const { code, upstream, charged } = why
  if (code === 'image_too_large' && charged === 'no') return TOO_LARGE
  if (code === 'unsupported_option' && charged === 'no') return NOT_OFFERED
  const { status = 0, reason = '' } = upstream ?? {}
  if (code === 'credential_invalid' && status === 401 && reason !== 'ACCESS_TOKEN_TYPE_UNSUPPORTED')
    return STALE
  if (code === 'upstream_rejected' && (status === 404 || (status >= 300 && status < 400))) return MISDIRECTED
  return RULES[code] ?? REFUSED
}

/** Reads the end of an attempt; `null`: it is an edit. */
export function verdictOf(why: Fault | null, policy: RetryPolicy): Verdict {
  if (why === null) return { ...ANSWERED, waitMs: null, charged: 'yes' }
  const { charged, waitMs = null } = why
  const known = ruleOf(why)
  const stops =
    known.meaning === 'imageless'
      ? policy.noImage === 'keep'
      : policy.ambiguous === 'stop' && charged !== 'no' && known.retryable !== 'nowhere'
  return { ...known, ...(stops && { retryable: 'nowhere' }), waitMs, charged }
}
