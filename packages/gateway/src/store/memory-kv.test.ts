import { describe, expect, test } from 'vitest'
import { testKv } from '../../test/conformance/kv.ts'
import { testSystem } from '../../test/conformance/test-system.ts'
import { memoryKv, type MemoryKvOptions } from './memory-kv.ts'

const opened = (options: Partial<MemoryKvOptions> = {}) => {
  const { clock, advance } = testSystem()
  return { kv: memoryKv({ clock, ...options }), advance }
}

testKv('memory', async () => opened())

describe('memory', () => {
  const full = { code: 'storage_full' }

  test('holds so many entries, and refuses rather than forgets', async () => {
    const { kv, advance } = opened({ maxEntries: 2 })
    await kv.set('a', '1')
    await kv.set('b', '1', { ttlMs: 1000 })
    await expect(kv.set('c', '1')).rejects.toMatchObject(full)
    await expect(kv.setIfAbsent('c', '1')).rejects.toMatchObject(full)
    await expect(kv.increment('c')).rejects.toMatchObject(full)
    await kv.set('a', '2')
    expect(await kv.increment('b')).toBe(2)
    advance(1000)
    await kv.set('c', '1')
    await expect(kv.set('d', '1')).rejects.toMatchObject(full)
    await kv.delete('a')
    await kv.set('d', '1')
  })

  test('holds so many bytes, as UTF-8, and gives back what is replaced', async () => {
    const { kv, advance } = opened({ maxBytes: 10 })
    await kv.set('a', 'ää12345')
    await expect(kv.set('b', '')).rejects.toMatchObject(full)
    await expect(kv.set('a', '1234567890')).rejects.toMatchObject(full)
    expect(await kv.get('a')).toBe('ää12345')
    for (let i = 0; i < 100; i++) await kv.set('a', '123456789', { ttlMs: 1000 })
    await expect(kv.set('b', '')).rejects.toMatchObject(full)
    advance(1000)
    await kv.set('b', '123456789')
  })

  test('full of what lives on is not searched at every call', async () => {
    const { kv } = opened({ maxEntries: 50_000 })
    for (let i = 0; i < 50_000; i++) await kv.set(`k${i}`, '', { ttlMs: 1e6 })
    const beganMs = performance.now()
    for (let i = 0; i < 5000; i++) await kv.set(`more${i}`, '').catch(() => {})
    // Searching fifty thousand takes about a millisecond: five seconds in all.
    expect(performance.now() - beganMs).toBeLessThan(2000)
  })
})
