import { CUT, FINE, type Forecast, mixed, OVERLOADED, UNREACHABLE } from './weather.ts'
import { type Gone, simulate, type WorldOptions, type WorldReport } from './world.ts'

/** A weather for which a figure is promised. */
interface Scenario {
  readonly name: string
  readonly keys: readonly Forecast[]
  readonly limits: readonly Limit[]
  /** Goes on for so long at least. */
  readonly leastSeconds?: number
}

interface Limit {
  readonly what: string
  /** The worse, the further from `bound`. */
  readonly measure: (report: WorldReport) => number
  readonly bound: number
  readonly sense: '≥' | '≤'
}

const success = (bound: number): Limit => ({
  what: 'success',
  measure: ({ edits }) => edits.filter(({ isEdited }) => isEdited).length / edits.length,
  bound,
  sense: '≥',
})

const amplification = (bound: number): Limit => ({
  what: 'attempts an edit',
  measure: ({ attempts, edits }) => attempts / edits.length,
  bound,
  sense: '≤',
})

const always =
  (weather: ReturnType<Forecast>): Forecast =>
  () =>
    weather

const BLIP = { fromMs: 600_000, untilMs: 615_000 }
const blip: Forecast = (nowMs) => (nowMs >= BLIP.fromMs && nowMs < BLIP.untilMs ? OVERLOADED : FINE)

/** Of the half hour around it. */
const throughBlip: Limit = {
  what: 'success of half an hour',
  measure: ({ edits }) => share(edits.filter(({ startedMs }) => startedMs < 1_800_000)),
  bound: 0.99,
  sense: '≥',
}

/** Of the edits that came two seconds after Google was back, or later, all are made. */
const recovery: Limit = {
  what: 'success from 2 s after on',
  measure: ({ edits }) => share(edits.filter(({ startedMs }) => startedMs >= BLIP.untilMs + 2000)),
  bound: 1,
  sense: '≥',
}

function share(edits: readonly Gone[]): number {
  return edits.filter(({ isEdited }) => isEdited).length / Math.max(1, edits.length)
}

/** Down for ten minutes, then well: how much of its half it gets a minute after its last ejection ended. */
const DOWN_UNTIL_MS = 600_000
const backAgain: Limit = {
  what: 'share regained 60 s after its ejection',
  measure: ({ attemptsAt: [first = [], second = []] }) => {
    const probeMs = first.find((at) => at > DOWN_UNTIL_MS) ?? Infinity
    const within = (at: number) => at >= probeMs + 60_000 && at < probeMs + 360_000
    const [some, others] = [first.filter(within).length, second.filter(within).length]
    return some / ((some + others) / 2)
  },
  bound: 0.9,
  sense: '≥',
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'all is well', keys: [always(FINE), always(FINE)], limits: [success(1), amplification(1)] },
  {
    name: 'one of two fails half the time',
    keys: [always(mixed(0.5, OVERLOADED)), always(FINE)],
    limits: [success(0.9999), amplification(1.05)],
  },
  {
    name: 'one of two breaks off half the time',
    keys: [always(mixed(0.5, CUT)), always(FINE)],
    limits: [success(0.9999), amplification(1.05)],
  },
  {
    name: 'one of two is dead',
    keys: [always(UNREACHABLE), always(FINE)],
    limits: [success(0.9999), amplification(1.05)],
  },
  { name: 'both are dead', keys: [always(OVERLOADED), always(OVERLOADED)], limits: [amplification(1.06)] },
  {
    name: 'one of two flaps every 7 s',
    keys: [(nowMs) => (Math.floor(nowMs / 7000) % 2 === 0 ? FINE : OVERLOADED), always(FINE)],
    limits: [success(0.9999), amplification(1.1)],
  },
  { name: 'both are gone for 15 s', keys: [blip, blip], limits: [throughBlip, recovery], leastSeconds: 1800 },
  {
    name: 'one of two comes back after 10 minutes',
    keys: [(nowMs) => (nowMs < DOWN_UNTIL_MS ? OVERLOADED : FINE), always(FINE)],
    limits: [success(0.9999), backAgain],
    leastSeconds: 1200,
  },
]

export interface FiguresOptions {
  /** Of each seed of each scenario. */
  readonly edits: number
  readonly seeds: number
  readonly say: (line: string) => void
}

/** Measures all of them at 2 and at 20 edits a second; whether the worst of the seeds keeps every limit. */
export async function figures({ edits, seeds, say }: FiguresOptions): Promise<boolean> {
  say(`${edits} edits each, the worst of ${seeds} seeds.\n`)
  say('| weather | edits/s | what | worst | held against |')
  say('| --- | --: | --- | --: | --- |')
  let isKept = true
  for (const scenario of SCENARIOS) {
    for (const editsPerSecond of [2, 20]) {
      const reports: WorldReport[] = []
      for (let seed = 1; seed <= seeds; seed += 1)
        reports.push(await simulate(worldOf(scenario, { seed, edits, editsPerSecond })))
      for (const { what, measure, bound, sense } of scenario.limits) {
        const measured = reports.map(measure)
        const worst = sense === '≥' ? Math.min(...measured) : Math.max(...measured)
        const kept = sense === '≥' ? worst >= bound : worst <= bound
        isKept &&= kept
        say(
          `| ${scenario.name} | ${editsPerSecond} | ${what} | ${worst.toFixed(5)} | ${sense} ${bound}${kept ? '' : ', **missed**'} |`,
        )
      }
      for (const { violations } of reports) for (const violation of violations) say(violation)
      isKept &&= reports.every(({ violations }) => violations.length === 0)
    }
  }
  return isKept
}

function worldOf(
  { keys, leastSeconds = 0 }: Scenario,
  { seed, edits, editsPerSecond }: Pick<WorldOptions, 'seed' | 'edits' | 'editsPerSecond'>,
): WorldOptions {
  const targets = keys.map((forecast) => ({ tier: 0, weight: 1, keys: [forecast] }))
  const most = Math.max(edits, leastSeconds * editsPerSecond)
  return { seed, targets, edits: most, editsPerSecond, timeoutMs: 180_000 }
}
