import { expect, test } from 'vitest'
import { isId, newId, timeOfId } from './id.ts'
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

test('an id is told from what only looks like one', () => {
  const id = newId('edit', realSystem)
  expect(isId('edit', id)).toBe(true)
  const others = [id.slice(5), `${id}0`, ` ${id}`, `${id}\n`, id.toUpperCase(), id.replace('edit', 'file')]
  for (const text of [...others, id.replaceAll('-', '_'), 'edit_', '', `edit_../${id.slice(8)}`]) {
    expect(isId('edit', text)).toBe(false)
  }
})
