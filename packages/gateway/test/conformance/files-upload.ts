import { createHash } from 'node:crypto'
import { type ClientRequest, request } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { FilesUnderTest, ServeFiles } from './files.ts'
import { bytesOf, error, HOUR_MS, PNG, sha256, until } from './files-client.ts'

export function testUploads(serveFiles: ServeFiles): void {
  describe('a resumable upload', () => {
    test('in chunks, to the last byte', async () => {
      const { lookup, origin, uploadPath, send, start, put } = await serveFiles()
      const bytes = bytesOf(100_000)
      const said = await start(
        { display_name: 'A photo', size_bytes: 100_000 },
        { 'x-goog-upload-header-content-type': PNG, 'x-goog-upload-header-content-length': '100000' },
      )
      expect(said).toMatchObject({ status: 200, body: {}, upload: 'active' })
      const url = said.headers.get('x-goog-upload-url')!
      expect(url).toMatch(
        new RegExp(
          `^${origin}/upload/v1beta/${uploadPath}\\?upload_id=[0-9a-f]{64}&upload_protocol=resumable$`,
        ),
      )
      expect(said.headers.get('x-goog-upload-control-url')).toBe(url)
      expect(said.headers.get('x-goog-upload-chunk-granularity')).toBe('8388608')

      const first = await put(url, 'upload', 0, bytes.subarray(0, 60_000))
      expect(first).toMatchObject({ status: 200, body: {}, upload: 'active', received: '60000' })
      const last = await put(url, 'upload, finalize', 60_000, bytes.subarray(60_000))
      expect(last).toMatchObject({ status: 200, upload: 'final' })
      const { name } = last.body.file
      expect(name).toMatch(/^files\/[a-z0-9]{12}$/)
      expect(last.body).toEqual({
        file: {
          name,
          displayName: 'A photo',
          mimeType: PNG,
          sizeBytes: '100000',
          createTime: '2026-11-22T12:00:00.000Z',
          updateTime: '2026-11-22T12:00:00.000Z',
          expirationTime: '2026-11-24T12:00:00.000Z',
          sha256Hash: sha256(bytes),
          uri: `${origin}/v1beta/${name}`,
          state: 'ACTIVE',
          source: 'UPLOADED',
        },
      })
      expect((await send(`/v1/${name}`)).body).toEqual(last.body.file)
      for (const uri of [
        last.body.file.uri,
        name,
        `https://generativelanguage.googleapis.com/v1beta/${name}`,
      ]) {
        const found = await lookup(uri, 'mine')
        expect(found.mimeType).toBe(PNG)
        expect(Buffer.compare(found.bytes, bytes)).toBe(0)
      }
      expect((await send('/v1/files')).body).toEqual({ files: [last.body.file] })
    })

    test('that breaks off is queried and goes on where it stopped', async () => {
      const server = await serveFiles()
      const { send, address, put } = server
      const bytes = bytesOf(300_000)
      const url = await address({ mimeType: PNG, sizeBytes: '300000' })
      await breakOff(server, url, { bytes: bytes.subarray(0, 200_000), announced: 300_000 })
      let query = await put(url, 'query', null)
      expect(query).toMatchObject({ status: 200, body: {}, upload: 'active', received: '200000' })
      let last = await put(url, 'upload, finalize', 200_000, bytes.subarray(200_000))
      expect(last).toMatchObject({ status: 200, upload: 'final' })
      expect(last.body.file).toMatchObject({ sizeBytes: '300000', sha256Hash: sha256(bytes) })
      query = await put(url, 'query', null)
      expect(query).toMatchObject({ status: 200, upload: 'final', received: '300000' })
      last = await put(url, 'upload, finalize', 0, bytes)
      expect(last).toMatchObject({ status: 400, upload: 'final' })
      expect(last.body).toEqual(error(400, 'INVALID_ARGUMENT', 'The upload is over.'))
      expect((await send('/v1/files')).body.files).toHaveLength(1)
    })

    test('at a wrong offset is refused and told the right one', async () => {
      const { address, put } = await serveFiles()
      const url = await address()
      await put(url, 'upload', 0, bytesOf(10))
      for (const offset of [0, 11, null]) {
        const said = await put(url, 'upload', offset, bytesOf(5))
        expect(said).toMatchObject({ status: 400, upload: 'active', received: '10' })
        expect(said.body).toEqual(
          error(400, 'INVALID_ARGUMENT', 'The next byte of this upload is number 10.'),
        )
      }
      expect((await put(url, 'finalize', null)).body.file).toMatchObject({
        sizeBytes: '10',
        sha256Hash: sha256(bytesOf(10)),
      })
    })

    test('of nothing', async () => {
      const { lookup, stored } = await serveFiles()
      const file = await stored(new Uint8Array(), { mimeType: 'text/plain', sizeBytes: 0 })
      expect(file).toMatchObject({ sizeBytes: '0', sha256Hash: sha256(new Uint8Array()) })
      expect((await lookup(file.name, 'mine')).bytes).toHaveLength(0)
    })

    test('may be called off, and leaves nothing', async () => {
      const { onDisk, address, put } = await serveFiles()
      const url = await address()
      await put(url, 'upload', 0, bytesOf(10))
      expect(await put(url, 'cancel', null)).toMatchObject({ status: 200, upload: 'cancelled' })
      const late = await put(url, 'upload, finalize', 10, bytesOf(1))
      expect(late).toMatchObject({ status: 400, upload: 'cancelled' })
      expect(await onDisk()).toBe(0)
      const final = await address()
      await put(final, 'upload, finalize', 0, bytesOf(1))
      expect(await put(final, 'cancel', null)).toMatchObject({ status: 400, upload: 'final' })
    })

    test('is unknown when it never began, or too long ago', async () => {
      const { origin, uploadPath, onDisk, address, put, advance } = await serveFiles()
      const message = 'The upload is not known: it was never started, or too long ago.'
      const unknown = error(404, 'NOT_FOUND', message)
      const never = `${origin}/upload/v1/${uploadPath}?upload_id=x&upload_protocol=resumable`
      expect((await put(never, 'upload, finalize', 0, bytesOf(1))).body).toEqual(unknown)
      const url = await address()
      advance(48 * HOUR_MS)
      expect((await put(url, 'query', null)).body).toEqual(unknown)
      await until(async () => (await onDisk()) === 0)
      await address()
      advance(48 * HOUR_MS)
      await address()
      await until(async () => (await onDisk()) === 1)
    })

    test('takes no more than was announced, and no less', async () => {
      const { address, put } = await serveFiles()
      const less = await address({ mimeType: PNG, sizeBytes: '10' })
      const early = await put(less, 'upload, finalize', 0, bytesOf(9))
      expect(early).toMatchObject({ status: 400, upload: 'active', received: '9' })
      expect(early.body).toEqual(error(400, 'INVALID_ARGUMENT', 'Fewer bytes came than were announced.'))
      expect(await put(less, 'upload, finalize', 9, bytesOf(1))).toMatchObject({ upload: 'final' })
      const more = await address({ mimeType: PNG, sizeBytes: '10' })
      const late = await put(more, 'upload', 0, bytesOf(11))
      expect(late).toMatchObject({ status: 400, upload: 'cancelled' })
      expect(late.body).toEqual(error(400, 'INVALID_ARGUMENT', 'More bytes came than were announced.'))
    })

    test('has one writer at a time', async () => {
      const { address, put } = await serveFiles()
      const url = await address()
      const slow = open(url, { 'x-goog-upload-command': 'upload', 'x-goog-upload-offset': '0' })
      slow.write(bytesOf(10))
      await until(async () => (await put(url, 'query', null)).received === '10')
      const second = await put(url, 'upload, finalize', 10, bytesOf(1))
      expect(second).toMatchObject({ status: 409, upload: 'active', received: '10' })
      expect(second.body).toEqual(error(409, 'ABORTED', 'Another request is writing to this upload.'))
      slow.end()
      await until(async () => (await put(url, 'upload, finalize', 10, bytesOf(1))).upload === 'final')
    })

    test('of 256 MB does not pass through memory', async () => {
      const { address, put } = await serveFiles()
      const url = await address({ mimeType: 'video/mp4' })
      const piece = bytesOf(1024 * 1024)
      const expected = createHash('sha256')
      for (let i = 0; i < 256; i++) expected.update(piece)
      const before = process.memoryUsage.rss()
      let [sent, most] = [0, before]
      const body = new ReadableStream({
        pull: (controller) => {
          most = Math.max(most, process.memoryUsage.rss())
          controller.enqueue(piece)
          if ((sent += 1) === 256) controller.close()
        },
      })
      const { file } = (await put(url, 'upload, finalize', 0, body)).body
      expect(file).toMatchObject({
        sizeBytes: String(256 * 1024 * 1024),
        sha256Hash: expected.digest('base64'),
      })
      expect((most - before) / 1024 / 1024).toBeLessThan(128)
    })
  })
}

function open(url: string, headers: Record<string, string>): ClientRequest {
  const outgoing = request(url, { method: 'POST', headers })
  outgoing.on('error', () => {})
  return outgoing
}

/** Sends some of the bytes that were announced, then cuts the connection. */
async function breakOff(
  { put, failures }: FilesUnderTest,
  url: string,
  { bytes, announced }: { readonly bytes: Uint8Array; readonly announced: number },
): Promise<void> {
  const outgoing = open(url, {
    'x-goog-upload-command': 'upload, finalize',
    'x-goog-upload-offset': '0',
    'content-length': String(announced),
  })
  await new Promise<void>((resolve) => outgoing.write(bytes, () => resolve()))
  await until(async () => (await put(url, 'query', null)).received === String(bytes.byteLength))
  outgoing.destroy()
  await until(async () => failures.length === 1)
}
