import { expect, test } from 'vitest'
import { createAnswerPool } from './answer-pool.ts'

const MIB = 2 ** 20

test('memory is used again once it is given back, and seen through no earlier view', () => {
  const pool = createAnswerPool({ maxIdleBytes: 8 * MIB })
  const first = pool.lease()
  const before = first.take(MIB + 1)
  expect(before.length).toBe(2 * MIB)
  before.fill(7)
  first.release()
  first.release()
  expect(before.length).toBe(0)
  const second = pool.lease()
  // Fresh memory would be zeros.
  expect(second.take(2 * MIB)[MIB]).toBe(7)
  expect(second.take(2 * MIB)[MIB]).toBe(0)
  expect(second.take(1).length).toBe(64 * 1024)
})

test('what nobody uses is kept up to a limit, and the largest not at all', () => {
  const pool = createAnswerPool({ maxIdleBytes: 3 * MIB })
  const crowd = pool.lease()
  for (let count = 0; count < 3; count += 1) crowd.take(MIB + 1).fill(7)
  crowd.take(64 * MIB).fill(7)
  crowd.release()
  const after = pool.lease()
  expect([0, 1].map(() => after.take(2 * MIB)[0])).toEqual([7, 0])
  expect(after.take(64 * MIB)[0]).toBe(0)
})
