/** How much a place is trusted with, by what it did. Times are monotonic milliseconds. */
export interface Health {
  standing(nowMs: number): Standing
  /** Of an attempt that goes there. */
  sent(nowMs: number): void
  ended(how: 'good' | 'bad' | 'unknown', attempt: Ended): void
}

export interface Ended {
  /** What was sent before an ejection says nothing of the time after it. */
  readonly sentMs: number
  readonly nowMs: number
  /**
   * There is nobody else to go to, so that it is not ejected however badly it does: where all are down, refusing to ask
   * would only delay the moment at which one is found to be up again.
   */
  readonly isLast: boolean
}

export type Standing =
  | { readonly kind: 'healthy' }
  /** Nobody is sent there. */
  | { readonly kind: 'ejected'; readonly untilMs: number }
  /** One attempt at a time may find out whether it is back. */
  | { readonly kind: 'on-probation'; readonly isProbed: boolean }
  /** It is back, and gets its load by and by: one answer is no proof. */
  | { readonly kind: 'ramping'; readonly share: number }

/** Whether it is sent edits as a matter of course. */
export function doesWell({ kind }: Standing): boolean {
  return kind === 'healthy' || kind === 'ramping'
}

/** By `reliability.md` §3: time out has to grow with repetition, or a target that is half broken costs a fifth of all traffic. */
const EJECTION_MS = 15_000
const LONGEST_EJECTION_MS = 300_000
/** Who has been well for so long begins anew. */
const FORGIVEN_AFTER_MS = 600_000
const RAMP_MS = 30_000
const FIRST_SHARE = 0.1

/** The ends of attempts that are looked at. */
const WINDOW = 20
/** So many have to be known before their share says anything. */
const ENOUGH = 10
const ENOUGH_WHEN_RAMPING = 4
const MOST_BAD = 0.25
const MOST_BAD_IN_A_ROW = 5
const MOST_BAD_IN_A_ROW_WHEN_RAMPING = 2

export function createHealth(): Health {
  let phase: 'healthy' | 'out' | 'ramping' = 'healthy'
  let outMs = -Infinity
  let untilMs = 0
  let rampFromMs = 0
  let times = 0
  let probeSentMs: number | null = null
  let ends: boolean[] = []

  const share = (nowMs: number) =>
    Math.min(1, FIRST_SHARE + ((1 - FIRST_SHARE) * (nowMs - rampFromMs)) / RAMP_MS)

  function eject(nowMs: number): void {
    times = nowMs - untilMs > FORGIVEN_AFTER_MS ? 1 : times + 1
    phase = 'out'
    outMs = nowMs
    untilMs = nowMs + Math.min(LONGEST_EJECTION_MS, EJECTION_MS * times)
    probeSentMs = null
    ends = []
  }

  function readmit(nowMs: number): void {
    phase = 'ramping'
    rampFromMs = nowMs
    probeSentMs = null
    ends = []
  }

  function isBad(): boolean {
    const ramping = phase === 'ramping'
    const row = ramping ? MOST_BAD_IN_A_ROW_WHEN_RAMPING : MOST_BAD_IN_A_ROW
    if (ends.length >= row && ends.slice(-row).every((good) => !good)) return true
    const bad = ends.filter((good) => !good).length
    return ends.length >= (ramping ? ENOUGH_WHEN_RAMPING : ENOUGH) && bad / ends.length >= MOST_BAD
  }

  /** Who has got through its ramp is held to what others are. */
  function settle(nowMs: number): void {
    if (phase === 'ramping' && share(nowMs) >= 1) phase = 'healthy'
  }

  return {
    standing(nowMs) {
      settle(nowMs)
      if (phase === 'healthy') return { kind: 'healthy' }
      if (phase === 'ramping') return { kind: 'ramping', share: share(nowMs) }
      if (nowMs < untilMs) return { kind: 'ejected', untilMs }
      return { kind: 'on-probation', isProbed: probeSentMs !== null }
    },
    sent(nowMs) {
      if (phase === 'out' && nowMs >= untilMs) probeSentMs ??= nowMs
    },
    ended(how, { sentMs, nowMs, isLast }) {
      settle(nowMs)
      if (sentMs <= outMs) return
      if (how === 'unknown') {
        if (sentMs === probeSentMs) probeSentMs = null
        return
      }
      const good = how === 'good'
      if (phase === 'out') {
        if (good) readmit(nowMs)
        // Not the probe, but of somebody who had nowhere else to go.
        else if (nowMs >= untilMs) eject(nowMs)
        return
      }
      ends.push(good)
      if (ends.length > WINDOW) ends.shift()
      if (!good && !isLast && isBad()) eject(nowMs)
    },
  }
}
