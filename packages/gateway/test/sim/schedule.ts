import { type Seeded, seeded } from '../../src/image/seeded.ts'
import {
  ABSENT,
  BLOCKED,
  CUT,
  EXHAUSTED,
  FINE,
  type Forecast,
  LOCKED_OUT,
  mixed,
  OVERLOADED,
  REJECTED,
  throttled,
  THROTTLED_SILENTLY,
  UNREACHABLE,
  type Weather,
  WORDS,
} from './weather.ts'
import type { WorldOptions } from './world.ts'

/** A world of the seed: some targets with some keys, each with a weather of its own that changes now and then. */
export function worldOf(seed: number, edits: number): WorldOptions {
  const random = seeded(seed ^ 0x5eed)
  const editsPerSecond = pick(random, [0.5, 2, 5, 20, 50])
  const spanMs = (edits / editsPerSecond) * 1000
  // A moment in which nothing works anywhere, for one world in three.
  const stormFromMs = random() < 1 / 3 ? random() * spanMs : Infinity
  const storm = { fromMs: stormFromMs, untilMs: stormFromMs + pick(random, [5000, 15_000, 60_000]) }
  const targets = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, at) => ({
    tier: random() < 0.5 ? 0 : at,
    weight: pick(random, [1, 1, 3]),
    ...(random() < 0.2 && {
      quota: { requestsPerMinute: pick(random, [1, 4, 10, 60, 600]), inputTokensPerMinute: null },
    }),
    keys: Array.from({ length: pick(random, [1, 1, 1, 2, 3]) }, () => forecastOf(random, spanMs, storm)),
  }))
  return {
    seed,
    targets,
    edits,
    editsPerSecond,
    timeoutMs: pick(random, [1000, 30_000, 180_000]),
    policy: { ambiguous: pick(random, ['retry', 'stop']), noImage: pick(random, ['retry', 'keep']) },
  }
}

interface Storm {
  readonly fromMs: number
  readonly untilMs: number
}

/** Fair for the most part, else one of everything there is, for a second to the rest of time. */
function forecastOf(random: Seeded, spanMs: number, { fromMs, untilMs }: Storm): Forecast {
  const changes: { readonly fromMs: number; readonly weather: Weather }[] = []
  for (let ms = 0; ms < spanMs * 1.5; ms += 1000 * 10 ** (random() * 2.5)) {
    changes.push({ fromMs: ms, weather: random() < 0.5 ? FINE : badOf(random) })
  }
  let at = 0
  return (nowMs) => {
    if (nowMs >= fromMs && nowMs < untilMs) return OVERLOADED
    while (at + 1 < changes.length && (changes[at + 1]?.fromMs ?? Infinity) <= nowMs) at += 1
    return changes[at]?.weather ?? FINE
  }
}

function badOf(random: Seeded): Weather {
  const bad = pick(random, [
    OVERLOADED,
    UNREACHABLE,
    CUT,
    WORDS,
    BLOCKED,
    REJECTED,
    EXHAUSTED,
    ABSENT,
    THROTTLED_SILENTLY,
    throttled(1000 * 10 ** (random() * 3 - 1)),
    throttled(34_400),
    // Nobody lets such a key in again: it comes seldom.
    random() < 0.1 ? LOCKED_OUT : OVERLOADED,
  ])
  return random() < 0.5 ? bad : mixed(pick(random, [0.01, 0.1, 0.5, 0.9]), bad)
}

function pick<Value>(random: Seeded, values: readonly Value[]): Value {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}
