import { describe, expect, test } from 'vitest'
import { type ErrorCode, fault, type FaultDetails } from '../contract/error.ts'
import { begun, note, type Progress } from './progress.ts'
import { failing, stage } from './route.fixture.ts'
import type { Candidate } from './target.ts'
import { verdictOf } from './verdict.ts'

/** Two targets with two keys and two models each. */
const { targets } = stage({
  a: [() => failing('internal'), () => failing('internal')],
  b: [() => failing('internal'), () => failing('internal')],
})
const CANDIDATES = targets.flatMap((target) =>
  ['m', 'n'].map((model): Candidate => ({ target, model, tier: 0, weight: 1, degraded: false, notices: [] })),
)

function noted(
  codes: readonly ErrorCode[],
  {
    nowMs = 0,
    dice = 0,
    details = {},
  }: { readonly nowMs?: number; readonly dice?: number; readonly details?: FaultDetails } = {},
) {
  const progress = begun(CANDIDATES, 4)
  const [candidate] = CANDIDATES
  const [key] = candidate?.target.keys ?? []
  if (candidate === undefined || key === undefined) throw new Error('nobody is there')
  for (const code of codes) {
    const verdict = verdictOf(fault(code, 'No.', details), { ambiguous: 'retry', noImage: 'retry' })
    note(progress, { candidate, key }, verdict, { nowMs, random: () => dice })
  }
  return { tried: progress.tries.get(candidate), closed: closedOf(progress), key }
}

const closedOf = ({ closed }: Progress) => [...closed].map(({ target, model }) => `${target.name} ${model}`)

describe('who is out of question for the edit', () => {
  test.each<[ErrorCode, readonly string[]]>([
    ['region_unavailable', ['a m', 'a n']],
    ['model_unavailable', ['a m']],
    ['upstream_overloaded', []],
    ['upstream_error', []],
    ['rate_limited', []],
    ['quota_exhausted', []],
    ['credential_invalid', []],
    ['no_image', []],
  ])('after %s: %j', (code, closed) => {
    expect(noted([code]).closed).toEqual(closed)
  })

  test.each<[ErrorCode, boolean]>([
    ['quota_exhausted', true],
    ['credential_invalid', true],
    ['billing_required', true],
    ['rate_limited', false],
    ['upstream_error', false],
  ])('after %s its key too: %s', (code, isSpent) => {
    const { tried, key } = noted([code])
    expect(tried?.keys.has(key.name)).toBe(true)
    expect(tried?.spentKeys.has(key.name)).toBe(isSpent)
  })
})

describe('how long it keeps away', () => {
  test.each<[ErrorCode, readonly number[]]>([
    ['upstream_error', [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 20_000, 20_000]],
    ['upstream_overloaded', [1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]],
  ])('after %s by full jitter up to %j ms', (code, most) => {
    for (const [at, mostMs] of most.entries()) {
      const codes = Array<ErrorCode>(at + 1).fill(code)
      for (const dice of [0.25, 0.5, 0.999_999])
        expect(noted(codes, { nowMs: 7, dice }).tried?.notBeforeMs).toBeCloseTo(7 + mostMs * dice, 6)
      // Not in the same moment, however the dice fall.
      expect(noted(codes, { nowMs: 7, dice: 0 }).tried?.notBeforeMs).toBe(8)
    }
  })

  test.each<[ErrorCode]>([['upstream_overloaded'], ['upstream_error'], ['upstream_interrupted']])(
    'as long as it is asked to after %s, or longer where the dice say so',
    (code) => {
      const wait = (waitMs: number) =>
        noted([code], { nowMs: 7, dice: 0.5, details: { waitMs } }).tried?.notBeforeMs
      expect(wait(30_000)).toBe(30_007)
      expect(wait(1)).toBe(noted([code], { nowMs: 7, dice: 0.5 }).tried?.notBeforeMs)
    },
  )

  test.each<[ErrorCode]>([['rate_limited'], ['credential_invalid'], ['no_image']])(
    'not at all after %s, which is no failure of the place',
    (code) => {
      expect(noted([code], { nowMs: 7, dice: 0.5 }).tried).toMatchObject({ notBeforeMs: 0, failures: 0 })
    },
  )

  test('who was late is remembered as that until it fails in another way', () => {
    expect(noted(['upstream_timeout']).tried).toMatchObject({ wasLate: true, failures: 1 })
    expect(noted(['upstream_timeout', 'rate_limited']).tried?.wasLate).toBe(true)
    expect(noted(['upstream_timeout', 'upstream_error']).tried?.wasLate).toBe(false)
  })
})
