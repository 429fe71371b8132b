import { expect, test } from 'vitest'
import { fault } from '../contract/error.ts'
import { createLocks, TRIED_AGAIN_MS } from './locks.ts'

const WHY = fault('credential_invalid', 'No.')
const refused = (sentMs: number, nowMs = sentMs + 100) => ({ fault: WHY, isStale: false, sentMs, nowMs })

test('a refusal that began before its key was mended, or of a key that is no more, says nothing', () => {
  const locks = createLocks()
  locks.mended('a', 1000)
  expect(locks.refused('a', refused(900, 1100))).toBe(false)
  expect(locks.refused('a', refused(1200))).toBe(true)
  locks.keepOnly(new Set(['b']))
  expect(locks.why('a')).toBeNull()
  expect(locks.refused('a', refused(1400))).toBe(false)
  expect(locks.why('a')).toBeNull()
})

test('a crowd that was under way with a stale token is one refusal, and the next one locks out', () => {
  const locks = createLocks()
  for (const sentMs of [100, 200, 300]) {
    expect(locks.refused('a', { ...refused(sentMs, sentMs + 1000), isStale: true })).toBe(false)
  }
  expect(locks.refused('a', { ...refused(1200), isStale: true })).toBe(true)
  expect(locks.why('a')).toBe(WHY)
})

test('an answer to what was sent before a key was refused does not let it in', () => {
  const locks = createLocks()
  locks.refused('a', refused(900, 1000))
  expect(locks.letIn('a', 950)).toBe(false)
  expect(locks.letIn('a', 310_000)).toBe(true)
  expect(locks.why('a')).toBeNull()
})

test('one edit at a time tries it again, five minutes after; another at once where that told nothing', () => {
  const locks = createLocks()
  locks.refused('a', refused(0, 0))
  expect(locks.bars('a', TRIED_AGAIN_MS - 1)).toBe(WHY)
  expect(locks.bars('a', TRIED_AGAIN_MS)).toBeNull()
  locks.sent('a', TRIED_AGAIN_MS)
  expect(locks.bars('a', TRIED_AGAIN_MS + 1)).toBe(WHY)
  // Of something that was sent before it was refused.
  locks.unsent('a', -1)
  expect(locks.bars('a', TRIED_AGAIN_MS + 1)).toBe(WHY)
  locks.unsent('a', TRIED_AGAIN_MS)
  expect(locks.bars('a', TRIED_AGAIN_MS + 1)).toBeNull()
  expect(locks.why('a')).toBe(WHY)
})
