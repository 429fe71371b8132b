import { describe, expect, test } from 'vitest'
import { type ErrorCode, ERRORS, fault } from '../contract/error.ts'
import type { Charged } from '../contract/outcome.ts'
import { type Again, type RetryPolicy, type Scope, type Verdict, verdictOf } from './verdict.ts'

const LENIENT: RetryPolicy = { ambiguous: 'retry', noImage: 'retry' }

type Judged = `${Verdict['meaning']} ${Scope} ${Again} ${Verdict['health']}`

/** No edit is mended by sending it again, and nothing is learnt of the place. */
const OURS: Judged = 'refused request nowhere unknown'
const FINAL: Judged = 'answered request nowhere good'

/** Every code there is: who adds one has to say here what the end of an attempt by it means. */
const JUDGED: Readonly<Record<ErrorCode, Judged>> = {
  // A key and a model, for a while or for the day.
  rate_limited: 'throttled key here unknown',
  quota_exhausted: 'exhausted key elsewhere unknown',
  // A key.
  billing_required: 'locked-out key elsewhere unknown',
  credential_missing: 'locked-out key elsewhere unknown',
  credential_invalid: 'locked-out key elsewhere unknown',
  // Of what the request names, unless Google says that it is of the key.
  permission_denied: 'refused key elsewhere unknown',
  // A place, or a model there.
  region_unavailable: 'absent target elsewhere unknown',
  model_unavailable: 'absent model elsewhere unknown',
  upstream_overloaded: 'overloaded model here bad',
  upstream_unreachable: 'failed target here bad',
  // This once.
  upstream_error: 'failed attempt here bad',
  upstream_timeout: 'late attempt here bad',
  upstream_interrupted: 'failed attempt here bad',
  upstream_unreadable: 'failed attempt here bad',
  no_image: 'imageless attempt here good',
  // Answers that another attempt would not better.
  image_blocked: FINAL,
  unchanged: FINAL,
  wrong_shape: FINAL,
  preserve_failed: FINAL,
  // Of its caller, whose time is up.
  deadline_exceeded: 'stopped request nowhere unknown',
  cancelled: 'stopped request nowhere unknown',
  // What Google refuses as it is.
  upstream_rejected: OURS,
  unsupported_option: OURS,
  image_too_large: OURS,
  // By these an edit ends before any attempt, or the gateway is at fault.
  invalid_request: OURS,
  unknown_model: OURS,
  consent_required: OURS,
  config_invalid: OURS,
  key_missing: OURS,
  key_unknown: OURS,
  not_allowed: OURS,
  too_many_requests: OURS,
  overloaded: OURS,
  shutting_down: OURS,
  request_too_large: OURS,
  request_timeout: OURS,
  unsupported_media_type: OURS,
  not_acceptable: OURS,
  method_not_allowed: OURS,
  not_found: OURS,
  not_implemented: OURS,
  storage_full: OURS,
  storage_failed: OURS,
  output_not_writable: OURS,
  input_not_found: OURS,
  input_not_readable: OURS,
  image_empty: OURS,
  image_unsupported: OURS,
  image_corrupt: OURS,
  mask_unusable: OURS,
  unsupported_instruction: OURS,
  no_subject: OURS,
  target_misconfigured: OURS,
  internal: OURS,
}

/** Where the target says it and bills nothing, another may do better. */
const REFUSED_HERE: Partial<Record<ErrorCode, string>> = {
  image_too_large: 'refused target elsewhere unknown',
  unsupported_option: 'refused model elsewhere unknown',
}

const CODES = Object.keys(ERRORS) as ErrorCode[]
const CHARGED = ['yes', 'no', 'unknown'] as const satisfies readonly Charged[]

const summary = ({ meaning, scope, retryable, health }: Verdict) =>
  `${meaning} ${scope} ${retryable} ${health}`

test.each([
  ['API_KEY_HTTP_REFERRER_BLOCKED', 'locked-out key elsewhere unknown'],
  ['SERVICE_DISABLED', 'locked-out key elsewhere unknown'],
  ['CONSUMER_SUSPENDED', 'locked-out key elsewhere unknown'],
  ['STORAGE_OBJECT_DENIED', 'refused key elsewhere unknown'],
  ['PERMISSION_DENIED', 'refused key elsewhere unknown'],
])('a 403 for %s: %s', (reason, judged) => {
  const why = fault('permission_denied', 'It is so.', { upstream: { status: 403, reason } })
  expect(summary(verdictOf(why, LENIENT))).toBe(judged)
})

test.each([
  ['aiplatform.endpoints.predict', 'locked-out key elsewhere unknown'],
  ['storage.objects.get', 'refused key elsewhere unknown'],
])('a 403 for want of the permission %s: %s', (permission, judged) => {
  const why = fault('permission_denied', `The credential lacks the permission ${permission}.`, {
    upstream: { status: 403, reason: 'IAM_PERMISSION_DENIED' },
  })
  expect(summary(verdictOf(why, LENIENT))).toBe(judged)
})

test.each([
  [401, '', 'stale key here unknown'],
  [401, 'ACCESS_TOKEN_EXPIRED', 'stale key here unknown'],
  [401, 'ACCESS_TOKEN_TYPE_UNSUPPORTED', 'locked-out key elsewhere unknown'],
  [400, 'API_KEY_INVALID', 'locked-out key elsewhere unknown'],
])('a credential that is refused with %d %s: %s', (status, reason, judged) => {
  const why = fault('credential_invalid', 'It is so.', { upstream: { status, reason } })
  expect(summary(verdictOf(why, LENIENT))).toBe(judged)
})

test('every code is judged', () => {
  expect(Object.keys(JUDGED).toSorted()).toEqual(CODES.toSorted())
})

describe.each(CODES)('%s', (code) => {
  test(JUDGED[code], () => {
    for (const charged of CHARGED) {
      const verdict = verdictOf(fault(code, 'It is so.', { charged }), LENIENT)
      expect(summary(verdict)).toBe((charged === 'no' && REFUSED_HERE[code]) || JUDGED[code])
      expect(verdict).toMatchObject({ charged, waitMs: null })
    }
  })

  test('what it is charged by the table, and how long to wait, are passed on', () => {
    expect(verdictOf(fault(code, 'It is so.'), LENIENT).charged).toBe(ERRORS[code].charged)
    for (const waitMs of [0, 0.5, 34_400]) {
      expect(verdictOf(fault(code, 'It is so.', { waitMs }), LENIENT).waitMs).toBe(waitMs)
    }
  })

  test('where what may have been billed is not made again, only what was not billed is', () => {
    const strict: RetryPolicy = { ...LENIENT, ambiguous: 'stop' }
    for (const charged of CHARGED) {
      const verdict = verdictOf(fault(code, 'It is so.', { charged }), strict)
      const lenient = verdictOf(fault(code, 'It is so.', { charged }), LENIENT)
      // Words in place of an image have a rule of their own.
      const isStopped = charged !== 'no' && code !== 'no_image'
      expect(verdict).toEqual(isStopped ? { ...lenient, retryable: 'nowhere' } : lenient)
    }
  })
})

test('words in place of an image are kept where that is wished, and asked for again otherwise', () => {
  for (const ambiguous of ['retry', 'stop'] as const) {
    const words = fault('no_image', 'Words only.')
    expect(verdictOf(words, { ambiguous, noImage: 'keep' }).retryable).toBe('nowhere')
    expect(verdictOf(words, { ambiguous, noImage: 'retry' }).retryable).toBe('here')
  }
})

test('an edit is answered, billed and good', () => {
  const verdict = verdictOf(null, { ambiguous: 'stop', noImage: 'keep' })
  expect(summary(verdict)).toBe('answered request nowhere good')
  expect(verdict).toMatchObject({ charged: 'yes', waitMs: null })
})

test('what callers are told to try again is not held to be final here, but where it is their own affair', () => {
  const theirs = CODES.filter((code) => ERRORS[code].retryable && JUDGED[code].includes(' nowhere '))
  expect(theirs.toSorted()).toEqual([
    'cancelled',
    'deadline_exceeded',
    'internal',
    'overloaded',
    'preserve_failed',
    'request_timeout',
    'shutting_down',
    'storage_failed',
    'storage_full',
    'too_many_requests',
    'unchanged',
    'wrong_shape',
  ])
})
