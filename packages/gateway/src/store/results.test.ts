import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { resultOf } from '../../test/edit-result.ts'
import { emptyDirectory, testSystem } from '../../test/conformance/test-system.ts'
import { openFileBlobs } from './file-blobs.ts'
import { createResults, type Keeping } from './results.ts'

const MINE: Keeping = { keyId: 'mine', asLinks: false, metadata: null }

const opened = async ({ keepMs = 1000, maxBytes = 1e9 } = {}) => {
  const system = testSystem()
  const directory = join(await emptyDirectory(), 'store')
  const open = async () => {
    const blobs = await openFileBlobs({ ...system, directory, maxBytes })
    return { blobs, results: createResults({ blobs, clock: system.clock, keepMs }) }
  }
  return { ...(await open()), ...system, reopen: open }
}

const listed = async ({ blobs }: Pick<Awaited<ReturnType<typeof opened>>, 'blobs'>) =>
  (await Promise.all(['results/', 'result-images/'].map((prefix) => blobs.list(prefix)))).flatMap(
    ({ entries }) => entries,
  )

describe('a result', () => {
  test('is found again as it was, without its bytes; its images beside it', async () => {
    const { results, reopen, clock } = await opened()
    const result = resultOf({ images: [Buffer.from('first'), Buffer.from('second, and last')] })
    const metadata = { order: '7' }
    const kept = await results.keep(result, { ...MINE, asLinks: true, metadata })
    const { images, sources: _sources, ...rest } = result
    const facts = images.map(({ bytes: _bytes, byteLength: _byteLength, ...image }) => image)
    expect(kept).toEqual({
      document: { ...rest, images: facts },
      asLinks: true,
      metadata,
      expiresAtMs: clock.now() + 1000,
    })
    for (const one of [results, (await reopen()).results]) {
      expect(await one.find(result.id, 'mine')).toEqual(kept)
      const image = await one.image(result.id, 1)
      expect(image).toMatchObject({
        contentType: 'image/png',
        byteLength: 16,
        expiresAtMs: kept?.expiresAtMs,
      })
      expect(String(await image?.bytes())).toBe('second, and last')
      expect(await one.image(result.id, 2)).toBeNull()
    }
  })

  test('is there for a while, then nothing of it', async () => {
    const store = await opened()
    const result = resultOf({ images: [Buffer.from('x')] })
    await store.results.keep(result, MINE)
    store.advance(999)
    expect(await store.results.find(result.id, 'mine')).not.toBeNull()
    store.advance(1)
    expect(await store.results.find(result.id, 'mine')).toBeNull()
    expect(await store.results.image(result.id, 0)).toBeNull()
    expect(await store.results.delete(result.id, 'mine')).toBe(false)
    expect(await store.blobs.sweep()).toBe(2)
    expect(await listed(store)).toEqual([])
  })

  test('is nobody else’s to find or to delete', async () => {
    const { results } = await opened()
    const result = resultOf({ images: [Buffer.from('x')] })
    await results.keep(result, MINE)
    for (const keyId of ['other', '', 'Mine', 'mine/']) {
      expect(await results.find(result.id, keyId)).toBeNull()
      expect(await results.delete(result.id, keyId)).toBe(false)
    }
    expect(await results.find(result.id, 'mine')).not.toBeNull()
  })

  test('is deleted with its images', async () => {
    const store = await opened()
    const result = resultOf({ images: [Buffer.from('x'), Buffer.from('y')] })
    await store.results.keep(result, MINE)
    expect(await store.results.delete(result.id, 'mine')).toBe(true)
    expect(await store.results.find(result.id, 'mine')).toBeNull()
    expect(await store.results.image(result.id, 0)).toBeNull()
    expect(await store.results.delete(result.id, 'mine')).toBe(false)
    expect(await listed(store)).toEqual([])
  })

  test('without images, of a key of any letters, is kept as well', async () => {
    const { results } = await opened()
    const result = resultOf({ images: [] })
    await results.keep(result, { ...MINE, keyId: '../ü\0' })
    expect((await results.find(result.id, '../ü\0'))?.document.images).toEqual([])
  })

  test('of which nothing is to be kept is not', async () => {
    const store = await opened({ keepMs: 0 })
    expect(await store.results.keep(resultOf({ images: [Buffer.from('x')] }), MINE)).toBeNull()
    expect(await listed(store)).toEqual([])
  })

  test('for which there is no room leaves nothing', async () => {
    const store = await opened({ maxBytes: 100 })
    const result = resultOf({ images: [Buffer.alloc(40), Buffer.alloc(40)] })
    await expect(store.results.keep(result, MINE)).rejects.toMatchObject({ code: 'storage_full' })
    expect(await listed(store)).toEqual([])
    expect(await store.results.find(result.id, 'mine')).toBeNull()
  })

  test.each([
    '',
    'x',
    '../../etc/passwd',
    'edit_../x',
    'edit_0190',
    'EDIT_01900000-0000-7000-8000-000000000000',
  ])('is not looked for under %j', async (id) => {
    const { results } = await opened()
    expect(await results.find(id, 'mine')).toBeNull()
    expect(await results.image(id, 0)).toBeNull()
    expect(await results.delete(id, 'mine')).toBe(false)
  })

  test.each([-1, 1.5, NaN, Infinity, 1e300])('has no image number %d', async (index) => {
    const { results } = await opened()
    const result = resultOf({ images: [Buffer.from('x')] })
    await results.keep(result, MINE)
    expect(await results.image(result.id, index)).toBeNull()
  })
})
