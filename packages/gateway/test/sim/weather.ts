import { type Answer } from '../../src/contract/provider.ts'
import { EDITED, failing, REFUSAL } from '../../src/route/route.fixture.ts'
import type { Seeded } from '../../src/image/seeded.ts'

/** What Google does to an attempt, and how long that takes. */
export interface Weather {
  readonly kind: string
  play(random: Seeded): { readonly answer: Answer; readonly afterMs: number }
}

/** Edits take 8 s in the middle, as `reliability.md` §3 has it. */
const afterEdit = (random: Seeded) => 8000 * Math.exp(0.4 * (random() + random() + random() - 1.5) * 2)
const soon = (random: Seeded) => 50 + 400 * random()

const fine: Weather = { kind: 'fine', play: (random) => ({ answer: EDITED, afterMs: afterEdit(random) }) }
const no = (answer: Answer) => ({
  play: (random: Seeded) => ({ answer, afterMs: soon(random) }),
})

export const FINE = fine
export const OVERLOADED: Weather = {
  kind: 'overloaded',
  ...no(failing('upstream_overloaded', { charged: 'no' })),
}
export const UNREACHABLE: Weather = { kind: 'unreachable', ...no(failing('upstream_unreachable')) }
export const REJECTED: Weather = { kind: 'rejected', ...no(failing('upstream_rejected')) }
export const BLOCKED: Weather = { kind: 'blocked', ...no(failing('image_blocked')) }
export const EXHAUSTED: Weather = { kind: 'exhausted', ...no(failing('quota_exhausted')) }
export const LOCKED_OUT: Weather = { kind: 'locked-out', ...no(failing('credential_invalid')) }
export const ABSENT: Weather = { kind: 'absent', ...no(failing('model_unavailable')) }
export const WORDS: Weather = {
  kind: 'words',
  play: (random) => ({ answer: REFUSAL, afterMs: afterEdit(random) }),
}
/** A connection that breaks while the model works. */
export const CUT: Weather = {
  kind: 'cut',
  play: (random) => ({
    answer: failing('upstream_interrupted', { charged: 'unknown' }),
    afterMs: afterEdit(random) * random(),
  }),
}
export const THROTTLED_SILENTLY: Weather = { kind: 'throttled', ...no(failing('rate_limited')) }

export function throttled(waitMs: number): Weather {
  return { kind: `throttled ${waitMs}`, ...no(failing('rate_limited', { waitMs })) }
}

/** Bad weather for a share of the attempts. */
export function mixed(share: number, bad: Weather, good: Weather = fine): Weather {
  return {
    kind: `${bad.kind} ${share}`,
    play: (random) => (random() < share ? bad : good).play(random),
  }
}

/** What the weather is when. */
export type Forecast = (nowMs: number) => Weather
