import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { BodyReleasedError } from './byte-ranges.ts'
import type { JsonBlob } from './json-blob.ts'
import { createSkeletonReader } from './skeleton.ts'
import { BodyTooLargeError, BudgetSpentError, type Lease, createSlabPool } from './slabs.ts'

const MIB = 1024 * 1024

test('bytes are copied over as many slabs as they need', async () => {
  const lease = await createSlabPool({ maxBytes: 8 * MIB }).reserve(3 * MIB)
  const bytes = Buffer.from(Array.from({ length: 2.5 * MIB }, (_, index) => (index * index) % 251))
  const views = [100, MIB - 100, MIB + 7, bytes.length].flatMap((to, index, ends) =>
    lease.append(bytes.subarray(ends[index - 1] ?? 0, to)),
  )
  expect(Buffer.concat(views).equals(bytes)).toBe(true)
  bytes.fill(0)
  expect(views[0]?.some((byte) => byte > 0)).toBe(true)
  expect(views.map((view) => view.length)).toEqual([100, MIB - 200, 100, 7, MIB - 7, MIB / 2])
})

test('whoever asks waits in line until there is room', async () => {
  const pool = createSlabPool({ maxBytes: 4 * MIB })
  const granted: string[] = []
  const reserve = async (name: string, bytes: number): Promise<Lease> => {
    const lease = await pool.reserve(bytes)
    granted.push(name)
    return lease
  }
  const first = await reserve('first', 3 * MIB)
  const second = reserve('second', 3 * MIB)
  // There would be room for it, but it came later.
  const third = reserve('third', MIB)
  await setImmediate()
  expect(granted).toEqual(['first'])
  first.release()
  first.release()
  await Promise.all([second, third])
  expect(granted).toEqual(['first', 'second', 'third'])
  const fourth = reserve('fourth', 10)
  await setImmediate()
  expect(granted).toHaveLength(3)
  ;(await third).release()
  await fourth
})

test('a wait is given up on a signal, and lets the next one pass', async () => {
  const pool = createSlabPool({ maxBytes: 4 * MIB })
  await pool.reserve(3 * MIB)
  const leaving = new AbortController()
  const large = pool.reserve(2 * MIB, leaving.signal)
  const small = pool.reserve(MIB)
  leaving.abort(new Error('gone'))
  await expect(large).rejects.toThrow('gone')
  await expect(small).resolves.toBeDefined()
  await expect(pool.reserve(1, AbortSignal.abort(new Error('never came')))).rejects.toThrow('never came')
})

test('what can never fit is refused at once, and what is more than reserved when it comes', async () => {
  const pool = createSlabPool({ maxBytes: 4 * MIB })
  await expect(pool.reserve(4 * MIB + 1)).rejects.toThrow(BodyTooLargeError)
  const lease = await pool.reserve(2_000_000)
  lease.append(new Uint8Array(2_000_000))
  expect(() => lease.append(Uint8Array.of(1))).toThrow(BodyTooLargeError)
})

test('a body of unknown length gives back what it did not need', async () => {
  const pool = createSlabPool({ maxBytes: 4 * MIB })
  const lease = await pool.reserve(4 * MIB)
  const [view] = lease.append(Buffer.from('short'))
  const next = pool.reserve(3 * MIB)
  lease.trim()
  await next
  expect(view?.toString()).toBe('short')
  expect(() => lease.append(Uint8Array.of(1))).toThrow(BodyTooLargeError)
})

test.each([
  ['a small body', 20_000],
  ['a body in slabs', 3_000_000],
])('%s cannot be read after its release, and its memory is used again', async (_, bytes) => {
  const pool = createSlabPool({ maxBytes: 4 * MIB })
  const text = 'A'.repeat(bytes - 100)
  const lease = await pool.reserve(bytes)
  const reader = createSkeletonReader({ lease })
  reader.push(Buffer.from(JSON.stringify({ text })))
  const skeleton = reader.end()
  const { text: blob } = skeleton.value as { text: JsonBlob }
  const views = blob.raw()
  expect(blob.text()).toBe(text)
  lease.release()
  for (const use of [
    () => blob.raw(),
    () => blob.text(),
    () => blob.base64(),
    () => JSON.stringify(blob),
    () => skeleton.raw(),
  ]) {
    expect(use).toThrow(BodyReleasedError)
  }
  const other = await pool.reserve(bytes)
  other.append(Buffer.alloc(bytes, 'B'))
  expect(views.every((view) => view.byteLength === 0)).toBe(true)
  expect(() => lease.append(Uint8Array.of(1))).toThrow(BodyReleasedError)
})

test('a lease is had at once or not at all, and grows while the budget lasts', () => {
  const pool = createSlabPool({ maxBytes: 4 * MIB })
  const fixed = pool.reserveNow(MIB)
  const growing = pool.reserveNow(0, { growTo: 3 * MIB })
  expect(pool.heldBytes()).toBe(2 * MIB)
  growing.append(new Uint8Array(MIB + 1))
  expect(pool.heldBytes()).toBe(3 * MIB)
  expect(() => pool.reserveNow(MIB + 1)).toThrow(BudgetSpentError)
  const other = pool.reserveNow(MIB)
  expect(() => growing.append(new Uint8Array(MIB))).toThrow(BudgetSpentError)
  other.release()
  growing.append(new Uint8Array(2 * MIB - 1))
  expect(() => growing.append(new Uint8Array(1))).toThrow(BodyTooLargeError)
  expect(() => fixed.append(new Uint8Array(MIB + 1))).toThrow(BodyTooLargeError)
  for (const lease of [fixed, growing]) lease.release()
  expect(pool.heldBytes()).toBe(0)
  expect(() => pool.reserveNow(5 * MIB)).toThrow(BodyTooLargeError)
})
