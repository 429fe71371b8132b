import { describe, expect, test } from 'vitest'
import { type BlobsUnderTest, breaking, halting, HOUR_MS, KEY, keysOf, pieces } from './blobs.ts'
import { bytesOf, gathered } from './test-system.ts'

/** What the drafts of every driver of `Blobs` do. */
export function testDrafts(name: string, open: () => Promise<BlobsUnderTest>): void {
  const opened = async () => {
    const store = await open()
    const expiresAtMs = store.nowMs() + HOUR_MS
    return { ...store, expiresAtMs, draft: await store.blobs.draft(KEY, { expiresAtMs }) }
  }

  describe(`${name}: drafts`, () => {
    test('grow by pieces, and are a blob at the end', async () => {
      const { blobs, draft, nowMs } = await opened()
      const whole = bytesOf(700_000)
      expect(draft.byteLength).toBe(0)
      await draft.append(0, whole.subarray(0, 100))
      await draft.append(100, pieces(whole.subarray(100, 300_000), whole.subarray(300_000, 500_000)))
      expect(draft.byteLength).toBe(500_000)
      expect(await blobs.get(KEY)).toBeNull()
      expect(await keysOf(blobs, 'files/')).toEqual([])
      await draft.append(500_000, whole.subarray(500_000))
      expect(Buffer.compare(await gathered(draft.stream()), whole)).toBe(0)
      expect(await gathered(draft.stream({ from: 3, to: 5 }))).toEqual(Buffer.from(whole.subarray(3, 5)))
      await draft.commit({ contentType: 'image/png', metadata: { a: '1' }, expiresAtMs: nowMs() + 10 })
      const blob = await blobs.get(KEY)
      expect(blob).toMatchObject({ byteLength: 700_000, contentType: 'image/png', metadata: { a: '1' } })
      expect(Buffer.compare(await blob!.bytes(), whole)).toBe(0)
    })

    test('may be empty', async () => {
      const { blobs, draft } = await opened()
      await draft.commit()
      expect((await blobs.get(KEY))?.byteLength).toBe(0)
    })

    test('keep what had come when a sender breaks off', async () => {
      const { blobs, draft } = await opened()
      await expect(draft.append(0, breaking(bytesOf(100)))).rejects.toThrow('the caller has gone')
      expect(draft.byteLength).toBe(100)
      await draft.append(100, bytesOf(5))
      await draft.commit()
      expect(await (await blobs.get(KEY))?.bytes()).toEqual(Buffer.concat([bytesOf(100), bytesOf(5)]))
    })

    test('ask for a piece only once the one before is kept', async () => {
      const { draft } = await opened()
      const seen: number[] = []
      async function* watching() {
        for (let i = 0; i < 3; i++) {
          seen.push(draft.byteLength)
          yield bytesOf(10)
        }
      }
      await draft.append(0, watching())
      expect(seen).toEqual([0, 10, 20])
    })

    test('take bytes where they end, from one writer at a time', async () => {
      const { draft } = await opened()
      await draft.append(0, bytesOf(10))
      for (const offset of [0, 9, 11]) {
        await expect(draft.append(offset, bytesOf(1))).rejects.toBeInstanceOf(RangeError)
      }
      const told = Promise.withResolvers<void>()
      const slow = draft.append(10, halting(bytesOf(1), told.promise, bytesOf(1)))
      await new Promise((resolve) => setTimeout(resolve, 20))
      await expect(draft.append(draft.byteLength, bytesOf(1))).rejects.toBeInstanceOf(RangeError)
      await expect(draft.commit()).rejects.toBeInstanceOf(RangeError)
      told.resolve()
      await slow
      expect(draft.byteLength).toBe(12)
    })

    test('outlive the process', async () => {
      const { draft, reopen, expiresAtMs } = await opened()
      await expect(draft.append(0, breaking(bytesOf(100_000)))).rejects.toThrow('the caller has gone')
      const again = await reopen()
      const found = await again.draft(KEY, { expiresAtMs })
      expect(found.byteLength).toBe(100_000)
      await found.append(100_000, bytesOf(1))
      await found.commit()
      const whole = Buffer.concat([bytesOf(100_000), bytesOf(1)])
      expect(Buffer.compare(await (await again.get(KEY))!.bytes(), whole)).toBe(0)
      expect((await again.draft(KEY, { expiresAtMs })).byteLength).toBe(0)
    })

    test('are one a key', async () => {
      const { blobs, draft, expiresAtMs } = await opened()
      await draft.append(0, bytesOf(10))
      expect((await blobs.draft(KEY, { expiresAtMs: expiresAtMs + 1 })).byteLength).toBe(10)
      expect((await blobs.draft('files/other', { expiresAtMs })).byteLength).toBe(0)
    })

    test('are given up in the end', async () => {
      const { blobs, draft, advance, nowMs } = await opened()
      await draft.append(0, bytesOf(10))
      advance(HOUR_MS - 1)
      expect(await blobs.sweep()).toBe(0)
      advance(1)
      expect(await blobs.sweep()).toBe(1)
      await expect(draft.append(10, bytesOf(1))).rejects.toBeInstanceOf(RangeError)
      expect((await blobs.draft(KEY, { expiresAtMs: nowMs() + 1 })).byteLength).toBe(0)
    })

    test('are not given up while bytes come', async () => {
      const { blobs, draft, advance } = await opened()
      const told = Promise.withResolvers<void>()
      const slow = draft.append(0, halting(bytesOf(10), told.promise, bytesOf(10)))
      await new Promise((resolve) => setTimeout(resolve, 20))
      advance(HOUR_MS)
      expect(await blobs.sweep()).toBe(0)
      told.resolve()
      await slow
      expect(draft.byteLength).toBe(20)
      expect(await blobs.sweep()).toBe(1)
    })

    test('discarded are nothing', async () => {
      const { blobs, draft, expiresAtMs } = await opened()
      await blobs.put(KEY, bytesOf(3))
      await draft.append(0, bytesOf(10))
      await draft.discard()
      await draft.discard()
      await expect(draft.append(10, bytesOf(1))).rejects.toBeInstanceOf(RangeError)
      await expect(draft.commit()).rejects.toBeInstanceOf(RangeError)
      expect((await blobs.get(KEY))?.byteLength).toBe(3)
      expect((await blobs.draft(KEY, { expiresAtMs })).byteLength).toBe(0)
    })

    test('discarded while bytes come take no more of them', async () => {
      const { draft } = await opened()
      const told = Promise.withResolvers<void>()
      const slow = draft.append(0, halting(bytesOf(10), told.promise, bytesOf(10)))
      const outcome = expect(slow).rejects.toBeInstanceOf(RangeError)
      await new Promise((resolve) => setTimeout(resolve, 20))
      await draft.discard()
      told.resolve()
      await outcome
    })

    test('take the place of the blob there was', async () => {
      const { blobs, draft } = await opened()
      await blobs.put(KEY, bytesOf(1000))
      await draft.append(0, bytesOf(10, 1))
      await draft.commit()
      expect(await (await blobs.get(KEY))?.bytes()).toEqual(Buffer.from(bytesOf(10, 1)))
      expect((await blobs.list('files/')).entries).toEqual([{ key: KEY, byteLength: 10 }])
    })
  })
}
