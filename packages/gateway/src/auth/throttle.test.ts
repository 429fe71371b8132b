import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { seeded } from '../image/seeded.ts'
import { callerNamed } from './caller.fixture.ts'
import { createThrottle, type Entry } from './throttle.ts'

/** A throttle whose time is `at.ms`. */
function throttleAt(ms: number) {
  const at = { ms }
  const clock = { now: () => 0, monotonicMs: () => at.ms }
  return { at, throttle: createThrottle({ clock }) }
}

const callerWith = (concurrent: number, requestsPerMinute: number, keyId = 'web') =>
  callerNamed(keyId, { limits: { concurrent, requestsPerMinute, costMicroUsdPerEdit: null } })

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

function heapBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

function leave(entry: Entry): void {
  if (entry.kind === 'entered') entry.leave()
}

test('as many at once as allowed, and another as soon as one leaves', () => {
  const { throttle } = throttleAt(0)
  const caller = callerWith(2, 600)
  const [first, second] = [throttle.enter(caller), throttle.enter(caller)]
  expect(first).toMatchObject({
    kind: 'entered',
    headers: { ratelimit: '"requests";r=599;t=1, "concurrent";r=1' },
  })
  expect(second).toMatchObject({
    kind: 'entered',
    headers: { ratelimit: '"requests";r=598;t=1, "concurrent";r=0' },
  })
  expect(throttle.enter(caller)).toMatchObject({
    kind: 'fault',
    fault: {
      code: 'too_many_requests',
      waitMs: 5000,
      message: expect.stringMatching(/“web” has 2 requests under way and may have 2/),
    },
    headers: {
      'retry-after': '5',
      'ratelimit-policy': '"requests";q=600;w=60, "concurrent";q=2;qu="concurrent-requests"',
      ratelimit: '"requests";r=598;t=1, "concurrent";r=0',
    },
  })
  leave(first)
  leave(first)
  expect(throttle.enter(caller).kind).toBe('entered')
  // Leaving twice gave one place back, not two.
  expect(throttle.enter(caller).kind).toBe('fault')
})

test('a minute’s worth at once, then one whenever the bucket has gained one', () => {
  const { at, throttle } = throttleAt(1000)
  const caller = callerWith(100, 6)
  const knock = () => {
    const entry = throttle.enter(caller)
    leave(entry)
    return entry
  }
  for (let left = 5; left >= 0; left -= 1) {
    expect(knock()).toMatchObject({
      kind: 'entered',
      headers: { ratelimit: `"requests";r=${left};t=10, "concurrent";r=99` },
    })
  }
  at.ms += 2_500
  const refused = knock()
  expect(refused).toMatchObject({
    kind: 'fault',
    fault: {
      code: 'too_many_requests',
      waitMs: 7500,
      message: expect.stringMatching(/6 requests a minute\. Try again in 8 s/),
    },
    headers: { 'retry-after': '8', ratelimit: '"requests";r=0;t=8, "concurrent";r=100' },
  })
  // Refusals cost nothing.
  for (let number = 0; number < 100; number += 1) knock()
  at.ms += 7_499
  expect(knock().kind).toBe('fault')
  at.ms += 1
  expect(knock().kind).toBe('entered')
  expect(knock().kind).toBe('fault')
  at.ms += 10 * 60_000
  expect(knock()).toMatchObject({ headers: { ratelimit: '"requests";r=5;t=10, "concurrent";r=99' } })
})

test('callers do not feel each other', () => {
  const { throttle } = throttleAt(0)
  expect(throttle.enter(callerWith(1, 1, 'a')).kind).toBe('entered')
  expect(throttle.enter(callerWith(1, 1, 'a')).kind).toBe('fault')
  expect(throttle.enter(callerWith(1, 1, 'b')).kind).toBe('entered')
})

test('who waits as long as told is let in, and nobody gets more than the bucket gives', () => {
  const random = seeded(7)
  for (const perMinute of [1, 7, 60, 97, 1000, 600_000]) {
    const { at, throttle } = throttleAt(random() * 1e9)
    const begun = at.ms
    const caller = callerWith(1_000, perMinute)
    let entered = 0
    for (let number = 0; number < 5_000; number += 1) {
      const entry = throttle.enter(caller)
      leave(entry)
      if (entry.kind === 'entered') entered += 1
      else {
        const { waitMs = 0 } = entry.fault
        expect(waitMs).toBeLessThanOrEqual(60_000)
        expect(Number(entry.headers['retry-after']) * 1000).toBeGreaterThanOrEqual(waitMs)
        at.ms += random() < 0.5 ? waitMs : random() * waitMs
        if (throttle.enter(caller).kind === 'entered') entered += 1
      }
      at.ms += random() < 0.01 ? random() * 1000 : 0
    }
    expect(entered).toBeLessThanOrEqual(perMinute + ((at.ms - begun) * perMinute) / 60_000 + 1)
  }
})

test('a million callers that come once are forgotten, those inside are not', () => {
  const { at, throttle } = throttleAt(0)
  const staying = callerWith(1, 60, 'staying')
  throttle.enter(staying)
  const before = heapBytes()
  for (let number = 0; number < 1_000_000; number += 1) {
    leave(throttle.enter(callerWith(1, 60, `caller-${number}`)))
    at.ms += 100
  }
  // A million accounts would be more than 100 MB.
  expect(heapBytes() - before).toBeLessThan(20e6)
  expect(throttle.enter(staying).kind).toBe('fault')
})

test('the fields are structured fields as RFC 9651 has them', () => {
  const { throttle } = throttleAt(0)
  const { headers } = throttle.enter(callerWith(3, 30))
  const item = /"[a-z]+"(?:;[a-z]+=(?:\d{1,15}|"[a-z-]+"))+/
  const list = new RegExp(`^${item.source}(?:, ${item.source})*$`)
  expect(headers['ratelimit-policy']).toMatch(list)
  expect(headers['ratelimit']).toMatch(list)
})
