import type { Clock } from '../../contract/system.ts'

/** A limit that counts, per key and model. */
export interface Quota {
  readonly amount: number
  readonly of: 'requests' | 'tokens'
  readonly per: 'minute' | 'day'
}

export interface QuotaMeter {
  /**
   * Takes one request of so many tokens out of the key's and model's share. `null`: there was enough;
   * else how long until there is again.
   */
  take(quota: Quota, use: { readonly owner: string; readonly tokens: number }): number | null
  reset(): void
}

const SPAN_MS = { minute: 60_000, day: 86_400_000 } as const

/** Buckets are dropped, oldest first, beyond this many: a flood of invented keys must not fill the memory. */
const MOST_BUCKETS = 10_000

interface Bucket {
  /** In shares of `1 / SPAN_MS`, so that all is counted in whole numbers: a wait that was named is long enough. */
  level: number
  atMs: number
}

/**
 * Token buckets: full at first, refilled evenly over the minute; a day's quota returns whole when its day is over,
 * which is at midnight Pacific time at Google and, for want of a time zone in a test, 24 hours after the first use here.
 */
export function createQuotaMeter(clock: Clock): QuotaMeter {
  const buckets = new Map<string, Bucket>()
  return {
    take: (quota, { owner, tokens }) => {
      const nowMs = clock.now()
      const name = `${quota.amount}/${quota.of}/${quota.per}/${owner}`
      const bucket = refilled(buckets.get(name), quota, nowMs)
      buckets.delete(name)
      buckets.set(name, bucket)
      const [oldest] = buckets.keys()
      if (buckets.size > MOST_BUCKETS && oldest !== undefined) buckets.delete(oldest)
      const spanMs = SPAN_MS[quota.per]
      const wanted = (quota.of === 'requests' ? 1 : tokens) * spanMs
      if (bucket.level >= wanted) {
        bucket.level -= wanted
        return null
      }
      if (quota.per === 'day') return bucket.atMs + spanMs - nowMs
      return Math.ceil((wanted - bucket.level) / Math.max(quota.amount, 1))
    },
    reset: () => buckets.clear(),
  }
}

function refilled(bucket: Bucket | undefined, { amount, per }: Quota, nowMs: number): Bucket {
  const spanMs = SPAN_MS[per]
  if (bucket === undefined || nowMs - bucket.atMs >= spanMs) return { level: amount * spanMs, atMs: nowMs }
  if (per === 'day') return bucket
  return { level: Math.min(amount * spanMs, bucket.level + (nowMs - bucket.atMs) * amount), atMs: nowMs }
}
