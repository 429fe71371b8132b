import type { Quota } from '../contract/routing.ts'

/** Spreads requests so that a known quota is not run into. Times are monotonic milliseconds. */
export interface Pace {
  /** When a request of so many tokens may go. */
  readyAtMs(tokens: number, nowMs: number): number
  /** Says when it goes. */
  take(tokens: number, nowMs: number): number
  /** Of what was taken for then and never went. */
  giveBack(tokens: number, atMs: number): void
}

/** A second more than Google's: timers ring late, and then two are nearer to each other than was meant. */
const MINUTE_MS = 61_000
/** Of a minute's grant so much may go at once, and the rest evenly. */
const AT_ONCE = 0.2
/** Somewhat slower than is granted, or a crowd would run into the end of each minute and wait there for the next. */
const EVENLY = 0.95

export function createPace({ requestsPerMinute, inputTokensPerMinute }: Quota): Pace {
  const requests = requestsPerMinute === null ? null : createMeter(requestsPerMinute)
  const tokens = inputTokensPerMinute === null ? null : createMeter(inputTokensPerMinute)
  const readyAtMs = (needed: number, nowMs: number) =>
    Math.max(nowMs, requests?.readyAtMs(1, nowMs) ?? 0, tokens?.readyAtMs(needed, nowMs) ?? 0)
  return {
    readyAtMs,
    take(needed, nowMs) {
      // Whoever waits for one of them is counted for both when it goes, not when it came.
      const atMs = readyAtMs(needed, nowMs)
      requests?.take(1, atMs)
      tokens?.take(needed, atMs)
      return atMs
    },
    giveBack(needed, atMs) {
      requests?.giveBack(1, atMs)
      tokens?.giveBack(needed, atMs)
    },
  }
}

/** A bucket that spreads, and beside it a record of the last minute, which is what Google counts. */
function createMeter(granted: number) {
  const size = Math.max(1, granted * AT_ONCE)
  const perMs = (granted * EVENLY) / MINUTE_MS
  let held = size
  let lastMs = -Infinity
  /** What went or is booked, the oldest first, by no more than a minute older than the latest. */
  const went: { readonly atMs: number; readonly many: number }[] = []
  let sum = 0

  const heldAt = (nowMs: number) => Math.min(size, held + (nowMs - lastMs) * perMs)
  /** More than a minute's grant has to do with a whole one. */
  const countable = (needed: number) => Math.min(needed, granted)

  function forget(untilMs: number): void {
    for (let first = went[0]; first && first.atMs <= untilMs - MINUTE_MS; first = went[0]) {
      sum -= first.many
      went.shift()
    }
  }

  function spreadMs(needed: number, nowMs: number): number {
    // More than fits in at once has to do with a full one, and is owed.
    const missing = Math.min(needed, size) - heldAt(nowMs)
    return missing <= 0 ? nowMs : nowMs + missing / perMs
  }

  function roomMs(needed: number, fromMs: number): number {
    let free = granted - sum
    let readyAtMs = fromMs
    for (const { atMs, many } of went) {
      if (free >= needed) break
      readyAtMs = atMs + MINUTE_MS
      free += many
    }
    return readyAtMs
  }

  return {
    /** Nobody is ready before those whose turn is booked. */
    readyAtMs(needed: number, nowMs: number): number {
      const fromMs = Math.max(nowMs, lastMs)
      forget(fromMs)
      const many = countable(needed)
      return Math.max(spreadMs(many, nowMs), roomMs(many, fromMs))
    },
    take(needed: number, atMs: number): void {
      const many = countable(needed)
      forget(atMs)
      held = heldAt(atMs) - many
      lastMs = atMs
      went.push({ atMs, many })
      sum += many
    },
    giveBack(needed: number, atMs: number): void {
      const many = countable(needed)
      const at = went.findLastIndex((one) => one.atMs === atMs && one.many === many)
      if (at === -1) return
      went.splice(at, 1)
      sum -= many
      const latestMs = went.at(-1)?.atMs ?? -Infinity
      // Nobody waits behind a turn that is none any more.
      const since = latestMs === -Infinity ? -Infinity : (lastMs - latestMs) * perMs
      held = Math.min(size, held + many - since)
      lastMs = latestMs
    },
  }
}
