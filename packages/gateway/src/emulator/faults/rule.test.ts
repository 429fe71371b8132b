import { describe, expect, test } from 'vitest'
import { seeded } from '../../image/seeded.ts'
import { PERSONAS } from './persona.ts'
import { planOf } from './plan.ts'
import { createRuleSet, readRules } from './rule.ts'
import { CALL_KINDS, type Facts } from './where.ts'

const CALL: Facts = {
  kind: 'generation',
  surface: 'ai-studio',
  model: 'gemini-nano-banana-2.1',
  location: '',
  credential: 'aaaaaaaaaaaa',
}
const CONTEXT = {
  surface: 'ai-studio',
  apiVersion: 'v1',
  modelId: 'gemini-nano-banana-2.1',
  project: '',
  location: '',
} as const

/** At which of the moments a list acts, one call at each. */
function actsAt(list: string, momentsMs: readonly number[], facts: Facts = CALL, where = {}) {
  const set = createRuleSet('a', list, { nowMs: 0, where })
  const random = seeded(1)
  return momentsMs.filter((nowMs) => set.acting(facts, { at: 'any', random, nowMs }).length > 0)
}

describe('when a persona acts', () => {
  test('always, unless told otherwise', () => {
    expect(actsAt('503', [0, 1, 1e9])).toEqual([0, 1, 1e9])
  })

  test('so often', () => {
    expect(actsAt('503@2x', [0, 1, 2, 3])).toEqual([0, 1])
  })

  test('for so long from the first call on', () => {
    expect(actsAt('503@20s', [5000, 24_999, 25_000])).toEqual([5000, 24_999])
  })

  test('in an outage: at 10 s, for 15 s', () => {
    expect(actsAt('503@10s+15s', [0, 9999, 10_000, 24_999, 25_000, 90_000])).toEqual([10_000, 24_999])
  })

  test('flapping every 7 s', () => {
    expect(actsAt('503@0s+7s/14s', [0, 6999, 7000, 13_999, 14_000, 20_999, 21_000])).toEqual([
      0, 6999, 14_000, 20_999,
    ])
  })

  test('by chance, about as often as it says, and the same for the same seed', () => {
    const moments = Array.from({ length: 10_000 }, (_, i) => i)
    const acted = actsAt('503@30%', moments)
    expect(acted.length).toBeGreaterThan(2850)
    expect(acted.length).toBeLessThan(3150)
    expect(actsAt('503@30%', moments)).toEqual(acted)
    expect(actsAt('503@0%', moments)).toEqual([])
    expect(actsAt('503@100%', moments)).toEqual(moments)
  })

  test('all at once: often, by chance, within a time', () => {
    expect(actsAt('503@100%@1x@10s+5s', [0, 11_000, 12_000])).toEqual([11_000])
  })

  test('on the calls it is for', () => {
    expect(actsAt('503', [0], { ...CALL, kind: 'files' })).toEqual([])
    expect(actsAt('503', [0], { ...CALL, kind: 'files' }, { calls: 'files' })).toEqual([0])
    expect(actsAt('503', [0], { ...CALL, kind: 'tokens' }, { calls: 'any' })).toEqual([0])
    for (const where of [
      { surface: 'vertex' },
      { model: 'other' },
      { location: 'us-central1' },
      { credential: 'bbbbbbbbbbbb' },
    ]) {
      expect(actsAt('503', [0], CALL, where)).toEqual([])
    }
    expect(actsAt('503', [0], CALL, { surface: 'ai-studio', credential: 'aaaaaaaaaaaa' })).toEqual([0])
  })

  test.each([
    ['503', 'generation'],
    ['key-leaked', 'generation models files'],
    ['bad-location', 'generation models files'],
    ['api-disabled', 'generation models files'],
    ['model-gone', 'generation models'],
  ] as const)('%s by itself on calls of %s', (list, kinds) => {
    const reached = CALL_KINDS.filter((kind) => actsAt(list, [0], { ...CALL, kind }).length > 0)
    expect(reached.join(' ')).toBe(kinds)
    expect(actsAt(list, [0], { ...CALL, kind: 'files' }, { calls: 'models' })).toEqual([])
  })

  test('a model that is gone does not take the list of the others with it', () => {
    expect(actsAt('model-gone', [0], { ...CALL, kind: 'models', model: '' })).toEqual([])
  })
})

function plan(list: string) {
  const acting = readRules(list).map((rule) => ({ rule, leftMs: Infinity }))
  return planOf(acting, seeded(1))
}

describe('composition', () => {
  test('delays add up, changes follow each other, the first refusal and the last wish hold', () => {
    const { delayMs, changes, refusal, picture, transport, personas } = plan(
      'latency=1s, latency=250ms, drafts=3, duplicate, no-image, text-only, drift=strong, drift=none, smaller, stall=0.2, drip=5',
    )
    expect(delayMs).toBe(1250)
    expect(changes).toEqual([{ drafts: 3, marked: false }, 'duplicate'])
    expect(refusal).toEqual({ kind: 'finish', reason: 'NO_IMAGE' })
    expect(picture).toEqual({ drift: 'none', scale: 0.5 })
    expect(transport).toEqual({ stallAt: 0.2, bytesPerSecond: 5 })
    expect(personas).toHaveLength(11)
  })

  test('the first error holds', () => {
    expect(plan('503, 500').error?.(CONTEXT).status).toBe(503)
  })

  test('a wait that will be over sooner is the one that is named', () => {
    const [rule] = readRules('429-minute=34.4s@34.4s')
    const { error } = planOf([{ rule: rule!, leftMs: 12_300 }], seeded(1))
    expect(JSON.stringify(error?.(CONTEXT).details)).toContain('"retryDelay":"12.3s"')
  })

  test.each([
    ['latency=2s', 2000, 2000],
    ['latency=2s..9s', 2000, 9000],
    ['latency=exponential:2s', 0, 43_200_000],
    ['latency=lognormal:20s:0.4', 3000, 130_000],
  ])('%s draws what it says', (list, least, most) => {
    const [rule] = readRules(list)
    const random = seeded(7)
    const drawn = Array.from({ length: 500 }, () => planOf([{ rule: rule!, leftMs: 1 }], random).delayMs)
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(least)
    expect(Math.max(...drawn)).toBeLessThanOrEqual(most)
    if (list.includes('lognormal')) {
      const median = drawn.toSorted((a, b) => a - b)[250]!
      expect(median).toBeGreaterThan(18_000)
      expect(median).toBeLessThan(22_000)
    }
  })
})

describe('mistakes', () => {
  test.each([
    ['5o3', 'There is no persona “5o3”'],
    ['no-image=x', '“no-image” takes no parameter'],
    ['finish=NOPE', 'finish is written finish=REASON, one of STOP, MAX_TOKENS,'],
    ['blocked=NOPE', 'blocked is written blocked[=REASON], one of SAFETY,'],
    ['latency=fast', 'latency is written'],
    ['stall=2', 'stall is written'],
    ['quota=ten/min', 'quota is written'],
    ['503@often', '“@often” in “503@often” cannot be read'],
    ['503@101%', 'cannot be read'],
    ['503@0s+7s/0s', 'cannot be read'],
    ['503@0s+7s/5s', 'never ends'],
    ['drift=wild', 'drift is written'],
    ['wrong-ratio=7:4', 'wrong-ratio is written'],
  ])('%s', (list, said) => {
    expect(() => readRules(list)).toThrow(said)
  })

  test('nothing is no persona', () => {
    expect(readRules('  ,, ')).toEqual([])
  })
})

test('every persona can be written, bare or as its parameter looks', () => {
  const examples: Record<string, string> = {
    REASON: 'SAFETY',
    MIX: 'none',
    'DURATION | FROM..TO | lognormal:MEDIAN:SIGMA | exponential:MEAN': '1s..2s',
    'N/min | N/day | Ntokens/min': '5/min',
  }
  for (const { name, takes } of PERSONAS) {
    const parameter = takes === null || takes.startsWith('[') ? '' : `=${examples[takes]}`
    expect(readRules(name + parameter), name).toHaveLength(1)
  }
  expect(new Set(PERSONAS.map(({ name }) => name)).size).toBe(PERSONAS.length)
})
