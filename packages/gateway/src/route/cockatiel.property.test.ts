import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  fullJitterGenerator,
  handleAll,
  type IBackoff,
} from 'cockatiel'
import { afterEach, expect, test, vi } from 'vitest'
import { type ErrorCode, fault } from '../contract/error.ts'
import { type Seeded, seeded } from '../image/seeded.ts'
import { createHealth, type Health } from './health.ts'
import { begun, note } from './progress.ts'
import { failing, stage } from './route.fixture.ts'
import { verdictOf } from './verdict.ts'

/*
 * Ejection and backoff beside those of cockatiel, where both mean the same: five failures in a row, for how long nobody is
 * sent, that one probe decides, that what began before says nothing, and full jitter.
 *
 * What is left out, since it is meant otherwise:
 * - `SamplingBreaker` counts what came in a span of time and wants a rate of requests; the quarter here is of the last twenty
 *   answers, however long ago. The traces never fail so often that the quarter speaks and not the five.
 * - Who is let in again is at once trusted with everything there, and is ramped up here; and it forgets at once how often it
 *   was out, here after ten minutes. After each success of a probe the traces let that time pass.
 * - A second request during a probe waits there for what comes of it, and here it goes elsewhere.
 * - Its other jitters, and its policy of retries, which knows no budget.
 */

const SEED = Number(process.env['PLANTAIN_FUZZ_SEED'] ?? Date.now() % 2 ** 31)
const ENDS = 600_000
const ATTEMPTS = 250_000
const DELAYS = 300_000
console.log(`cockatiel: PLANTAIN_FUZZ_SEED=${SEED}`)

afterEach(() => void vi.restoreAllMocks())

/** The ends of attempts that health looks at, and whether one more failure would be a quarter of them. */
function createQuarter() {
  let ends: boolean[] = []
  return {
    wouldSpeak: () =>
      ends.length >= 9 &&
      [...ends.slice(-19), false].filter((good) => !good).length * 4 >= Math.min(20, ends.length + 1),
    push: (good: boolean) => void (ends = [...ends.slice(-19), good]),
    clear: () => void (ends = []),
  }
}

/** Good for a while, then bad for a while: short ones and long ones. */
function createFortune(random: Seeded) {
  let good = false
  let left = 0
  return () => {
    if (left === 0) {
      good = !good
      left = 1 + Math.floor(random() * (good ? 30 : 8))
    }
    left -= 1
    return good
  }
}

function told(health: Health, good: boolean, nowMs: number): void {
  health.sent(nowMs)
  health.ended(good ? 'good' : 'bad', { sentMs: nowMs, nowMs, isLast: false })
}

test(`${ENDS} answers: five failures in a row eject when its ConsecutiveBreaker breaks, and never else`, () => {
  const random = seeded(SEED)
  const isGood = createFortune(random)
  const quarter = createQuarter()
  let health = createHealth()
  let breaker = new ConsecutiveBreaker(5)
  let row = 0
  let broken = 0
  for (let at = 1; at <= ENDS; at += 1) {
    const good = isGood() || (row < 4 && quarter.wouldSpeak())
    row = good ? 0 : row + 1
    quarter.push(good)
    told(health, good, at)
    if (good) breaker.success()
    const breaks = !good && breaker.failure()
    const isOut = health.standing(at).kind === 'ejected'
    if (breaks !== isOut) throw new Error(`answer ${at}: theirs ${breaks}, ours ${isOut}`)
    if (!breaks) continue
    broken += 1
    row = 0
    health = createHealth()
    breaker = new ConsecutiveBreaker(5)
    quarter.clear()
  }
  expect(broken).toBeGreaterThan(ENDS / 200)
})

/** Theirs would be exponential; ours grows by 15 s each time. */
const growing = (times: number): IBackoff<unknown> => ({
  duration: Math.min(300_000, 15_000 * times),
  next: () => growing(times + 1),
})

test(`${ATTEMPTS} attempts: out and let in again at the same moments as its circuit breaker`, async () => {
  const random = seeded(SEED ^ 0x0c0c)
  const isGood = createFortune(random)
  const quarter = createQuarter()
  let nowMs = 1_000_000
  vi.spyOn(Date, 'now').mockImplementation(() => nowMs)
  const health = createHealth()
  const policy = circuitBreaker(handleAll, {
    halfOpenAfter: { next: () => growing(1) },
    breaker: new ConsecutiveBreaker(5),
  })
  /** Begun while all was well, and ended only when it no longer is. */
  const late: { readonly sentMs: number; end(good: boolean): Promise<unknown> }[] = []
  const seen = { ejected: 0, probes: 0, readmitted: 0, late: 0 }
  let row = 0

  const swiftly = (good: boolean) =>
    policy.execute(() => (good ? 'edited' : Promise.reject(new Error('bad')))).catch((why: unknown) => why)

  for (let at = 0; at < ATTEMPTS; at += 1) {
    nowMs += Math.floor(random() ** 4 * 20_000) + 1
    const standing = health.standing(nowMs)
    // Whether its time is over theirs only says once somebody asks.
    if ((policy.state === CircuitState.Closed) !== (standing.kind === 'healthy'))
      throw new Error(`attempt ${at}: theirs ${CircuitState[policy.state]}, ours ${standing.kind}`)
    if (standing.kind !== 'healthy' && late.length > 0) {
      const one = late.pop()
      const good = random() < 0.5
      await one?.end(good)
      health.ended(good ? 'good' : 'bad', { sentMs: one?.sentMs ?? 0, nowMs, isLast: false })
      seen.late += 1
      continue
    }
    if (standing.kind === 'healthy' && random() < 0.05 && late.length < 5) {
      const { promise: ended, resolve: settle } = Promise.withResolvers<boolean>()
      const execution = policy
        .execute(async () => ((await ended) ? 'edited' : Promise.reject(new Error('bad'))))
        .catch((why: unknown) => why)
      health.sent(nowMs)
      late.push({
        sentMs: nowMs,
        end: (good) => {
          settle(good)
          return execution
        },
      })
      continue
    }
    const good = isGood() || (standing.kind === 'healthy' && row < 4 && quarter.wouldSpeak())
    const came = await swiftly(good)
    const isRefused = came instanceof Error && came.message !== 'bad'
    if (isRefused !== (standing.kind === 'ejected'))
      throw new Error(`attempt ${at}: ${standing.kind}, and theirs said ${String(came)}`)
    if (isRefused) {
      seen.ejected += 1
      continue
    }
    told(health, good, nowMs)
    if (standing.kind === 'healthy') {
      row = good ? 0 : row + 1
      quarter.push(good)
      continue
    }
    seen.probes += 1
    row = 0
    quarter.clear()
    if (!good) continue
    seen.readmitted += 1
    nowMs += 601_000
  }
  for (const times of Object.values(seen)) expect(times).toBeGreaterThan(ATTEMPTS / 200)
})

test.each<[ErrorCode, number]>([
  ['upstream_error', 100],
  ['upstream_overloaded', 1000],
])(`${DELAYS} delays after %s are its full jitter from %s ms on, by the same dice`, (code, initialDelay) => {
  const random = seeded(SEED ^ initialDelay)
  let dice = 0
  vi.spyOn(Math, 'random').mockImplementation(() => dice)
  const verdict = verdictOf(fault(code, 'No.'), { ambiguous: 'retry', noImage: 'retry' })
  const { candidates } = stage({ a: [() => failing(code)] })
  const [candidate] = candidates
  const [key] = candidate?.target.keys ?? []
  if (candidate === undefined || key === undefined) throw new Error('nobody is there')
  const factory = new ExponentialBackoff({ generator: fullJitterGenerator, initialDelay, maxDelay: 20_000 })
  for (let drawn = 0; drawn < DELAYS;) {
    const progress = begun(candidates, 20)
    let theirs: IBackoff<unknown> | null = null
    for (let attempt = 1 + Math.floor(random() * 14); attempt > 0; attempt -= 1) {
      dice = random()
      theirs = theirs === null ? factory.next() : theirs.next(undefined)
      note(progress, { candidate, key }, verdict, { nowMs: 0, random: () => dice })
      const ours = progress.tries.get(candidate)?.notBeforeMs ?? NaN
      // Theirs are whole milliseconds, and may be none at all.
      if (Math.floor(ours) !== Math.max(1, theirs.duration))
        throw new Error(`delay ${drawn}: theirs ${theirs.duration}, ours ${ours}, dice ${dice}`)
      drawn += 1
    }
  }
  expect(factory.next().duration).toBeLessThan(initialDelay)
})
