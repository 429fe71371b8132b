import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { emptyDirectory, testSystem } from '../../../test/conformance/test-system.ts'
import { serveHandlers } from '../../../test/door-server.ts'
import { resultOf } from '../../../test/edit-result.ts'
import type { EditResult } from '../../contract/result.ts'
import { toDocument } from '../../edit/document.ts'
import { openFileBlobs } from '../../store/file-blobs.ts'
import { createLinkSigner } from '../../store/link-signer.ts'
import { createResults } from '../../store/results.ts'
import { createStoredEdits } from './stored-edits.ts'

const HOUR_MS = 3_600_000

const served = async ({ keepMs = HOUR_MS, maxBytes = 1e9 } = {}) => {
  const system = testSystem()
  const blobs = await openFileBlobs({ ...system, directory: join(await emptyDirectory(), 'store'), maxBytes })
  const results = createResults({ blobs, clock: system.clock, keepMs })
  const unkept: unknown[] = []
  const edits = createStoredEdits({
    clock: system.clock,
    results,
    links: createLinkSigner(system),
    unkept: (thrown) => unkept.push(thrown),
  })
  const server = await serveHandlers(() => ({
    getEdit: edits.get,
    deleteEdit: edits.delete,
    getImage: edits.image,
  }))
  const { origin } = server
  return {
    ...server,
    unkept,
    blobs,
    advance: system.advance,
    keep: (
      result: EditResult,
      { asLinks = false, keyId = 'mine', metadata = null as Record<string, string> | null } = {},
    ) => edits.keep(result, { keyId, origin, metadata, asLinks }),
    ask: (path: string, { key = 'mine', method = 'GET', accept = 'application/json' } = {}) =>
      fetch(`${origin}${path}`, {
        method,
        headers: { accept, ...(key !== '' && { 'x-goog-api-key': key }) },
      }),
  }
}

const PICTURES = [1, 2, 3, 300_000, 1_000_001].map((length) => randomBytes(length))
const problem = async (answer: Response) => ({
  status: answer.status,
  body: (await answer.json()) as Record<string, unknown>,
})

describe('GET /v1/edits/{id}', () => {
  test('gives the result as it was given at first', async () => {
    const { keep, ask } = await served()
    const result = resultOf({ images: PICTURES })
    expect(await keep(result, { metadata: { order: '7' } })).toEqual({
      links: null,
      metadata: { order: '7' },
    })
    const answer = await ask(`/v1/edits/${result.id}`)
    const text = await answer.text()
    expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(answer.headers.get('plantain-edit-id')).toBe(result.id)
    expect(answer.headers.get('plantain-outcome')).toBe('edited')
    expect(JSON.parse(text)).toEqual({ ...toDocument(result), metadata: { order: '7' } })
  })

  test('gives one without images, whatever came of it', async () => {
    const { keep, ask } = await served()
    const error = { code: 'image_blocked', message: 'No.', docs: 'docs/errors.md#image_blocked' } as const
    const result = resultOf({ images: [], outcome: 'blocked', error })
    await keep(result)
    const answer = await ask(`/v1/edits/${result.id}`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual(toDocument(result))
    const refused = await problem(await ask(`/v1/edits/${result.id}`, { accept: 'image/*' }))
    expect(refused).toMatchObject({ status: 406, body: { code: 'not_acceptable' } })
    expect(refused.body['detail']).toContain('blocked')
  })

  test('gives the last image where a picture is asked for', async () => {
    const { keep, ask } = await served()
    const result = resultOf({ images: PICTURES })
    await keep(result)
    const answer = await ask(`/v1/edits/${result.id}`, { accept: 'image/*' })
    expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), PICTURES.at(-1)!)).toBe(0)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': '1000001',
      'content-disposition': `inline; filename="${result.id}-4.png"`,
      'plantain-edit-id': result.id,
    })
    expect((await ask(`/v1/edits/${result.id}`, { accept: 'text/html' })).status).toBe(406)
  })

  test('gives links where it was made with links', async () => {
    const { keep, ask, advance } = await served()
    const result = resultOf({ images: PICTURES.slice(0, 2) })
    const { links } = await keep(result, { asLinks: true })
    advance(1000)
    const { body } = await problem(await ask(`/v1/edits/${result.id}`))
    expect(body['images']).toEqual(
      toDocument(result).images.map(({ data: _data, ...facts }, index) => ({
        ...facts,
        url: links?.[index],
      })),
    )
  })

  test('tells nobody whether a result is somebody else’s', async () => {
    const { keep, ask, failures } = await served()
    const result = resultOf({ images: PICTURES })
    await keep(result)
    const foreign = await problem(await ask(`/v1/edits/${result.id}`, { key: 'other' }))
    expect(foreign).toMatchObject({ status: 404, body: { code: 'not_found', status: 404 } })
    for (const id of [
      resultOf({ images: [] }).id,
      'x',
      'edit_',
      '%2e%2e%2fx',
      `${result.id}%00`,
      'a'.repeat(500),
    ]) {
      expect(await problem(await ask(`/v1/edits/${id}`, { key: 'other' }))).toEqual(foreign)
      expect(await problem(await ask(`/v1/edits/${id}`, { method: 'DELETE' }))).toEqual(foreign)
    }
    expect(failures.every((thrown) => (thrown as { code?: string }).code === 'not_found')).toBe(true)
    expect((await ask(`/v1/edits/${result.id}`, { key: '' })).status).toBe(401)
  })

  test('does not hold a result of many megabytes in memory', async () => {
    const { keep, ask } = await served()
    const result = resultOf({ images: Array.from({ length: 12 }, () => Buffer.alloc(16 * 1024 * 1024, 'x')) })
    await keep(result)
    const before = process.memoryUsage().rss
    let [received, most] = [0, before]
    for await (const piece of (await ask(`/v1/edits/${result.id}`)).body!) {
      received += piece.byteLength
      most = Math.max(most, process.memoryUsage().rss)
    }
    expect(received).toBeGreaterThan(12 * 22_000_000)
    expect((most - before) / 1024 / 1024).toBeLessThan(160)
  })
})

describe('DELETE /v1/edits/{id}', () => {
  test('takes the result, its images and its links away', async () => {
    const { keep, ask, blobs } = await served()
    const result = resultOf({ images: PICTURES.slice(0, 2) })
    const { links } = await keep(result, { asLinks: true })
    expect((await ask(`/v1/edits/${result.id}`, { method: 'DELETE', key: 'other' })).status).toBe(404)
    expect((await fetch(links?.[1] ?? '')).status).toBe(200)
    const deleted = await problem(await ask(`/v1/edits/${result.id}`, { method: 'DELETE' }))
    expect(deleted).toEqual({ status: 200, body: { id: result.id, deleted: true } })
    expect((await ask(`/v1/edits/${result.id}`)).status).toBe(404)
    expect((await fetch(links?.[1] ?? '')).status).toBe(404)
    expect((await blobs.list('result-images/')).entries).toEqual([])
  })
})

describe('a link to an image', () => {
  test('is good without a key, as long as the result is kept', async () => {
    const { keep, advance } = await served()
    const result = resultOf({ images: PICTURES })
    const { links } = await keep(result, { asLinks: true })
    expect(links).toHaveLength(PICTURES.length)
    for (const [index, link] of (links ?? []).entries()) {
      const answer = await fetch(link)
      expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), PICTURES[index]!)).toBe(0)
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'image/png',
        'content-disposition': `inline; filename="${result.id}-${index}.png"`,
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
        'cache-control': 'private, max-age=3600',
      })
    }
    advance(HOUR_MS - 1)
    expect((await fetch(links?.[0] ?? '')).headers.get('cache-control')).toBe('private, max-age=0')
    advance(1)
    expect((await fetch(links?.[0] ?? '')).status).toBe(404)
  })

  test('is good for nothing else', async () => {
    const { keep, origin } = await served()
    const result = resultOf({ images: PICTURES })
    const other = resultOf({ images: PICTURES })
    const { links } = await keep(result, { asLinks: true })
    await keep(other)
    const { pathname, search } = new URL(links?.[0] ?? '')
    const unknown = await problem(await fetch(`${origin}${pathname}`))
    expect(unknown.status).toBe(404)
    for (const path of [
      `${pathname.replace(/0$/, '1')}${search}`,
      `${pathname.replace(/0$/, '00')}${search}`,
      `${pathname.replace(/0$/, '%30')}${search}`,
      `${pathname.replace(/0$/, '-0')}${search}`,
      `${pathname.replace(result.id, other.id)}${search}`,
      `${pathname}${search.replace(/expires=\d/, 'expires=9')}`,
      `${pathname}${search.slice(0, -1)}`,
      `${pathname}${search.replace('signature', 'Signature')}`,
    ]) {
      expect(await problem(await fetch(`${origin}${path}`))).toEqual(unknown)
    }
    expect((await fetch(`${origin}/v1/edits/${result.id}${search}`)).status).toBe(401)
  })

  test('never shows a page, whatever the image is called', async () => {
    const { keep } = await served()
    const page = Buffer.from('<script>alert(1)</script>')
    const [image] = resultOf({ images: [page] }).images
    const result = { ...resultOf({ images: [page] }), images: [{ ...image!, mimeType: 'text/html' }] }
    const { links } = await keep(result, { asLinks: true })
    const { headers } = await fetch(links?.[0] ?? '')
    expect(headers.get('content-type')).toBe('application/octet-stream')
    expect(headers.get('content-disposition')).toMatch(/^attachment;/)
  })
})

describe('what cannot be kept', () => {
  test('is given to its caller all the same, in the answer', async () => {
    const { keep, unkept, ask } = await served({ maxBytes: 10 })
    const result = resultOf({ images: PICTURES })
    expect(await keep(result, { asLinks: true, metadata: { a: '1' } })).toEqual({
      links: null,
      metadata: { a: '1' },
    })
    expect(unkept).toMatchObject([{ code: 'storage_full' }])
    expect((await ask(`/v1/edits/${result.id}`)).status).toBe(404)
  })

  test('nor is to be, neither', async () => {
    const { keep, unkept } = await served({ keepMs: 0 })
    expect(await keep(resultOf({ images: PICTURES }), { asLinks: true })).toEqual({
      links: null,
      metadata: null,
    })
    expect(unkept).toEqual([])
  })
})
