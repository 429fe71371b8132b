import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRetryBudget, MOST_TOKENS, RETRY_COST, RETRY_COST_WHEN_LATE } from './retry-budget.ts'

test('a target that answers nothing gets a hundred retries, or fifty where it is late', () => {
  expect([MOST_TOKENS, RETRY_COST, RETRY_COST_WHEN_LATE]).toEqual([500, 5, 10])
  for (const [cost, retries] of [
    [5, 100],
    [10, 50],
  ] as const) {
    const budget = createRetryBudget()
    let spent = 0
    while (budget.spend(cost)) spent += 1
    expect(spent).toBe(retries)
    expect(budget.tokens()).toBe(0)
  }
})

test('an answer brings back what its retry had cost, or one token', () => {
  const budget = createRetryBudget()
  for (const cost of [10, 5, 5]) budget.spend(cost)
  budget.refund(10)
  expect(budget.tokens()).toBe(490)
  budget.refund(0)
  expect(budget.tokens()).toBe(491)
  budget.refund(5)
  budget.refund(5)
  expect(budget.tokens()).toBe(500)
})

test('what is not there is not spent, not even in part', () => {
  const budget = createRetryBudget()
  budget.spend(497)
  expect(budget.spend(5)).toBe(false)
  expect(budget.tokens()).toBe(3)
})

test('it never holds less than nothing or more than it began with', () => {
  const move = fc.record({ isRefund: fc.boolean(), cost: fc.constantFrom(0, 5, 5, 5, 10) })
  fc.assert(
    fc.property(fc.array(move, { maxLength: 600, size: 'max' }), (moves) => {
      const budget = createRetryBudget()
      for (const { isRefund, cost } of moves) {
        const before = budget.tokens()
        if (isRefund) budget.refund(cost)
        else expect(budget.spend(cost)).toBe(before >= cost)
        expect(budget.tokens()).toBeGreaterThanOrEqual(0)
        expect(budget.tokens()).toBeLessThanOrEqual(MOST_TOKENS)
      }
    }),
    { numRuns: 300 },
  )
})
