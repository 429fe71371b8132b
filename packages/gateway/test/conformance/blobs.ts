import { describe, expect, test } from 'vitest'
import type { Blobs } from '../../src/store/blobs.ts'
import { bytesOf, gathered } from './test-system.ts'

/** One store in a test: empty at first, and its own. */
export interface BlobsUnderTest {
  readonly blobs: Blobs
  /** The same store as another process finds it. */
  reopen(): Promise<Blobs>
  /** Moves the clock it was given. */
  advance(ms: number): void
  readonly nowMs: () => number
}

export const KEY = 'files/a1'
export const HOUR_MS = 3_600_000

export async function* pieces(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield part
}

export async function* breaking(part: Uint8Array): AsyncGenerator<Uint8Array> {
  yield part
  throw new Error('the caller has gone')
}

/** Gives `part`, and the rest once told. */
export async function* halting(part: Uint8Array, told: Promise<void>, rest: Uint8Array) {
  yield part
  await told
  yield rest
}

export const keysOf = async (blobs: Blobs, prefix: string) =>
  (await blobs.list(prefix, { limit: 1000 })).entries.map(({ key }) => key)

/** Tells writers apart. */
const lengthOf = (writer: number) => 50_000 + writer * 1000

/** What every driver of `Blobs` does. */
export function testBlobs(name: string, open: () => Promise<BlobsUnderTest>): void {
  describe(`${name}: blobs`, () => {
    test('come back as they were put, with what was said of them', async () => {
      const { blobs, nowMs } = await open()
      const about = {
        contentType: 'image/png; x=1',
        metadata: { name: 'Straße 🌴', '': 'empty' },
        expiresAtMs: nowMs() + HOUR_MS,
      }
      await blobs.put(KEY, bytesOf(100_000), about)
      const blob = await blobs.get(KEY)
      expect(blob).toMatchObject({ byteLength: 100_000, ...about })
      expect(Buffer.compare((await blob?.bytes()) ?? Buffer.alloc(0), bytesOf(100_000))).toBe(0)
    })

    test('may be empty, and nothing need be said of them', async () => {
      const { blobs } = await open()
      await blobs.put(KEY, new Uint8Array())
      const blob = await blobs.get(KEY)
      expect(blob).toMatchObject({ byteLength: 0, contentType: null, metadata: {}, expiresAtMs: null })
      expect(await blob?.bytes()).toHaveLength(0)
      expect(await gathered(blob!.stream())).toHaveLength(0)
    })

    test('are taken in pieces and given in pieces', async () => {
      const { blobs } = await open()
      const whole = bytesOf(3_000_000)
      await blobs.put(
        KEY,
        pieces(
          whole.subarray(0, 1),
          new Uint8Array(),
          whole.subarray(1, 2_000_001),
          whole.subarray(2_000_001),
        ),
      )
      const blob = await blobs.get(KEY)
      expect(blob?.byteLength).toBe(whole.length)
      expect(Buffer.compare(await gathered(blob!.stream()), whole)).toBe(0)
    })

    test.each([
      [{ from: 10 }, 10, 1_000_000],
      [{ to: 10 }, 0, 10],
      [{ from: 300_000, to: 700_001 }, 300_000, 700_001],
      [{ from: 999_999, to: 2_000_000 }, 999_999, 1_000_000],
      [{ from: 5, to: 5 }, 0, 0],
      [{ from: 1_000_000 }, 0, 0],
    ])('give the range %j', async (range, from, to) => {
      const { blobs } = await open()
      await blobs.put(KEY, bytesOf(1_000_000))
      const read = await gathered((await blobs.get(KEY))!.stream(range))
      expect(Buffer.compare(read, bytesOf(1_000_000).subarray(from, to))).toBe(0)
    })

    test('that are not there are null, and may be deleted all the same', async () => {
      const { blobs } = await open()
      expect(await blobs.get(KEY)).toBeNull()
      await blobs.delete(KEY)
      await blobs.put(KEY, bytesOf(1))
      await blobs.delete(KEY)
      await blobs.delete(KEY)
      expect(await blobs.get(KEY)).toBeNull()
      expect(await keysOf(blobs, 'files/')).toEqual([])
    })

    test('are replaced whole, what was said of them too', async () => {
      const { blobs } = await open()
      await blobs.put(KEY, bytesOf(1000), { contentType: 'image/png', metadata: { a: '1' } })
      await blobs.put(KEY, bytesOf(10, 1))
      const blob = await blobs.get(KEY)
      expect(blob).toMatchObject({ byteLength: 10, contentType: null, metadata: {} })
      expect(await blob?.bytes()).toEqual(Buffer.from(bytesOf(10, 1)))
    })

    test('are there only when they are whole', async () => {
      const { blobs } = await open()
      const told = Promise.withResolvers<void>()
      const put = blobs.put(KEY, halting(bytesOf(100_000), told.promise, bytesOf(1)))
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(await blobs.get(KEY)).toBeNull()
      expect(await keysOf(blobs, 'files/')).toEqual([])
      told.resolve()
      await put
      expect((await blobs.get(KEY))?.byteLength).toBe(100_001)
    })

    test('whose body breaks off change nothing', async () => {
      const { blobs } = await open()
      await expect(blobs.put(KEY, breaking(bytesOf(100)))).rejects.toThrow('the caller has gone')
      expect(await blobs.get(KEY)).toBeNull()
      await blobs.put(KEY, bytesOf(5))
      await expect(blobs.put(KEY, breaking(bytesOf(100)))).rejects.toThrow('the caller has gone')
      expect((await blobs.get(KEY))?.byteLength).toBe(5)
    })

    test('of many writers at once are one of theirs, at every moment', async () => {
      const { blobs } = await open()
      await blobs.put(KEY, new Uint8Array(lengthOf(0)).fill(0))
      const writing = new AbortController()
      const look = async () => {
        let looks = 0
        for (; !writing.signal.aborted; looks++) {
          const blob = await blobs.get(KEY)
          // Replaced between the two: that is said, and no mixture is given.
          const read = await blob?.bytes().catch((thrown: unknown) => {
            expect(thrown).toMatchObject({ code: 'not_found' })
          })
          if (read === undefined) continue
          expect(read.byteLength).toBe(lengthOf(read[0]!))
          expect(read.every((byte) => byte === read[0])).toBe(true)
        }
        return looks
      }
      const looking = [look(), look()]
      const writers = Array.from({ length: 16 }, (_, i) => i + 1)
      for (let round = 0; round < 5; round++) {
        await Promise.all(writers.map((i) => blobs.put(KEY, new Uint8Array(lengthOf(i)).fill(i))))
      }
      writing.abort()
      expect(Math.min(...(await Promise.all(looking)))).toBeGreaterThan(0)
      const last = await (await blobs.get(KEY))!.bytes()
      expect((await blobs.list('files/')).entries).toEqual([{ key: KEY, byteLength: last.byteLength }])
    })

    test('that go while they are read are not found, and never others’ bytes', async () => {
      const { blobs } = await open()
      await blobs.put(KEY, bytesOf(10))
      const deleted = await blobs.get(KEY)
      await blobs.delete(KEY)
      await expect(deleted?.bytes()).rejects.toMatchObject({ code: 'not_found' })
      await expect(gathered(deleted!.stream())).rejects.toMatchObject({ code: 'not_found' })
      await blobs.put(KEY, bytesOf(10, 1))
      await expect(deleted?.bytes()).rejects.toMatchObject({ code: 'not_found' })
    })

    test('expire by the clock, and may be put anew', async () => {
      const { blobs, nowMs, advance } = await open()
      await blobs.put(KEY, bytesOf(10), { expiresAtMs: nowMs() + 1000 })
      await blobs.put('files/b2', bytesOf(10))
      advance(999)
      expect(await blobs.sweep()).toBe(0)
      expect((await blobs.get(KEY))?.byteLength).toBe(10)
      advance(1)
      expect(await blobs.get(KEY)).toBeNull()
      expect(await blobs.sweep()).toBe(1)
      expect(await keysOf(blobs, 'files/')).toEqual(['files/b2'])
      await blobs.put(KEY, bytesOf(3), { expiresAtMs: nowMs() + 1000 })
      expect((await blobs.get(KEY))?.byteLength).toBe(3)
      await blobs.put(KEY, bytesOf(4))
      advance(HOUR_MS)
      expect(await blobs.sweep()).toBe(0)
      expect((await blobs.get(KEY))?.byteLength).toBe(4)
    })

    test('outlive the process', async () => {
      const { blobs, reopen, nowMs, advance } = await open()
      const about = { contentType: 'text/plain', metadata: { a: 'ä' }, expiresAtMs: nowMs() + 1000 }
      await blobs.put(KEY, bytesOf(70_000), about)
      await blobs.put('results/gone', bytesOf(1), { expiresAtMs: nowMs() + 1 })
      advance(500)
      const again = await reopen()
      expect(await again.get(KEY)).toMatchObject({ byteLength: 70_000, ...about })
      expect((await again.list('files/')).entries).toEqual([{ key: KEY, byteLength: 70_000 }])
      expect(await again.get('results/gone')).toBeNull()
      expect(await again.sweep()).toBe(1)
      advance(500)
      expect(await again.get(KEY)).toBeNull()
      expect(await again.sweep()).toBe(1)
    })

    test.each([
      '',
      'files',
      'files/',
      '/files/a',
      'files//a',
      'Files/a',
      'files/A',
      'files/a.b',
      'files/..',
      '../etc/passwd',
      'files/a/../b',
      'files/\0',
      'files/a\n',
      'files/%2e',
      'files/ä',
      'files/-a',
      String.raw`files\a`,
      `files/${'a'.repeat(200)}`,
    ])('have no key like %j', async (key) => {
      const { blobs } = await open()
      await expect(blobs.put(key, bytesOf(1))).rejects.toBeInstanceOf(RangeError)
      await expect(blobs.get(key)).rejects.toBeInstanceOf(RangeError)
      await expect(blobs.delete(key)).rejects.toBeInstanceOf(RangeError)
      await expect(blobs.draft(key, { expiresAtMs: 1 })).rejects.toBeInstanceOf(RangeError)
    })

    test('are told little about', async () => {
      const { blobs } = await open()
      const put = (about: object) => blobs.put(KEY, bytesOf(1), about)
      await put({ metadata: { a: 'x'.repeat(2000) } })
      await expect(put({ metadata: { a: 'x'.repeat(2048) } })).rejects.toBeInstanceOf(RangeError)
      await expect(put({ contentType: 'a\nb' })).rejects.toBeInstanceOf(RangeError)
      await expect(put({ contentType: 'a'.repeat(256) })).rejects.toBeInstanceOf(RangeError)
    })
  })

  describe(`${name}: lists`, () => {
    test('are of a prefix, in the order of keys, page by page', async () => {
      const { blobs } = await open()
      const keys = ['files/x/1', 'files/x/10', 'files/x/2', 'files/x-1/1', 'files/xy/1', 'results/x/1']
      for (const [i, key] of keys.toReversed().entries()) await blobs.put(key, bytesOf(i))
      expect(await keysOf(blobs, 'files/')).toEqual(keys.filter((key) => key.startsWith('files/')).toSorted())
      expect(await keysOf(blobs, 'files/x/')).toEqual(['files/x/1', 'files/x/10', 'files/x/2'])
      expect(await keysOf(blobs, 'files/x/1')).toEqual(['files/x/1', 'files/x/10'])
      expect(await keysOf(blobs, 'none/')).toEqual([])
      const first = await blobs.list('files/x/', { limit: 2 })
      expect(first.entries).toEqual([
        { key: 'files/x/1', byteLength: 5 },
        { key: 'files/x/10', byteLength: 4 },
      ])
      await blobs.delete('files/x/1')
      await blobs.put('files/x/11', bytesOf(1))
      const second = await blobs.list('files/x/', { limit: 2, after: first.next! })
      expect(second).toEqual({
        entries: [
          { key: 'files/x/11', byteLength: 1 },
          { key: 'files/x/2', byteLength: 3 },
        ],
        next: null,
      })
    })

    test('are bounded', async () => {
      const { blobs } = await open()
      await Promise.all(Array.from({ length: 101 }, (_, i) => blobs.put(`files/${i}`, bytesOf(1))))
      const first = await blobs.list('files/')
      expect(first.entries).toHaveLength(100)
      expect((await blobs.list('files/', { after: first.next! })).entries).toHaveLength(1)
      for (const limit of [0, -1, 1.5, 1001, NaN]) {
        await expect(blobs.list('files/', { limit })).rejects.toBeInstanceOf(RangeError)
      }
      for (const prefix of ['', 'files', '/', '../', 'Files/', 'files/.']) {
        await expect(blobs.list(prefix)).rejects.toBeInstanceOf(RangeError)
      }
    })
  })
}
