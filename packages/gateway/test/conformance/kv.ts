import { describe, expect, test } from 'vitest'
import type { Kv } from '../../src/store/kv.ts'

/** One store in a test: empty at first, and its own. */
export interface KvUnderTest {
  readonly kv: Kv
  /** Moves the clock it was given. */
  advance(ms: number): void
}

/** What every driver of `Kv` does. */
export function testKv(name: string, open: () => Promise<KvUnderTest>): void {
  describe(`${name}: texts`, () => {
    test('are set, replaced and deleted', async () => {
      const { kv } = await open()
      expect(await kv.get('a')).toBeNull()
      await kv.set('a', 'Straße 🌴\0\n')
      expect(await kv.get('a')).toBe('Straße 🌴\0\n')
      await kv.set('a', '')
      expect(await kv.get('a')).toBe('')
      expect(await kv.delete('a')).toBe(true)
      expect(await kv.delete('a')).toBe(false)
      expect(await kv.get('a')).toBeNull()
    })

    test('are of the key to the byte', async () => {
      const { kv } = await open()
      const keys = ['a', 'A', 'a ', 'ä', 'a\u0308', '__proto__', 'constructor', '*', 'a:b', 'x'.repeat(512)]
      for (const [i, key] of keys.entries()) await kv.set(key, String(i))
      expect(await Promise.all(keys.map((key) => kv.get(key)))).toEqual(keys.map((_, i) => String(i)))
      for (const key of ['', 'x'.repeat(513), 'ä'.repeat(257)]) {
        await expect(kv.get(key)).rejects.toBeInstanceOf(RangeError)
        await expect(kv.set(key, '')).rejects.toBeInstanceOf(RangeError)
        await expect(kv.increment(key)).rejects.toBeInstanceOf(RangeError)
      }
    })

    test('live as long as they were given', async () => {
      const { kv, advance } = await open()
      await kv.set('a', '1', { ttlMs: 1000 })
      await kv.set('b', '1')
      advance(999)
      expect(await kv.get('a')).toBe('1')
      advance(1)
      expect(await kv.get('a')).toBeNull()
      expect(await kv.delete('a')).toBe(false)
      expect(await kv.get('b')).toBe('1')
    })

    test('set again live anew, and for ever where nothing is said', async () => {
      const { kv, advance } = await open()
      await kv.set('a', '1', { ttlMs: 1000 })
      await kv.set('b', '1', { ttlMs: 1000 })
      advance(500)
      await kv.set('a', '2', { ttlMs: 1000 })
      await kv.set('b', '2')
      advance(999)
      expect(await kv.get('a')).toBe('2')
      advance(1)
      expect(await kv.get('a')).toBeNull()
      advance(1e9)
      expect(await kv.get('b')).toBe('2')
    })

    test('have a time to live or none', async () => {
      const { kv } = await open()
      for (const ttlMs of [0, -1, NaN, Infinity]) {
        await expect(kv.set('a', '1', { ttlMs })).rejects.toBeInstanceOf(RangeError)
        await expect(kv.setIfAbsent('a', '1', { ttlMs })).rejects.toBeInstanceOf(RangeError)
        await expect(kv.increment('a', { ttlMs })).rejects.toBeInstanceOf(RangeError)
      }
      expect(await kv.get('a')).toBeNull()
    })
  })

  describe(`${name}: whoever comes first`, () => {
    test('sets, and nobody after', async () => {
      const { kv } = await open()
      const won = await Promise.all(Array.from({ length: 50 }, (_, i) => kv.setIfAbsent('lock', String(i))))
      expect(won.filter(Boolean)).toHaveLength(1)
      expect(await kv.get('lock')).toBe(String(won.indexOf(true)))
      await kv.delete('lock')
      expect(await kv.setIfAbsent('lock', 'next')).toBe(true)
    })

    test('holds it for a time that nobody after makes longer', async () => {
      const { kv, advance } = await open()
      expect(await kv.setIfAbsent('lock', 'a', { ttlMs: 1000 })).toBe(true)
      advance(500)
      expect(await kv.setIfAbsent('lock', 'b', { ttlMs: 1000 })).toBe(false)
      advance(500)
      expect(await kv.setIfAbsent('lock', 'c', { ttlMs: 1000 })).toBe(true)
      expect(await kv.get('lock')).toBe('c')
    })
  })

  describe(`${name}: counters`, () => {
    test('count everybody', async () => {
      const { kv } = await open()
      const counts = await Promise.all(Array.from({ length: 100 }, () => kv.increment('n')))
      expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
      expect(await kv.get('n')).toBe('100')
    })

    test('go by any step, and from what was set', async () => {
      const { kv } = await open()
      expect(await kv.increment('n', { by: 5 })).toBe(5)
      expect(await kv.increment('n', { by: -7 })).toBe(-2)
      expect(await kv.increment('n', { by: 0 })).toBe(-2)
      await kv.set('n', '41')
      expect(await kv.increment('n')).toBe(42)
    })

    test('last as long as they were given at the beginning', async () => {
      const { kv, advance } = await open()
      await kv.increment('n', { ttlMs: 1000 })
      advance(999)
      expect(await kv.increment('n', { ttlMs: 1000 })).toBe(2)
      advance(1)
      expect(await kv.increment('n', { ttlMs: 1000 })).toBe(1)
      await kv.set('m', '1')
      await kv.increment('m', { ttlMs: 1 })
      advance(1000)
      expect(await kv.get('m')).toBe('2')
    })

    test('are integers, and stay so', async () => {
      const { kv } = await open()
      for (const value of ['', 'x', '1.5', '1e3', ' 1', '01', '-0']) {
        await kv.set('n', value)
        await expect(kv.increment('n')).rejects.toBeInstanceOf(RangeError)
        expect(await kv.get('n')).toBe(value)
      }
      await kv.set('n', String(Number.MAX_SAFE_INTEGER))
      await expect(kv.increment('n')).rejects.toBeInstanceOf(RangeError)
      await expect(kv.increment('m', { by: 0.5 })).rejects.toBeInstanceOf(RangeError)
      expect(await kv.get('m')).toBeNull()
    })
  })
}
