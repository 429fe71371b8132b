import { expect, test } from 'vitest'
import { createQuotaMeter, type Quota } from './quota.ts'

function meterAt() {
  let nowMs = 1_000_000
  const meter = createQuotaMeter({ now: () => nowMs, monotonicMs: () => nowMs })
  return {
    take: (quota: Quota, owner = 'key/model', tokens = 0) => meter.take(quota, { owner, tokens }),
    pass: (ms: number) => (nowMs += ms),
    reset: meter.reset,
  }
}

test('so many requests a minute, then a wait that is just long enough', () => {
  const { take, pass } = meterAt()
  const quota: Quota = { amount: 10, of: 'requests', per: 'minute' }
  for (let i = 0; i < 10; i++) expect(take(quota)).toBeNull()
  const waitMs = take(quota)!
  expect(waitMs).toBe(6000)
  pass(waitMs - 1)
  expect(take(quota)).toBe(1)
  pass(1)
  expect(take(quota)).toBeNull()
  expect(take(quota)).toBe(6000)
})

test('tokens count as such', () => {
  const { take } = meterAt()
  const quota: Quota = { amount: 3000, of: 'tokens', per: 'minute' }
  expect(take(quota, 'a', 2000)).toBeNull()
  expect(take(quota, 'a', 2000)).toBe(20_000)
  expect(take(quota, 'a', 1000)).toBeNull()
})

test('each key and model has its own', () => {
  const { take } = meterAt()
  const quota: Quota = { amount: 1, of: 'requests', per: 'minute' }
  expect(take(quota, 'a')).toBeNull()
  expect(take(quota, 'b')).toBeNull()
  expect(take(quota, 'a')).toBe(60_000)
})

test('a day is over when it is over', () => {
  const { take, pass } = meterAt()
  const quota: Quota = { amount: 2, of: 'requests', per: 'day' }
  expect(take(quota)).toBeNull()
  pass(3_600_000)
  expect(take(quota)).toBeNull()
  expect(take(quota)).toBe(23 * 3_600_000)
  pass(23 * 3_600_000)
  expect(take(quota)).toBeNull()
})

test('none at all, and a reset', () => {
  const { take, reset } = meterAt()
  expect(take({ amount: 0, of: 'requests', per: 'minute' })).toBe(60_000)
  const one: Quota = { amount: 1, of: 'requests', per: 'minute' }
  expect(take(one)).toBeNull()
  reset()
  expect(take(one)).toBeNull()
})
