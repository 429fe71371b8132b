import { expect, test } from 'vitest'
import { newId, timeOfId } from './id.ts'
import { realSystem } from '../system.ts'

test('ids are UUIDv7 behind their prefix and sort by time', () => {
  let now = 1_790_000_000_000
  const system = { ...realSystem, clock: { now: () => now, monotonicMs: () => 0 } }
  const first = newId('edit', system)
  now += 1
  const second = newId('edit', system)
  expect(first).toMatch(/^edit_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(parseInt(first.slice(5).replaceAll('-', '').slice(0, 12), 16)).toBe(now - 1)
  expect(first < second).toBe(true)
})

test('an id tells when it was made, and nothing else does', () => {
  const system = { ...realSystem, clock: { now: () => 1_790_000_000_123, monotonicMs: () => 0 } }
  expect(timeOfId(newId('att', system))).toBe(1_790_000_000_123)
  expect(timeOfId('att_1')).toBe(null)
  expect(timeOfId('')).toBe(null)
})
