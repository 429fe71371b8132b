import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ErrorCode, fault, type FaultDetails } from '../contract/error.ts'
import type { Provider } from '../contract/provider.ts'
import { CONTEXT } from '../wire/answer.fixture.ts'
import { classify } from '../wire/classify.ts'
import { failing } from './route.fixture.ts'
import { createRouteState, type Learnt, type RouteState } from './state.ts'
import type { Candidate, RouteKey, RouteTarget } from './target.ts'
import { verdictOf } from './verdict.ts'

const DAY_MS = 86_400_000
const PRO = 'gemini-3-pro-image'
const FLASH = 'gemini-3.1-flash-image'

function keyOf(name: string): RouteKey {
  const provider: Provider = {
    kind: 'ai-studio',
    target: name,
    dialect: null,
    limits: () => {
      throw new Error('nobody asks')
    },
    send: async () => failing('internal'),
  }
  return { name, provider, environment: null }
}

function targetOf(name: string): RouteTarget {
  return {
    name,
    kind: 'ai-studio',
    location: null,
    keys: [keyOf(`${name}#1`), keyOf(`${name}#2`)],
  }
}

const A = targetOf('a')
const B = targetOf('b')
const candidateOf = (target: RouteTarget, model: string): Candidate => ({
  target,
  model,
  tier: 0,
  weight: 1,
  degraded: false,
  notices: [],
})
const keyAt = ({ keys }: RouteTarget, at: number): RouteKey => {
  const key = keys[at]
  if (key === undefined) throw new Error('no such key')
  return key
}

const HERE = candidateOf(A, PRO)
const KEY = keyAt(A, 0)

function learn(
  state: RouteState,
  why: { readonly code: ErrorCode; readonly details?: FaultDetails } | null,
  more: Partial<Learnt> = {},
): void {
  const told = why && fault(why.code, 'It is so.', why.details)
  const nowMs = more.nowMs ?? 1000
  state.learn(HERE, KEY, {
    verdict: verdictOf(told, { ambiguous: 'retry', noImage: 'retry' }),
    fault: told,
    sentMs: nowMs - 1,
    nowMs,
    random: 0.5,
    isLast: false,
    ownCredential: false,
    ...more,
  })
}

const throttled = (waitMs: number) => ({ code: 'rate_limited', details: { waitMs } }) as const
const SILENT = { code: 'rate_limited' } as const
const holdOf = (state: RouteState) => state.lane(HERE, KEY).holdUntilMs

describe('a wait that is told', () => {
  test.each([34_400, 0.5, 1, DAY_MS])('of %s ms is held exactly, whatever the dice say', (waitMs) => {
    for (const random of [0, 0.5, 0.999]) {
      const state = createRouteState()
      learn(state, throttled(waitMs), { nowMs: 1000, random })
      expect(state.lane(HERE, KEY)).toMatchObject({
        holdUntilMs: 1000 + waitMs,
        isExhausted: false,
        holdFault: { code: 'rate_limited', waitMs },
      })
    }
  })

  test('holds that key for that model, and nobody else', () => {
    const state = createRouteState()
    learn(state, throttled(34_400))
    const others: readonly (readonly [RouteTarget, string, number])[] = [
      [A, PRO, 1],
      [A, FLASH, 0],
      [A, FLASH, 1],
      [B, PRO, 0],
    ]
    for (const [target, model, at] of others) {
      const lane = state.lane(candidateOf(target, model), keyAt(target, at))
      expect(lane).toMatchObject({ holdUntilMs: 0, holdFault: null, throttles: 0 })
    }
    for (const target of [A, B]) {
      const { health, budget } = state.site(candidateOf(target, PRO))
      expect(health.standing(1000)).toEqual({ kind: 'healthy' })
      expect(budget.tokens()).toBe(500)
      expect(target.keys.map((key) => state.locks.why(key.name))).toEqual([null, null])
    }
  })

  test('of two the one that ends later holds', () => {
    const state = createRouteState()
    learn(state, throttled(30_000), { nowMs: 1000 })
    learn(state, throttled(5000), { nowMs: 2000 })
    expect(holdOf(state)).toBe(31_000)
    learn(state, throttled(30_000), { nowMs: 2000 })
    expect(holdOf(state)).toBe(32_000)
  })
})

describe('a throttle that names no time', () => {
  test('holds by full jitter: up to a second, twice as long each time, to 20 s', () => {
    const most = [1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]
    for (const random of [0.001, 0.5, 0.999]) {
      const state = createRouteState()
      let nowMs = 1000
      const holds = most.map(() => {
        learn(state, SILENT, { nowMs, random })
        const holdMs = holdOf(state) - nowMs
        nowMs += 30_000
        return holdMs
      })
      for (const [at, holdMs] of holds.entries()) expect(holdMs).toBeCloseTo((most[at] ?? 0) * random, 6)
    }
  })

  test('after a thousand in a row it is still 20 s at most', () => {
    const state = createRouteState()
    for (let time = 1; time <= 2000; time += 1) learn(state, SILENT, { nowMs: time * 30_000, random: 0.999 })
    expect(holdOf(state)).toBe(2000 * 30_000 + 20_000 * 0.999)
  })

  test('begins anew after an answer, and after nothing else', () => {
    const state = createRouteState()
    for (const nowMs of [1000, 31_000, 61_000]) learn(state, SILENT, { nowMs })
    learn(state, { code: 'upstream_error' }, { nowMs: 62_000 })
    learn(state, SILENT, { nowMs: 91_000 })
    expect(holdOf(state)).toBe(91_000 + 8000 * 0.5)
    learn(state, null, { nowMs: 100_000 })
    learn(state, SILENT, { nowMs: 121_000 })
    expect(holdOf(state)).toBe(121_000 + 1000 * 0.5)
  })

  test('a crowd that is throttled at one time is throttled once', () => {
    const state = createRouteState()
    for (let nowMs = 1001; nowMs <= 1050; nowMs += 1)
      learn(state, SILENT, { sentMs: 1000, nowMs, random: 0.999 })
    expect(holdOf(state)).toBe(1050 + 1000 * 0.999)
    learn(state, SILENT, { sentMs: 2100, nowMs: 2200, random: 0.999 })
    expect(holdOf(state)).toBe(2200 + 2000 * 0.999)
  })

  test('those that named a time before it were no refusals of what it asks', () => {
    const state = createRouteState()
    for (let time = 1; time <= 5; time += 1) learn(state, throttled(1000), { nowMs: time * 10_000 })
    learn(state, SILENT, { nowMs: 60_000 })
    expect(holdOf(state)).toBe(60_000 + 1000 * 0.5)
  })
})

describe('a quota of the day, or of nothing', () => {
  test('is looked at again after ten minutes, and is not worth waiting for', () => {
    const state = createRouteState()
    learn(state, { code: 'quota_exhausted' }, { nowMs: 1000, random: 0 })
    expect(state.lane(HERE, KEY)).toMatchObject({ holdUntilMs: 601_000, isExhausted: true })
    expect(state.lane(HERE, keyAt(A, 1))).toMatchObject({ holdUntilMs: 0, isExhausted: false })
  })

  test('a throttle that came meanwhile does not make it worth waiting for', () => {
    const state = createRouteState()
    learn(state, { code: 'quota_exhausted' }, { nowMs: 1000 })
    learn(state, throttled(5000), { nowMs: 2000 })
    expect(state.lane(HERE, KEY)).toMatchObject({ holdUntilMs: 601_000, isExhausted: true })
  })
})

describe('a key that is not let in', () => {
  const CODES = ['credential_invalid', 'billing_required', 'credential_missing'] as const

  test.each(CODES)('%s takes it out, for all models, and nothing else', (code) => {
    const state = createRouteState()
    for (let time = 1; time <= 100; time += 1) learn(state, { code })
    expect(state.locks.why(KEY.name)).toMatchObject({ code })
    expect([keyAt(A, 1), ...B.keys].map((key) => state.locks.why(key.name))).toEqual([null, null, null])
    expect(state.lane(HERE, KEY)).toMatchObject({ holdUntilMs: 0, isExhausted: false })
    expect(state.site(HERE).health.standing(1000)).toEqual({ kind: 'healthy' })
  })

  test('is let in again once it was mended, and forgotten once it is no more', () => {
    const state = createRouteState()
    learn(state, { code: 'credential_invalid' })
    state.locks.mended('a#2', 2000)
    expect(state.locks.why(KEY.name)).not.toBeNull()
    state.locks.mended('a#1', 2000)
    expect(state.locks.why(KEY.name)).toBeNull()
    learn(state, { code: 'credential_invalid' }, { sentMs: 2500, nowMs: 2600 })
    state.keepOnly(new Set(['a#1']), new Set(['a']))
    expect(state.locks.why(KEY.name)).not.toBeNull()
    state.keepOnly(new Set(['a#2']), new Set(['a']))
    expect(state.locks.why(KEY.name)).toBeNull()
  })
})

test('what is no more is forgotten, and what stays is not, also with spaces in its name', () => {
  const state = createRouteState()
  const spaced = targetOf('a b')
  const there = candidateOf(spaced, PRO)
  const key = keyAt(spaced, 0)
  state.lane(there, key).throttles = 3
  state.site(there).budget.spend(5)
  learn(state, throttled(5000))
  state.keepOnly(new Set([key.name]), new Set([spaced.name]))
  expect(state.lane(there, key).throttles).toBe(3)
  expect(state.site(there).budget.tokens()).toBe(495)
  expect(holdOf(state)).toBe(0)
  state.keepOnly(new Set(), new Set())
  expect(state.lane(there, key).throttles).toBe(0)
  expect(state.site(there).budget.tokens()).toBe(500)
})

test('of models that are not on record the last ones are remembered, and what is no name of one', () => {
  const state = createRouteState()
  const laneOf = (model: string) => state.lane(candidateOf(A, model), KEY)
  const lanes = Array.from({ length: 1000 }, (_, at) => laneOf(`new-${at}`))
  expect(state.lanesOf(KEY.name)).toHaveLength(64)
  expect(laneOf('new-999')).toBe(lanes[999])
  expect(laneOf('new-0')).not.toBe(lanes[0])
  expect(laneOf('no name')).toBe(laneOf('nor this'))
})

test('who is forgiven waits for nothing that was said before', () => {
  const state = createRouteState()
  learn(state, { code: 'rate_limited', details: { waitMs: 86_400_000 } })
  state.forgive(KEY.name)
  expect(state.lane(HERE, KEY)).toMatchObject({ holdUntilMs: 0, holdFault: null, throttles: 0 })
})

/** What a 429 may say of a wait: what Google does, what breaks parsers, what an attacker would. */
const HOSTILE: readonly string[] = [
  '"34.4s"',
  '"0s"',
  '"-5s"',
  '"NaNs"',
  '"Infinitys"',
  '"315360000s"',
  '"1e309s"',
  '"1e9s"',
  `"${'9'.repeat(400)}s"`,
  '"..s"',
  '"1.2.3s"',
  '""',
  '"s"',
  '" 5s "',
  '"5"',
  '"5m"',
  '5',
  '-5',
  '1e309',
  'null',
  'true',
  '[]',
  '["5s"]',
  '{}',
  '{"seconds":"NaN"}',
  '{"seconds":1e309}',
  '{"seconds":-1e309}',
  '{"seconds":-1}',
  '{"seconds":1,"nanos":-2000000000}',
  '{"seconds":0,"nanos":1e309}',
  '{"seconds":{"seconds":1}}',
  '{"seconds":"315360000"}',
  '{"seconds":[7]}',
  '{"__proto__":{"seconds":5}}',
]
const HEADERS = [undefined, '', '7', '-1', '1e309', '99999999999', 'NaN', '7.5', '7, 8', '0x10']
const DATES = ['Fri, 31 Dec 9999 23:59:59 GMT', 'Thu, 01 Jan 1970 00:00:00 GMT', 'Mon, 99 Foo 0000']
const WORDS = [
  '',
  'Please retry in 26.2s.',
  'Please retry in -1s.',
  'retry after 99999999999999 s',
  'retry in ..s',
]

/** A 429 as Google would send it, through the classifier to the hold that comes of it. */
function heldBy(
  told: { readonly delay: string; readonly header: string | undefined; readonly words: string },
  { nowMs, random }: { readonly nowMs: number; readonly random: number },
) {
  const detail = `{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":${told.delay}}`
  const body = `{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":${JSON.stringify(told.words)},"details":[${detail}]}}`
  const headers = told.header === undefined ? {} : { 'retry-after': told.header }
  const answer = classify({ status: 429, headers, body: Buffer.from(body) }, CONTEXT)
  if (answer.kind !== 'fault') throw new Error(answer.kind)
  const verdict = verdictOf(answer.fault, { ambiguous: 'stop', noImage: 'keep' })
  const state = createRouteState()
  const learnt = {
    verdict,
    fault: answer.fault,
    sentMs: nowMs - 1,
    nowMs,
    random,
    isLast: false,
    ownCredential: false,
  }
  state.learn(HERE, KEY, learnt)
  return { verdict, holdMs: state.lane(HERE, KEY).holdUntilMs - nowMs }
}

describe('whatever a 429 says of a wait', () => {
  const NOW = { nowMs: 1_000_000, random: 0.5 }

  test.each([
    ['"34.4s"', 34_400],
    ['"0.4839771s"', 484],
    ['"26.211922938s"', 26_212],
    ['{"seconds":34,"nanos":400000000}', 34_400],
    ['"315360000s"', DAY_MS],
    ['{"seconds":1e309}', DAY_MS],
  ])('%s is %s ms', (delay, expected) => {
    const { verdict, holdMs } = heldBy({ delay, header: undefined, words: '' }, NOW)
    expect(verdict).toMatchObject({ meaning: 'throttled', retryable: 'here', scope: 'key', charged: 'no' })
    expect(verdict.waitMs).toBe(expected)
    expect(holdMs).toBe(expected)
  })

  test('no hold is longer than a day or ends before now, and nonsense is backed off from', () => {
    for (const delay of HOSTILE) {
      for (const header of [...HEADERS, ...DATES]) {
        for (const words of WORDS) {
          const what = `${delay}, ${header}, ${words}`
          const { verdict, holdMs } = heldBy({ delay, header, words }, NOW)
          expect(verdict.meaning, what).toBe('throttled')
          expect(holdMs, what).toBeGreaterThanOrEqual(0)
          expect(holdMs, what).toBeLessThanOrEqual(DAY_MS)
          if (verdict.waitMs === null) expect(holdMs, what).toBe(500)
        }
      }
    }
  })

  test('of any JSON', () => {
    const delay = fc.oneof(fc.json(), fc.double().map(String), fc.string()).map((text) => {
      try {
        JSON.parse(text)
        return text
      } catch {
        return JSON.stringify(text)
      }
    })
    const header = fc.option(fc.oneof(fc.string(), fc.double().map(String)), { nil: undefined })
    const words = fc.oneof(
      fc.string(),
      fc.double().map((seconds) => `Please retry in ${seconds}s.`),
    )
    fc.assert(
      fc.property(fc.record({ delay, header, words }), (told) => {
        const { verdict, holdMs } = heldBy(told, NOW)
        expect(['throttled', 'exhausted', 'locked-out', 'absent']).toContain(verdict.meaning)
        if (verdict.meaning !== 'throttled') return
        expect(holdMs).toBeGreaterThanOrEqual(0)
        expect(holdMs).toBeLessThanOrEqual(DAY_MS)
      }),
      { numRuns: 3000 },
    )
  })
})

test('of addresses of files none is remembered that is longer than such are', () => {
  const { readers } = createRouteState()
  const [longest, longer] = [512, 513].map((length) => 'x'.repeat(length))
  for (const uri of [longest, longer]) readers.set(uri ?? '', 'a')
  expect([longest, longer].map((uri) => readers.get(uri ?? ''))).toEqual(['a', undefined])
})
