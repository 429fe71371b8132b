/** How much a place is trusted with, by what it did. Times are monotonic milliseconds. */
export interface Health {
  standing(nowMs: number): Standing
  /** Of an attempt that goes there. */
  sent(nowMs: number): void
  /**
   * How it ended. `isLast`: there is nobody else to go to, so that it is not ejected however badly it does: where all are
   * down, refusing to ask would only delay the moment at which one is found to be up again.
   */
  ended(how: 'good' | 'bad' | 'unknown', at: { readonly nowMs: number; readonly isLast: boolean }): void
}

export type Standing =
  | { readonly kind: 'healthy' }
  /** Nobody is sent there. */
  | { readonly kind: 'ejected'; readonly untilMs: number }
  /** One attempt at a time may find out whether it is back. */
  | { readonly kind: 'on-probation'; readonly isProbed: boolean }
  /** It is back, and gets its load by and by: one answer is no proof. */
  | { readonly kind: 'ramping'; readonly share: number }

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
  let untilMs = 0
  let rampFromMs = 0
  let times = 0
  let isProbed = false
  let ends: boolean[] = []

  const share = (nowMs: number) =>
    Math.min(1, FIRST_SHARE + ((1 - FIRST_SHARE) * (nowMs - rampFromMs)) / RAMP_MS)

  function eject(nowMs: number): void {
    times = nowMs - untilMs > FORGIVEN_AFTER_MS ? 1 : times + 1
    phase = 'out'
    untilMs = nowMs + Math.min(LONGEST_EJECTION_MS, EJECTION_MS * times)
    isProbed = false
    ends = []
  }

  function isBad(): boolean {
    const ramping = phase === 'ramping'
    const row = ramping ? MOST_BAD_IN_A_ROW_WHEN_RAMPING : MOST_BAD_IN_A_ROW
    if (ends.length >= row && ends.slice(-row).every((good) => !good)) return true
    const bad = ends.filter((good) => !good).length
    return ends.length >= (ramping ? ENOUGH_WHEN_RAMPING : ENOUGH) && bad / ends.length >= MOST_BAD
  }

  return {
    standing(nowMs) {
      if (phase === 'healthy') return { kind: 'healthy' }
      if (phase === 'out')
        return nowMs < untilMs ? { kind: 'ejected', untilMs } : { kind: 'on-probation', isProbed }
      if (share(nowMs) < 1) return { kind: 'ramping', share: share(nowMs) }
      phase = 'healthy'
      return { kind: 'healthy' }
    },
    sent(nowMs) {
      if (phase === 'out' && nowMs >= untilMs) isProbed = true
    },
    ended(how, { nowMs, isLast }) {
      if (how === 'unknown') {
        isProbed = false
        return
      }
      const good = how === 'good'
      if (phase === 'out') {
        // An answer of before the ejection, or of somebody who had nowhere else to go.
        if (!good && nowMs < untilMs) return
        if (!good) return eject(nowMs)
        phase = 'ramping'
        rampFromMs = nowMs
        isProbed = false
        ends = []
        return
      }
      ends.push(good)
      if (ends.length > WINDOW) ends.shift()
      if (!good && !isLast && isBad()) eject(nowMs)
    },
  }
}
