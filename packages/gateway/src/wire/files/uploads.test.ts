import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { FileDraft } from './file-draft.ts'
import { createUploads, type IncomingBytes, type UploadLimits, type UploadsOptions } from './uploads.ts'

const DRAFT: FileDraft = { id: null, displayName: null, mimeType: 'image/png', sizeBytes: null }
const LIMITS: UploadLimits = {
  maxFileBytes: 1000,
  maxProjectBytes: 10_000,
  maxProjectFiles: 3,
  maxTotalBytes: 20_000,
  uploadLifeMs: 1000,
}

/** Bytes that are counted and forgotten. */
function counted(): IncomingBytes {
  let byteLength = 0
  return {
    get byteLength() {
      return byteLength
    },
    append: async (pieces) => {
      for await (const piece of pieces) byteLength += piece.byteLength
    },
    discard: async () => {},
  }
}

const system = {
  clock: { now: () => 0, monotonicMs: () => 0 },
  random: { bytes: (n: number) => randomBytes(n) },
}

const uploadsWith = (options: Partial<UploadsOptions<IncomingBytes>> = {}) =>
  createUploads({
    ...system,
    limits: LIMITS,
    sharedNames: false,
    maxUploads: 100,
    shelf: { bytesOf: () => 0, countOf: () => 0, has: () => false, newId: () => 'x'.repeat(12) },
    open: async () => counted(),
    ...options,
  })

async function* some(...sizes: readonly number[]) {
  for (const size of sizes) yield new Uint8Array(size)
}

test('what goes on without end after a refusal is left', async () => {
  const uploads = uploadsWith()
  const upload = await uploads.start(DRAFT, 'me')
  let given = 0
  async function* endless() {
    for (; given < 1e9; given += 1_000_000) yield new Uint8Array(1_000_000)
  }
  await expect(uploads.append(upload, endless())).rejects.toMatchObject({ status: 400 })
  expect(given).toBeLessThan(70_000_000)
})

test('a caller has so many files and uploads, and two that begin together are both counted', async () => {
  const uploads = uploadsWith({
    shelf: { bytesOf: () => 0, countOf: () => 1, has: () => false, newId: () => 'x' },
  })
  const began = await Promise.allSettled([1, 2, 3].map(() => uploads.start(DRAFT, 'me')))
  expect(began.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  expect(began[2]).toMatchObject({ reason: { status: 429, rpc: 'RESOURCE_EXHAUSTED' } })
  expect(await uploads.start(DRAFT, 'other')).toBeDefined()
  await uploads.cancel((began[0] as PromiseFulfilledResult<Awaited<ReturnType<typeof uploads.start>>>).value)
  expect(await uploads.start(DRAFT, 'me')).toBeDefined()
})

test('names are one for all, or one for each', async () => {
  const named = { ...DRAFT, id: 'mine' }
  for (const sharedNames of [true, false]) {
    const uploads = uploadsWith({ sharedNames })
    await uploads.start(named, 'a')
    await expect(uploads.start(named, 'a')).rejects.toMatchObject({ status: 409 })
    const other = await uploads.start(named, 'b').then(
      () => 'begun',
      ({ status }) => status,
    )
    expect(other).toBe(sharedNames ? 409 : 'begun')
  }
})

test('what could not be kept goes on', async () => {
  const uploads = uploadsWith()
  const upload = await uploads.start(DRAFT, 'me')
  await uploads.append(upload, some(10))
  await expect(uploads.finalize(upload, () => Promise.reject(new Error('disk')))).rejects.toThrow('disk')
  expect(upload.status).toBe('active')
  await uploads.append(upload, some(5))
  const sha256 = createHash('sha256').update(new Uint8Array(15)).digest('base64')
  expect(await uploads.finalize(upload, (_, hash) => hash)).toBe(sha256)
  expect(upload.status).toBe('final')
})

test('that cannot be opened hold no place', async () => {
  let fails = true
  const uploads = uploadsWith({
    open: () => (fails ? Promise.reject(new Error('disk')) : Promise.resolve(counted())),
  })
  for (let i = 0; i < 5; i++) await expect(uploads.start(DRAFT, 'me')).rejects.toThrow('disk')
  fails = false
  expect(await uploads.start(DRAFT, 'me')).toBeDefined()
})

test('of an earlier process are recalled once, and only while they live', async () => {
  let asked = 0
  const record = { id: 'abc', owner: 'me', draft: DRAFT, fileId: 'f', startedAtMs: 0 }
  const recall = async () => {
    asked += 1
    await new Promise((resolve) => setTimeout(resolve, 10))
    return { record, bytes: counted(), hash: createHash('sha256') }
  }
  const uploads = uploadsWith({ recall })
  const [one, two] = await Promise.all([uploads.find('abc'), uploads.find('abc')])
  expect(one).toBe(two)
  expect(await uploads.find('abc')).toBe(one)
  expect(asked).toBe(1)
  let nowMs = 999
  const later = uploadsWith({ recall, clock: { ...system.clock, now: () => nowMs } })
  expect((await later.find('abc')).fileId).toBe('f')
  nowMs = 1000
  await expect(later.find('abc')).rejects.toMatchObject({ status: 404 })
})
