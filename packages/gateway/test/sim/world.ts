import type { Answer, Provider } from '../../src/contract/provider.ts'
import { abortFault } from '../../src/contract/error.ts'
import { type Seeded, seeded } from '../../src/image/seeded.ts'
import { LONGEST_SPREAD_MS } from '../../src/route/next.ts'
import type { Quota } from '../../src/contract/routing.ts'
import { TRIED_AGAIN_MS } from '../../src/route/locks.ts'
import { MOST_TOKENS } from '../../src/route/retry-budget.ts'
import { route, type RouteParts } from '../../src/route/route.ts'
import { STEPS } from '../../src/route/route.fixture.ts'
import { createRouteState } from '../../src/route/state.ts'
import type { Candidate, RouteTarget } from '../../src/route/target.ts'
import { createVirtualTime } from './virtual-time.ts'
import type { Forecast } from './weather.ts'

/** A simulated gateway in front of a simulated Google. */
export interface WorldOptions {
  readonly seed: number
  readonly targets: readonly {
    readonly tier: number
    readonly weight: number
    readonly quota?: Quota
    /** Of each key. */
    readonly keys: readonly Forecast[]
  }[]
  readonly edits: number
  readonly editsPerSecond: number
  readonly timeoutMs: number
  readonly policy?: Partial<RouteParts['policy']>
}

/** How an edit went. */
export interface Gone {
  readonly startedMs: number
  readonly endedMs: number
  readonly isEdited: boolean
  readonly attempts: number
}

export interface WorldReport {
  readonly edits: readonly Gone[]
  readonly attempts: number
  /** Of each target, when they began. */
  readonly attemptsAt: readonly (readonly number[])[]
  /** What must never be, in words; empty. */
  readonly violations: readonly string[]
  /** Of all that happened, in its order: the same for the same seed. */
  readonly digest: number
  readonly endedMs: number
}

/** What the simulated Google remembers of a key. */
interface Gate {
  /** It asked for no attempt before. */
  notBeforeMs: number
  /** It was not let in, and when: for a while not even one edit may try. */
  lockedMs: number
  requests: number[]
}

export async function simulate(options: WorldOptions): Promise<WorldReport> {
  const { seed, edits, editsPerSecond, timeoutMs } = options
  const random = seeded(seed)
  const time = createVirtualTime()
  const violations: string[] = []
  const attemptsAt: number[][] = options.targets.map(() => [])
  const gone: Gone[] = []
  let digest = 0x811c9dc5
  let attempts = 0
  let open = 0
  const tell = (value: number) => {
    digest = Math.imul(digest ^ (value | 0), 0x01000193) >>> 0
  }
  const wrong = (what: string) => {
    if (violations.length < 20) violations.push(`seed ${seed}, ${Math.round(time.nowMs())} ms: ${what}`)
  }

  /** What is known of an edit by whoever watches it from outside. */
  interface Watch {
    readonly deadlineMs: number
    isOver: boolean
    attempts: number
  }
  let current: Watch | null = null

  const targets = options.targets.map((told, at): RouteTarget => ({
    name: `t${at}`,
    kind: 'ai-studio',
    location: null,
    keys: told.keys.map((forecast, key) => {
      const gate: Gate = { notBeforeMs: 0, lockedMs: -Infinity, requests: [] }
      const provider = providerOf(forecast, { at, gate, quota: told.quota ?? null })
      return {
        name: `t${at}#${key + 1}`,
        provider,
        environment: null,
        ...(told.quota && { quota: told.quota }),
      }
    }),
  }))

  function providerOf(
    forecast: Forecast,
    { at, gate, quota }: { readonly at: number; readonly gate: Gate; readonly quota: Quota | null },
  ): Provider {
    return {
      kind: 'ai-studio',
      target: `t${at}`,
      dialect: null,
      limits: () => {
        throw new Error('nobody asks')
      },
      send: (_, { signal }) => {
        const nowMs = time.nowMs()
        attempts += 1
        open += 1
        attemptsAt[at]?.push(nowMs)
        const watch = current
        if (watch === null) wrong('an attempt of no edit')
        else {
          watch.attempts += 1
          if (watch.isOver) wrong('an attempt after the last word')
          if (nowMs > watch.deadlineMs) wrong('an attempt beyond the deadline')
        }
        if (nowMs < gate.notBeforeMs)
          wrong(`t${at} was asked ${gate.notBeforeMs - nowMs} ms before Google's own time`)
        if (nowMs < gate.lockedMs + TRIED_AGAIN_MS) wrong(`a key of t${at} was used after it was locked out`)
        checkQuota(gate, quota, nowMs)
        const weather = forecast(nowMs)
        const { answer, afterMs } = weather.play(random)
        tell(nowMs * 16 + at)
        return delivered(answer, afterMs, signal).then((delivery) => {
          open -= 1
          if (delivery === answer) remember(answer, gate, { watch, sentMs: nowMs })
          return delivery
        })
      },
    }
  }

  function delivered(answer: Answer, afterMs: number, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve) => {
      time.at(time.nowMs() + afterMs, () => resolve(answer))
      signal.addEventListener('abort', () => resolve({ kind: 'fault', fault: abortFault('unknown') }), {
        once: true,
      })
    })
  }

  function remember(
    answer: Answer,
    gate: Gate,
    { watch, sentMs }: { readonly watch: Watch | null; readonly sentMs: number },
  ): void {
    if (answer.kind !== 'fault') {
      // Whoever was sent after it was locked out and is let in shows that it was mended.
      if (sentMs >= gate.lockedMs) gate.lockedMs = -Infinity
      if (answer.kind === 'image' && watch) watch.isOver = true
      return
    }
    const { code, waitMs } = answer.fault
    if (code === 'rate_limited' && waitMs !== undefined)
      gate.notBeforeMs = Math.max(gate.notBeforeMs, time.nowMs() + waitMs)
    if (code === 'quota_exhausted') gate.notBeforeMs = Math.max(gate.notBeforeMs, time.nowMs() + 1000)
    if (code === 'credential_invalid') gate.lockedMs = time.nowMs()
    if (watch && (code === 'image_blocked' || code === 'upstream_rejected')) watch.isOver = true
  }

  function checkQuota(gate: Gate, quota: Quota | null, nowMs: number): void {
    const most = quota?.requestsPerMinute ?? null
    if (most === null) return
    gate.requests = [...gate.requests.filter((at) => at > nowMs - 60_000), nowMs]
    if (gate.requests.length > most)
      wrong(`${gate.requests.length} requests within a minute, and ${most} are granted`)
  }

  const candidates = targets.map((target, at): Candidate => {
    const { tier = 0, weight = 1 } = options.targets[at] ?? {}
    return { target, model: 'm', tier, weight, degraded: false, notices: [] }
  })
  const state = createRouteState()
  const parts: RouteParts = {
    clock: { now: () => 1_790_000_000_000 + time.nowMs(), monotonicMs: time.nowMs },
    sleep: time.sleep,
    random,
    state,
    keysOf: ({ keys }) => keys,
    policy: { attempts: 4, ambiguous: 'retry', noImage: 'retry', ...options.policy },
  }

  async function oneEdit(): Promise<void> {
    const startedMs = time.nowMs()
    const watch: Watch = { deadlineMs: startedMs + timeoutMs, isOver: false, attempts: 0 }
    const deadline = new AbortController()
    time.at(watch.deadlineMs, () => {
      if (!done) deadline.abort(new DOMException('It took too long.', 'TimeoutError'))
    })
    let done = false
    let begun = 0
    let ended = 0
    const steps = {
      ...STEPS,
      attemptLog: {
        begin: async () => {
          begun += 1
          current = watch
          return String(begun)
        },
        end: async () => void (ended += 1),
      },
    }
    const { judgement } = await route(candidates, steps, parts, {
      signal: deadline.signal,
      deadlineMs: watch.deadlineMs,
      environment: null,
      inputTokens: 1000,
    })
    done = true
    const endedMs = time.nowMs()
    if (begun !== ended || begun !== watch.attempts)
      wrong(`${begun} attempts begun, ${ended} ended, ${watch.attempts} seen`)
    if (watch.attempts > parts.policy.attempts) wrong(`${watch.attempts} attempts of one edit`)
    if (endedMs > watch.deadlineMs + LONGEST_SPREAD_MS)
      wrong(`ended ${endedMs - watch.deadlineMs} ms after its deadline`)
    for (const candidate of candidates) {
      const tokens = state.site(candidate).budget.tokens()
      if (tokens < 0 || tokens > MOST_TOKENS) wrong(`a budget of ${tokens}`)
    }
    tell(endedMs * 2 + (judgement.fault === null ? 1 : 0))
    gone.push({ startedMs, endedMs, isEdited: judgement.fault === null, attempts: watch.attempts })
  }

  let arrivesMs = 0
  const running: Promise<void>[] = []
  const arrive = (left: number): void => {
    running.push(oneEdit())
    if (left <= 1) return
    arrivesMs += (-Math.log(1 - random()) * 1000) / editsPerSecond
    time.at(arrivesMs, () => arrive(left - 1))
  }
  time.at(0, () => arrive(edits))
  await time.run()
  await Promise.all(running)
  if (open !== 0) wrong(`${open} attempts never ended`)
  return { edits: gone, attempts, attemptsAt, violations, digest, endedMs: time.nowMs() }
}

export type { Seeded }
