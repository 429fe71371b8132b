import { describe, expect, test } from 'vitest'
import { fault } from '../contract/error.ts'
import { seeded } from '../image/seeded.ts'
import { next, type Next, type NextOptions } from './next.ts'
import { begun, note, type Progress } from './progress.ts'
import { failing, stage } from './route.fixture.ts'
import { createRouteState } from './state.ts'
import type { Candidate, RouteKey, RouteTarget } from './target.ts'
import { verdictOf } from './verdict.ts'

interface Told {
  readonly tier?: number
  readonly weight?: number
  /** The environment of each key. */
  readonly keys?: readonly (string | null)[]
  readonly requestsPerMinute?: number
}

/** Targets a, b, c with what is told of each, and edits that ask where to go. */
function world(...told: readonly Told[]) {
  const state = createRouteState()
  const { targets } = stage(Object.fromEntries(told.map((_, at) => ['abc'[at], [() => failing('internal')]])))
  const candidates = told.map(({ tier = 0, weight = 1, keys = [null], requestsPerMinute }, at): Candidate => {
    const target = targets[at]
    const [first] = target?.keys ?? []
    if (target === undefined || first === undefined) throw new Error('three at most')
    const quota = requestsPerMinute === undefined ? null : { requestsPerMinute, inputTokensPerMinute: null }
    const named = keys.map((environment, key) => ({
      ...first,
      ...(quota && { quota }),
      environment,
      name: `${target.name}#${key + 1}`,
    }))
    return {
      target: { ...target, keys: named },
      model: 'm',
      tier,
      weight,
      degraded: false,
      notices: [],
    }
  })
  const DEFAULTS = {
    nowMs: 0,
    deadlineMs: 180_000,
    environment: null,
    inputTokens: 0,
    ownCredential: false,
    references: [],
    keysOf: ({ keys }: RouteTarget) => keys,
    random: () => 0,
  }
  const edit = () => begun(candidates, 4)
  return {
    state,
    candidates,
    edit,
    ask: (progress: Progress = edit(), options: Partial<NextOptions> = {}) =>
      next(progress, state, { ...DEFAULTS, ...options }),
    at(index: number): { readonly candidate: Candidate; readonly key: RouteKey } {
      const candidate = candidates[index]
      const [key] = candidate?.target.keys ?? []
      if (candidate === undefined || key === undefined) throw new Error('no such target')
      return { candidate, key }
    },
  }
}

type World = ReturnType<typeof world>

const shown = (step: Next) =>
  step.kind === 'send'
    ? `${step.key.name} for ${step.spent}`
    : step.kind === 'wait'
      ? `wait until ${step.untilMs}`
      : `stop: ${step.fault?.code ?? 'as it ended'}`

/** Ejects a target at the moment 0, and where so told lets it in again at 15 s. */
function eject({ state, at }: World, index: number, isBack = false): void {
  const { health } = state.site(at(index).candidate)
  for (const nowMs of [-4, -3, -2, -1, 0]) health.ended('bad', { sentMs: nowMs - 0.5, nowMs, isLast: false })
  if (!isBack) return
  health.sent(15_000)
  health.ended('good', { sentMs: 15_000, nowMs: 15_000, isLast: false })
}

function hold({ state, at }: World, index: number, untilMs: number): void {
  const { candidate, key } = at(index)
  const lane = state.lane(candidate, key)
  lane.holdUntilMs = untilMs
  lane.holdFault = fault('rate_limited', 'Google asks for fewer requests.')
}

/** How often each target comes of so many draws. */
function drawn({ ask, candidates }: World, draws: number, nowMs = 0): readonly number[] {
  const random = seeded(2026)
  const counts = candidates.map(() => 0)
  for (let draw = 0; draw < draws; draw += 1) {
    const step = ask(undefined, { nowMs, random })
    if (step.kind !== 'send') throw new Error(step.kind)
    const at = candidates.indexOf(step.candidate)
    counts[at] = (counts[at] ?? 0) + 1
  }
  return counts
}

describe('the load of a tier', () => {
  test.each([[[1, 1]], [[1, 3]], [[1, 2.5, 6.5]], [[0.2, 0.3, 0.5]], [[1000, 2000, 3000]]])(
    'is shared by weights %j, to a fiftieth of each share over 100,000 draws',
    (weights) => {
      const sum = weights.reduce((total, weight) => total + weight, 0)
      const counts = drawn(world(...weights.map((weight) => ({ weight }))), 100_000)
      for (const [at, weight] of weights.entries()) {
        const share = weight / sum
        expect(Math.abs((counts[at] ?? 0) / 100_000 - share) / share).toBeLessThan(0.02)
      }
    },
  )

  test('is the lowest one’s alone, until nobody there is ready', () => {
    const three = world({ tier: 1 }, { tier: 0 }, { tier: 2 })
    expect(drawn(three, 100)).toEqual([0, 100, 0])
    hold(three, 1, 5000)
    expect(drawn(three, 100)).toEqual([100, 0, 0])
    hold(three, 0, 5000)
    expect(drawn(three, 100)).toEqual([0, 0, 100])
    expect(drawn(three, 100, 5000)).toEqual([0, 100, 0])
  })

  test('goes to who comes back by and by: among its own tier, and where it is alone before the one behind', () => {
    const beside = world({}, {})
    eject(beside, 0, true)
    // A tenth against a whole, then 0.55 against a whole.
    expect((drawn(beside, 100_000, 15_000)[0] ?? 0) / 100_000).toBeCloseTo(0.1 / 1.1, 2)
    expect((drawn(beside, 100_000, 30_000)[0] ?? 0) / 100_000).toBeCloseTo(0.55 / 1.55, 2)
    expect((drawn(beside, 100_000, 45_000)[0] ?? 0) / 100_000).toBeCloseTo(0.5, 2)
    const before = world({}, { tier: 1 })
    eject(before, 0, true)
    expect((drawn(before, 100_000, 15_000)[0] ?? 0) / 100_000).toBeCloseTo(0.1, 2)
    expect(drawn(before, 1000, 45_000)).toEqual([1000, 0])
  })

  test('is shared by the keys of a target that are free alike', () => {
    const one = world({ keys: [null, null, null] })
    const random = seeded(7)
    const names = Array.from({ length: 100_000 }, () => shown(one.ask(undefined, { random })))
    for (const name of ['a#1', 'a#2', 'a#3']) {
      const share = names.filter((each) => each === `${name} for 0`).length / 100_000
      expect(Math.abs(share - 1 / 3) * 3).toBeLessThan(0.02)
    }
  })
})

describe('who is ejected', () => {
  test('is not asked, then by one edit at a time that has not failed before', () => {
    const two = world({}, { tier: 1 })
    eject(two, 0)
    expect(shown(two.ask(undefined, { nowMs: 14_999 }))).toBe('b#1 for 0')
    const failed = two.edit()
    note(
      failed,
      two.at(1),
      verdictOf(fault('upstream_error', 'No.'), { ambiguous: 'retry', noImage: 'retry' }),
      { nowMs: 15_000, random: () => 0 },
    )
    expect(shown(two.ask(failed, { nowMs: 15_001 }))).toBe('b#1 for 5')
    expect(shown(two.ask(undefined, { nowMs: 15_001 }))).toBe('a#1 for 0')
    two.state.site(two.at(0).candidate).health.sent(15_001)
    expect(shown(two.ask(undefined, { nowMs: 15_002 }))).toBe('b#1 for 0')
  })

  test('is asked before others of its tier once it may be back, whatever the dice say', () => {
    const two = world({ weight: 1000 }, { weight: 1 })
    eject(two, 1)
    expect(drawn(two, 100, 15_000)).toEqual([0, 100])
  })

  test('is asked all the same where all are', () => {
    const two = world({}, {})
    eject(two, 0)
    eject(two, 1)
    expect(shown(two.ask())).toBe('a#1 for 0')
    expect(shown(two.ask(undefined, { random: () => 0.999 }))).toBe('b#1 for 0')
  })
})

/** Sends a crowd on its way at one time: at which moment each goes, or why not. */
const crowd = ({ ask, edit }: World, size: number, options: Partial<NextOptions> = {}) =>
  Array.from({ length: size }, () => {
    const progress = edit()
    return { progress, step: ask(progress, options) }
  })

describe('who waits for a configured quota', () => {
  test('has its turn booked, one after the other, and goes at it', () => {
    const one = world({ requestsPerMinute: 10 })
    const all = crowd(one, 8)
    expect(all.filter(({ step }) => step.kind === 'send')).toHaveLength(2)
    const turns = all.slice(2).map(({ step }) => (step.kind === 'wait' ? step.untilMs : NaN))
    expect(turns).toEqual(turns.toSorted((a, b) => a - b))
    expect(new Set(turns).size).toBe(6)
    for (const { progress, step } of all.slice(2)) {
      if (step.kind !== 'wait') throw new Error(step.kind)
      expect(one.ask(progress, { nowMs: step.untilMs })).toMatchObject({ kind: 'send', spent: 0 })
    }
    // Nobody jumped the queue, and whoever comes now is behind all of them.
    const late = one.ask(undefined, { nowMs: turns[0] ?? 0 })
    expect(late.kind === 'wait' && late.untilMs).toBeGreaterThan(turns[5] ?? Infinity)
  })

  test.each([
    [500, 'send'],
    [501, 'wait'],
  ] as const)('and comes %s ms late for it: %s', (lateMs, kind) => {
    const one = world({ requestsPerMinute: 1 })
    const [, second] = crowd(one, 2)
    if (second?.step.kind !== 'wait') throw new Error('nobody waits')
    const turnMs = second.step.untilMs
    const again = one.ask(second.progress, { nowMs: turnMs + lateMs })
    expect(again.kind).toBe(kind)
    if (again.kind === 'wait') expect(again.untilMs).toBeGreaterThan(turnMs + 60_000)
  })

  test('loses its turn to a wait that Google asks for meanwhile', () => {
    const one = world({ requestsPerMinute: 1 })
    const [, second] = crowd(one, 2)
    if (second?.step.kind !== 'wait') throw new Error('nobody waits')
    const turnMs = second.step.untilMs
    hold(one, 0, turnMs + 100)
    const again = one.ask(second.progress, { nowMs: turnMs + 100 })
    expect(again.kind === 'wait' && again.untilMs).toBeGreaterThan(turnMs + 60_000)
  })

  test('hears at once that it would come too late, and books nothing', () => {
    const one = world({ requestsPerMinute: 1 })
    const all = crowd(one, 20, { deadlineMs: 100_000 })
    expect(all.map(({ step }) => step.kind)).toEqual(['send', 'wait', ...Array(18).fill('stop')])
    const [, , third, last] = all
    expect(third?.step).toMatchObject({ fault: { code: 'rate_limited', charged: 'no' } })
    expect(third?.step).toEqual(last?.step)
    const waitMs = third?.step.kind === 'stop' ? third.step.fault?.waitMs : 0
    const patient = one.ask(undefined, { deadlineMs: 1_000_000 })
    expect(patient).toMatchObject({ kind: 'wait', untilMs: expect.closeTo(waitMs ?? 0, -1) })
  })

  test('goes elsewhere at once where it may', () => {
    const two = world({ requestsPerMinute: 1 }, { tier: 1 })
    expect(crowd(two, 3).map(({ step }) => shown(step))).toEqual(['a#1 for 0', 'b#1 for 0', 'b#1 for 0'])
  })
})

describe('a wait that Google asks for', () => {
  test.each([
    [1000, 0, 1000],
    [1000, 0.999, 1099.9],
    [120_000, 0.999, 122_997],
  ])('of %s ms, with the dice at %s, ends after %s', (waitMs, dice, untilMs) => {
    const one = world({})
    hold(one, 0, waitMs)
    const step = one.ask(undefined, { random: () => dice })
    expect(step).toMatchObject({ kind: 'wait', untilMs: expect.closeTo(untilMs, 3) })
    expect(shown(one.ask(undefined, { nowMs: waitMs }))).toBe('a#1 for 0')
  })

  test('is not begun where it ends at the deadline or later, and never goes beyond it', () => {
    const one = world({})
    hold(one, 0, 10_000)
    const dice = { random: () => 0.999 }
    expect(shown(one.ask(undefined, { ...dice, deadlineMs: 10_001 }))).toBe('wait until 10001')
    expect(one.ask(undefined, { ...dice, deadlineMs: 10_000 })).toMatchObject({
      kind: 'stop',
      fault: { code: 'rate_limited', waitMs: 10_000, charged: 'no' },
    })
  })

  test('of the shortest is waited', () => {
    const two = world({}, { tier: 1 })
    hold(two, 0, 10_000)
    hold(two, 1, 3000)
    expect(shown(two.ask())).toBe('wait until 3000')
  })
})

describe('environments', () => {
  test('a key of one serves callers of that one only, and a key of none serves all', () => {
    const one = world({ keys: ['prod', 'dev', null] })
    const keys = (environment: string | null) => {
      const random = seeded(1)
      return new Set(
        Array.from({ length: 100 }, () => shown(one.ask(undefined, { environment, random })).slice(0, 3)),
      )
    }
    expect(keys('prod')).toEqual(new Set(['a#1', 'a#3']))
    expect(keys('dev')).toEqual(new Set(['a#2', 'a#3']))
    expect(keys('test')).toEqual(new Set(['a#3']))
    expect(keys(null)).toEqual(new Set(['a#3']))
  })

  test('who has no key is told that, whatever has become of the keys of others', () => {
    const one = world({ keys: ['prod'] })
    expect(shown(one.ask(undefined, { environment: 'dev' }))).toBe('stop: credential_missing')
    const { candidate, key } = one.at(0)
    const why = fault('permission_denied', 'It is withdrawn.', {
      upstream: { status: 403, reason: 'SERVICE_DISABLED' },
    })
    const verdict = verdictOf(why, { ambiguous: 'retry', noImage: 'retry' })
    one.state.learn(candidate, key, {
      verdict,
      fault: why,
      sentMs: 0,
      nowMs: 0,
      random: 0,
      isLast: true,
      ownCredential: false,
    })
    expect(shown(one.ask(undefined, { environment: 'dev' }))).toBe('stop: credential_missing')
    expect(shown(one.ask(undefined, { environment: 'prod' }))).toBe('stop: permission_denied')
  })
})

describe('what a retry costs', () => {
  const policy = { ambiguous: 'retry', noImage: 'retry' } as const
  /** An edit that has failed by this code at a target. */
  function failed(where: World, code: Parameters<typeof fault>[0], index = 0): Progress {
    const progress = where.edit()
    const verdict = verdictOf(fault(code, 'No.'), policy)
    note(progress, where.at(index), verdict, { nowMs: 0, random: () => 0 })
    return progress
  }

  test.each([
    ['upstream_error', 5],
    ['upstream_overloaded', 5],
    ['upstream_timeout', 10],
    // Its own key again, after it was throttled.
    ['rate_limited', 5],
    ['no_image', 5],
  ] as const)('at the same target after %s: %s', (code, cost) => {
    const one = world({})
    expect(shown(one.ask(failed(one, code), { nowMs: 1 }))).toBe(`a#1 for ${cost}`)
    expect(one.state.site(one.at(0).candidate).budget.tokens()).toBe(500 - cost)
  })

  test('nothing at another that does well, and as much at one that does not', () => {
    const two = world({}, { tier: 1 })
    expect(shown(two.ask(failed(two, 'model_unavailable')))).toBe('b#1 for 0')
    eject(two, 1)
    expect(shown(two.ask(failed(two, 'model_unavailable')))).toBe('b#1 for 5')
  })

  test('nothing by another key of the same, unless it has failed for its own reasons', () => {
    const one = world({ keys: [null, null] })
    expect(shown(one.ask(failed(one, 'credential_invalid')))).toBe('a#2 for 0')
    const progress = failed(one, 'upstream_error')
    expect(shown(one.ask(progress, { nowMs: 1, random: () => 0.9 }))).toBe('a#2 for 5')
  })

  test('more than is left is not spent: the next one is asked, or it ends as it did', () => {
    const two = world({}, { tier: 1 })
    const { budget } = two.state.site(two.at(0).candidate)
    for (let spent = 0; spent < 496; spent += 1) budget.spend(1)
    const progress = failed(two, 'upstream_error')
    expect(shown(two.ask(progress, { nowMs: 1 }))).toBe('b#1 for 0')
    expect(budget.tokens()).toBe(4)
    const one = world({})
    one.state.site(one.at(0).candidate).budget.spend(500)
    expect(shown(one.ask(failed(one, 'upstream_error'), { nowMs: 1 }))).toBe('stop: as it ended')
    // The first attempt is free, always.
    expect(shown(one.ask())).toBe('a#1 for 0')
  })
})

test('who has used up its attempts, or is closed everywhere, ends as it did', () => {
  const one = world({})
  expect(shown(one.ask(begun(one.candidates, 0)))).toBe('stop: as it ended')
  const progress = one.edit()
  progress.closed.add(one.at(0).candidate)
  expect(shown(one.ask(progress))).toBe('stop: as it ended')
})

test('a quota that is used up for the day is not waited for, even if there is time', () => {
  const one = world({})
  hold(one, 0, 600_000)
  one.state.lane(one.at(0).candidate, one.at(0).key).isExhausted = true
  expect(shown(one.ask(undefined, { deadlineMs: 1e9 }))).toBe('stop: rate_limited')
  expect(shown(one.ask(undefined, { deadlineMs: 1e9, nowMs: 600_000 }))).toBe('a#1 for 0')
})
