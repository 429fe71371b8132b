import { type Caller, nameOf } from '../contract/caller.ts'
import { type Fault, fault } from '../contract/error.ts'
import type { Clock } from '../contract/system.ts'
import { spend, type TokenBucket, waitForNextMs } from './token-bucket.ts'

/** Header fields to send with the answer, names in lower case. */
export type LimitHeaders = Readonly<Record<string, string>>

export type Entry =
  | {
      readonly kind: 'entered'
      readonly headers: LimitHeaders
      /** To be called once the request is over, however it ends; again does nothing. */
      readonly leave: () => void
    }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly headers: LimitHeaders }

export interface Throttle {
  enter(caller: Caller): Entry
}

interface Account {
  bucket: TokenBucket
  underWay: number
}

/**
 * An edit takes 15 to 40 s, so one of several under way ends within some seconds. Sooner would be knocking, and later
 * would leave places empty.
 */
const FULL_HOUSE_WAIT_MS = 5_000
/** Accounts looked through for those that can go, at the earliest. */
const SWEEP_FROM = 1_024

/**
 * Holds each caller to its requests under way and its requests a minute. A refused request costs nothing.
 *
 * The token bucket is our own, as rate-limiter-flexible's counter in memory reads the process's clock, starts a timer
 * a caller, counts refusals too, and lets twice the rate through across the border of two windows.
 */
export function createThrottle({ clock }: { readonly clock: Clock }): Throttle {
  const accounts = new Map<string, Account>()
  let sweepAt = SWEEP_FROM

  const accountOf = ({ keyId, limits }: Caller): Account => {
    const known = accounts.get(keyId)
    if (known !== undefined) return known
    if (accounts.size >= sweepAt) sweep()
    const opened: Account = {
      bucket: { tokens: limits.requestsPerMinute, atMs: clock.monotonicMs() },
      underWay: 0,
    }
    accounts.set(keyId, opened)
    return opened
  }

  /** After a minute of rest an account says nothing that a new one would not. */
  const sweep = () => {
    const restedSinceMs = clock.monotonicMs() - 60_000
    for (const [keyId, { bucket, underWay }] of accounts) {
      if (underWay === 0 && bucket.atMs <= restedSinceMs) accounts.delete(keyId)
    }
    sweepAt = Math.max(SWEEP_FROM, 2 * accounts.size)
  }

  return {
    enter: (caller) => {
      const { limits } = caller
      const account = accountOf(caller)
      const headers = () => limitHeaders(caller, account)
      if (account.underWay >= limits.concurrent) {
        const message =
          `${nameOf(caller)} has ${account.underWay} requests under way and may have ${limits.concurrent}. ` +
          'Wait for one of them to end, then try again.'
        return refused(message, FULL_HOUSE_WAIT_MS, headers())
      }
      const spent = spend(account.bucket, { perMinute: limits.requestsPerMinute, nowMs: clock.monotonicMs() })
      account.bucket = spent.bucket
      if (!spent.enough) {
        const waitMs = waitForNextMs(spent.bucket, limits.requestsPerMinute)
        const message =
          `${nameOf(caller)} has used up its ${limits.requestsPerMinute} requests a minute. ` +
          `Try again in ${seconds(waitMs)} s.`
        return refused(message, waitMs, headers())
      }
      account.underWay += 1
      let isIn = true
      const leave = () => {
        if (isIn) account.underWay -= 1
        isIn = false
      }
      return { kind: 'entered', headers: headers(), leave }
    },
  }
}

function refused(message: string, waitMs: number, headers: LimitHeaders): Entry {
  return {
    kind: 'fault',
    fault: fault('too_many_requests', message, { waitMs: Math.ceil(waitMs) }),
    headers: { ...headers, 'retry-after': `${seconds(waitMs)}` },
  }
}

/**
 * `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-11 (May 2026): lists of strings with the
 * quota `q`, its unit `qu` and window `w`, and with what remains `r` for the next `t` seconds. Of a bucket that fills
 * steadily, `r` holds until the next token.
 */
function limitHeaders({ limits }: Caller, { bucket, underWay }: Account): LimitHeaders {
  const { requestsPerMinute, concurrent } = limits
  const left = Math.floor(bucket.tokens)
  const places = Math.max(0, concurrent - underWay)
  const refill = left >= requestsPerMinute ? '' : `;t=${seconds(waitForNextMs(bucket, requestsPerMinute))}`
  return {
    'ratelimit-policy': `"requests";q=${requestsPerMinute};w=60, "concurrent";q=${concurrent};qu="concurrent-requests"`,
    ratelimit: `"requests";r=${left}${refill}, "concurrent";r=${places}`,
  }
}

/** Whole seconds, rounded up: who waits that long is let in. */
function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000))
}
