/** What Google grants a key for a model, in a minute. */
export interface Quota {
  readonly requestsPerMinute: number | null
  readonly inputTokensPerMinute: number | null
}

/** Spreads requests so that a known quota is not run into. Times are monotonic milliseconds. */
export interface Pace {
  /** When a request of so many tokens may go. */
  readyAtMs(tokens: number, nowMs: number): number
  take(tokens: number, nowMs: number): void
}

/** A second more than Google's: timers ring late, and then two are nearer to each other than was meant. */
const MINUTE_MS = 61_000
/**
 * Of a minute's grant so much may go at once, and the rest evenly: together never more than the grant in any minute,
 * wherever Google lets its minutes begin.
 */
const AT_ONCE = 0.2

export function createPace({ requestsPerMinute, inputTokensPerMinute }: Quota): Pace {
  const requests = requestsPerMinute === null ? null : createBucket(requestsPerMinute)
  const tokens = inputTokensPerMinute === null ? null : createBucket(inputTokensPerMinute)
  return {
    readyAtMs: (needed, nowMs) =>
      Math.max(nowMs, requests?.readyAtMs(1, nowMs) ?? 0, tokens?.readyAtMs(needed, nowMs) ?? 0),
    take(needed, nowMs) {
      requests?.take(1, nowMs)
      tokens?.take(needed, nowMs)
    },
  }
}

function createBucket(perMinute: number) {
  // Of a grant of less than five a minute one goes at once.
  const size = Math.max(1, perMinute * AT_ONCE)
  const perMs = Math.max(1, perMinute - size) / MINUTE_MS
  let held = size
  let sinceMs: number | undefined
  const heldAt = (nowMs: number) => Math.min(size, held + (nowMs - (sinceMs ?? nowMs)) * perMs)
  return {
    readyAtMs(needed: number, nowMs: number): number {
      // More than fits in at once has to do with a full one.
      const missing = Math.min(needed, size) - heldAt(nowMs)
      return missing <= 0 ? nowMs : nowMs + missing / perMs
    },
    take(needed: number, nowMs: number): void {
      held = heldAt(nowMs) - needed
      sinceMs = nowMs
    },
  }
}
