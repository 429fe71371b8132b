import { readdir, readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testFiles } from '../../../test/conformance/files.ts'
import {
  bytesOf,
  error,
  forbidden,
  HOUR_MS,
  PNG,
  sha256,
  until,
} from '../../../test/conformance/files-client.ts'
import { serveFiles } from '../../../test/files-server.ts'

describe('the gateway', () =>
  testFiles(({ lifeMs, ...limits } = {}) =>
    serveFiles({ limits: { ...limits, ...(lifeMs !== undefined && { fileLifeMs: lifeMs }) } }),
  ))

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const pixel = () => new Uint8Array(PIXEL)

describe('after a restart', () => {
  test('files are there, in their order, with all that was said of them', async () => {
    const { send, stored, restart, lookup } = await serveFiles()
    for (let i = 1; i <= 3; i++)
      await stored(bytesOf(i), { mimeType: PNG, name: `files/f${i}`, displayName: `Nº ${i}` })
    const before = await send('/v1/files?pageSize=2')
    await restart()
    expect((await send('/v1/files?pageSize=2')).body).toEqual(before.body)
    const rest = await send(`/v1/files?pageToken=${before.body.nextPageToken}`)
    expect(rest.body.files).toMatchObject([{ name: 'files/f1' }])
    await stored(bytesOf(4), { mimeType: PNG, name: 'files/f4' })
    expect((await send('/v1/files?pageSize=1')).body.files).toMatchObject([{ name: 'files/f4' }])
    expect(await lookup('files/f2', 'mine')).toMatchObject({ bytes: Buffer.from(bytesOf(2)) })
    await expect(lookup('files/f2', 'other')).rejects.toThrow()
  })

  test('an upload goes on where it stopped, and its hash is that of all bytes', async () => {
    const { address, put, restart, onDisk, send } = await serveFiles()
    const bytes = bytesOf(300_000)
    const url = await address({ mimeType: PNG, sizeBytes: '300000', displayName: 'x' })
    await put(url, 'upload', 0, bytes.subarray(0, 200_000))
    await restart()
    const [one, two] = await Promise.all([put(url, 'query', null), put(url, 'query', null)])
    expect(one).toMatchObject({ status: 200, upload: 'active', received: '200000' })
    expect(two).toMatchObject({ status: 200, upload: 'active', received: '200000' })
    const last = await put(url, 'upload, finalize', 200_000, bytes.subarray(200_000))
    expect(last.body.file).toMatchObject({ sizeBytes: '300000', sha256Hash: sha256(bytes), displayName: 'x' })
    expect(await onDisk()).toBe(1)
    await restart()
    expect((await put(url, 'query', null)).status).toBe(404)
    expect((await send('/v1/files')).body.files).toHaveLength(1)
  })

  test('an upload that was called off, or too long ago, is not known', async () => {
    const { address, put, restart, advance, onDisk } = await serveFiles()
    const cancelled = await address()
    await put(cancelled, 'upload', 0, bytesOf(10))
    await put(cancelled, 'cancel', null)
    const old = await address()
    await put(old, 'upload', 0, bytesOf(10))
    await restart()
    expect((await put(cancelled, 'query', null)).status).toBe(404)
    advance(6 * HOUR_MS)
    expect((await put(old, 'query', null)).status).toBe(404)
    expect(await onDisk()).toBe(0)
  })
})

describe('what is stored', () => {
  test('is known by its bytes as well as by its label', async () => {
    const { stored, resolve } = await serveFiles()
    const { uri } = await stored(pixel(), { mimeType: 'image/jpeg' })
    const resolved = await resolve(uri, 'mine')
    expect(resolved).toMatchObject({ mimeType: PNG, byteLength: PIXEL.length })
    expect(await resolved?.bytes()).toEqual(PIXEL)
    const text = await stored(new Uint8Array(Buffer.from('hello')), { mimeType: 'text/plain' })
    expect(await resolve(text.name, 'mine')).toMatchObject({ mimeType: 'text/plain' })
  })

  test('is found nowhere else', async () => {
    const { stored, resolve, advance } = await serveFiles()
    const { name } = await stored(pixel())
    for (const uri of [
      '',
      'gs://b/o',
      `${name}/x`,
      `file:///${name}`,
      'files/',
      'files/../x',
      'files/a%2fb',
    ]) {
      expect(await resolve(uri, 'mine')).toBeNull()
    }
    expect(await resolve(name, 'other')).toBeNull()
    expect(await resolve(name, '')).toBeNull()
    advance(48 * HOUR_MS)
    expect(await resolve(name, 'mine')).toBeNull()
  })

  test('names neither key nor upload on the disk', async () => {
    const { address, put, directory } = await serveFiles()
    const url = await address({ mimeType: PNG, displayName: 'A name' })
    await put(url, 'upload', 0, bytesOf(10))
    const id = new URL(url).searchParams.get('upload_id') ?? ''
    const names = await readdir(directory, { recursive: true, withFileTypes: true })
    const files = names.filter((entry) => entry.isFile())
    expect(files).toHaveLength(2)
    for (const { parentPath, name } of files) {
      const text = `${name}\n${await readFile(join(parentPath, name), 'latin1')}`
      expect(text).not.toContain(id)
      expect(text).not.toContain('mine')
    }
  })

  test('keeps a name of any letters, and none that cannot be seen', async () => {
    const { stored, send, restart, failures } = await serveFiles()
    for (const [displayName, kept] of [
      ['漢'.repeat(512), '漢'.repeat(512)],
      ['"\\'.repeat(256), '"\\'.repeat(256)],
      ['\u0001\n\u0085'.repeat(170), '   '.repeat(170)],
      ['\ud800'.repeat(512), '\ufffd'.repeat(512)],
    ] as const) {
      const { name } = await stored(pixel(), { mimeType: `image/png; a=${'x'.repeat(240)}`, displayName })
      await restart()
      expect((await send(`/v1/${name}`)).body).toMatchObject({ displayName: kept })
    }
    expect(failures).toEqual([])
  })
})

describe('limits', () => {
  test('of files of one caller, those under way among them', async () => {
    const { start, stored, send, restart } = await serveFiles({ limits: { maxProjectFiles: 2 } })
    const { name } = await stored(pixel())
    expect((await start({ mimeType: PNG })).status).toBe(200)
    const refused = await start({ mimeType: PNG })
    expect(refused).toMatchObject({ status: 429, body: { error: { status: 'RESOURCE_EXHAUSTED' } } })
    expect((await start({ mimeType: PNG }, {}, 'other')).status).toBe(200)
    await restart()
    await send(`/v1/${name}`, { method: 'DELETE' })
    expect((await start({ mimeType: PNG })).status).toBe(200)
  })

  test('of the store itself: what came is kept, and it goes on once there is room', async () => {
    const { address, put, send, stored } = await serveFiles({ maxBytes: 10_000 })
    const { name } = await stored(bytesOf(5000))
    const url = await address()
    await put(url, 'upload', 0, bytesOf(3000))
    const full = await put(url, 'upload', 3000, bytesOf(3000))
    expect(full).toMatchObject({ status: 507, body: { error: { status: 'RESOURCE_EXHAUSTED' } } })
    expect(await put(url, 'query', null)).toMatchObject({ upload: 'active', received: '3000' })
    await send(`/v1/${name}`, { method: 'DELETE' })
    const whole = Buffer.concat([bytesOf(3000), bytesOf(3000)])
    expect((await put(url, 'upload, finalize', 3000, bytesOf(3000))).body.file).toMatchObject({
      sizeBytes: '6000',
      sha256Hash: sha256(whole),
    })
  })

  test('of time: an upload that takes too long is over in its middle', async () => {
    const { address, put, advance, onDisk } = await serveFiles()
    const url = await address()
    const late = Promise.withResolvers<void>()
    const body = new ReadableStream<Uint8Array>({
      start: async (controller) => {
        controller.enqueue(bytesOf(50))
        await late.promise
        controller.enqueue(bytesOf(50))
        controller.close()
      },
    })
    const said = put(url, 'upload', 0, body)
    await until(async () => (await put(url, 'query', null)).received === '50')
    advance(6 * HOUR_MS)
    late.resolve()
    expect(await said).toMatchObject({ status: 400, upload: 'cancelled' })
    expect(await onDisk()).toBe(0)
  })

  test('of patience: a sender that stands still is cut, and may go on', async () => {
    const { address, put } = await serveFiles({ bodyIdleMs: 200 })
    const url = await address({ mimeType: PNG, sizeBytes: '20' })
    const outgoing = request(url, {
      method: 'POST',
      headers: {
        'x-goog-upload-command': 'upload, finalize',
        'x-goog-upload-offset': '0',
        'content-length': '20',
      },
    })
    outgoing.on('error', () => {})
    outgoing.write(bytesOf(10))
    const { statusCode } = await new Promise<{ statusCode?: number }>((resolve) =>
      outgoing.once('response', resolve),
    )
    expect(statusCode).toBe(408)
    outgoing.destroy()
    await until(async () => (await put(url, 'query', null)).received === '10')
    expect((await put(url, 'upload, finalize', 10, bytesOf(10))).upload).toBe('final')
  })
})

describe('whoever asks', () => {
  test('needs a key but for the pieces, whose address is one', async () => {
    const { origin, address, put, send, stored } = await serveFiles()
    const { name } = await stored(pixel())
    for (const [method, path] of [
      ['POST', '/upload/v1beta/files'],
      ['GET', '/v1beta/files'],
      ['GET', `/v1beta/${name}`],
      ['DELETE', `/v1beta/${name}`],
    ] as const) {
      expect((await fetch(origin + path, { method })).status).toBe(401)
    }
    const url = await address()
    expect((await put(url.replace(/upload_id=./, 'upload_id=z'), 'query', null)).status).toBe(404)
    expect((await put(`${origin}/upload/v1/files/resume?upload_id=`, 'query', null)).status).toBe(404)
    expect(
      (
        await send(
          new URL(url).pathname + new URL(url).search,
          {
            method: 'PUT',
            body: pixel(),
            headers: { 'x-goog-upload-command': 'upload, finalize', 'x-goog-upload-offset': '0' },
          },
          'other',
        )
      ).upload,
    ).toBe('final')
    // It is whose the start was.
    expect((await send('/v1/files')).body.files).toHaveLength(2)
    expect((await send('/v1/files', {}, 'other')).body).toEqual({})
  })

  test('gets the address of the version it came by', async () => {
    const { origin, send } = await serveFiles()
    const headers = {
      'x-goog-upload-protocol': 'resumable',
      'x-goog-upload-command': 'start',
      'x-goog-upload-header-content-type': PNG,
    }
    for (const base of ['/upload/v1', '/upload/v1beta', '/upload']) {
      const said = await send(`${base}/files`, { method: 'POST', headers })
      expect(said.headers.get('x-goog-upload-url')).toMatch(
        new RegExp(`^${origin}${base}/files/resume\\?upload_id=[0-9a-f]{64}&`),
      )
    }
  })

  test.each(['x', 'a/b', '%2e%2e%2f', 'x:download', ':', 'A'.repeat(300)])(
    'finds no file called %j',
    async (id) => {
      const { send, failures } = await serveFiles()
      const said = await send(`/v1/files/${encodeURIComponent(id)}`)
      expect(said.status).toBe(403)
      expect(said.body.error.message.length).toBeLessThan(200)
      expect(failures).toEqual([])
    },
  )

  test('is told of packed pieces, documents that are none, and wrong types', async () => {
    const { address, send } = await serveFiles()
    const { pathname, search } = new URL(await address())
    const headers = {
      'x-goog-upload-command': 'upload',
      'x-goog-upload-offset': '0',
      'content-encoding': 'gzip',
    }
    expect((await send(pathname + search, { method: 'POST', headers, body: pixel() })).status).toBe(415)
    const start = { 'x-goog-upload-protocol': 'resumable', 'x-goog-upload-command': 'start' }
    const begin = (body: string, more: Record<string, string> = {}) =>
      send('/upload/v1/files', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...start, ...more },
        body,
      })
    expect(await begin('{')).toMatchObject({ status: 400, body: { error: { status: 'INVALID_ARGUMENT' } } })
    expect((await begin('[]')).status).toBe(400)
    expect((await begin('{}', { 'content-type': 'image/png' })).status).toBe(415)
    expect(await begin('{}')).toMatchObject({
      status: 400,
      body: error(
        400,
        'INVALID_ARGUMENT',
        '* CreateFileRequest.file.mime_type: must be a MIME type, such as image/png.',
      ),
    })
  })

  test('may have a file of the name another has, and deletes its own', async () => {
    const { send, start, put, lookup } = await serveFiles()
    for (const [key, length] of [
      ['a', 1],
      ['b', 2],
    ] as const) {
      const url = (await start({ mimeType: PNG, name: 'files/same' }, {}, key)).headers.get(
        'x-goog-upload-url',
      )
      await put(url ?? '', 'upload, finalize', 0, bytesOf(length))
    }
    expect((await lookup('files/same', 'a')).bytes).toHaveLength(1)
    expect((await lookup('files/same', 'b')).bytes).toHaveLength(2)
    await send('/v1/files/same', { method: 'DELETE' }, 'a')
    expect((await send('/v1/files/same', {}, 'a')).body).toEqual(forbidden('same'))
    expect((await lookup('files/same', 'b')).bytes).toHaveLength(2)
  })
})
