import { describe, expect, test } from 'vitest'
import type { ServeFiles } from './files.ts'
import { bytesOf, error, forbidden, HOUR_MS, PNG, type Said, until } from './files-client.ts'

/** Fifty bytes, and fifty more once told. */
function halting(told: Promise<void>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: async (controller) => {
      controller.enqueue(bytesOf(50))
      await told
      controller.enqueue(bytesOf(50))
      controller.close()
    },
  })
}

function exhausted(limit: number) {
  return {
    error: {
      code: 429,
      message: `You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.\n* Quota exceeded for metric: generativelanguage.googleapis.com/file_storage_bytes, limit: ${limit}`,
      status: 'RESOURCE_EXHAUSTED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
          violations: [
            {
              quotaMetric: 'generativelanguage.googleapis.com/file_storage_bytes',
              quotaId: 'FileStorageBytesPerProject',
              quotaValue: String(limit),
            },
          ],
        },
        {
          '@type': 'type.googleapis.com/google.rpc.Help',
          links: [
            {
              description: 'Learn more about Gemini API quotas',
              url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
            },
          ],
        },
      ],
    },
  }
}

/** Of an upload that was started. */
function addressIn(said: Said | undefined): string {
  return said?.headers.get('x-goog-upload-url') ?? ''
}

export function testFileLimits(serveFiles: ServeFiles): void {
  describe('a file', () => {
    test('expires by the clock, bytes and all', async () => {
      const { onDisk, send, stored, advance } = await serveFiles({ lifeMs: HOUR_MS })
      const { name } = await stored(bytesOf(10))
      advance(HOUR_MS - 1)
      expect((await send(`/v1/${name}`)).status).toBe(200)
      advance(1)
      expect((await send(`/v1/${name}`)).body).toEqual(forbidden(name.slice(6)))
      await until(async () => (await onDisk()) === 0)
      expect((await send('/v1/files')).body).toEqual({})
    })

    test('belongs to whoever uploaded it', async () => {
      const { lookup, onDisk, send, stored } = await serveFiles()
      const { name } = await stored(bytesOf(10))
      const id = name.slice(6)
      expect(await send(`/v1/${name}`, {}, 'other')).toMatchObject({ status: 403, body: forbidden(id) })
      expect((await send(`/v1/${name}`, { method: 'DELETE' }, 'other')).body).toEqual(forbidden(id))
      expect((await send('/v1/files', {}, 'other')).body).toEqual({})
      await expect(lookup(name, 'other')).rejects.toThrow()
      expect((await send('/v1/files/never-was')).body).toEqual(forbidden('never-was'))
      expect(await send(`/v1/${name}`, { method: 'DELETE', body: '{}' })).toMatchObject({
        status: 200,
        body: {},
      })
      expect((await send(`/v1/${name}`)).body).toEqual(forbidden(id))
      expect(await onDisk()).toBe(0)
    })

    test('uploads cannot be downloaded', async () => {
      const { send, stored } = await serveFiles()
      const { name } = await stored(bytesOf(10))
      const message = `The File ${name.slice(6)} was uploaded: only generated files can be downloaded.`
      expect((await send(`/v1/${name}:download?alt=media`)).body).toEqual(
        error(400, 'INVALID_ARGUMENT', message),
      )
    })
  })

  describe('limits', () => {
    const limits = { maxFileBytes: 100, maxProjectBytes: 250 }
    const tooLarge = error(400, 'INVALID_ARGUMENT', 'The file exceeds the limit of 100 bytes.')

    test('of a file, announced or not', async () => {
      const { onDisk, start, address, put, stored } = await serveFiles(limits)
      expect((await start({ mimeType: PNG, sizeBytes: '101' })).body).toEqual(tooLarge)
      const url = await address()
      expect((await put(url, 'upload', 0, bytesOf(101))).body).toEqual(tooLarge)
      expect(await onDisk()).toBe(0)
      expect((await stored(bytesOf(100))).sizeBytes).toBe('100')
    })

    test('of a project: what is stored, announced and sent counts', async () => {
      const { start, address, put, stored } = await serveFiles(limits)
      await stored(bytesOf(100))
      const pending = await address({ mimeType: PNG, sizeBytes: '100' })
      expect(await start({ mimeType: PNG, sizeBytes: '51' })).toMatchObject({
        status: 429,
        body: exhausted(250),
      })
      expect((await start({ mimeType: PNG, sizeBytes: '51' }, {}, 'other')).status).toBe(200)
      const unannounced = await address()
      expect((await put(unannounced, 'upload', 0, bytesOf(51))).body).toEqual(exhausted(250))
      await put(pending, 'cancel', null)
      expect((await start({ mimeType: PNG, sizeBytes: '100' })).status).toBe(200)
    })

    test('of all projects together, however many keys are invented', async () => {
      const { start, send, stored, advance } = await serveFiles({ ...limits, maxTotalBytes: 300 })
      const announced = { mimeType: PNG, sizeBytes: '100' }
      await stored(bytesOf(100))
      for (const key of ['a', 'b']) expect((await start(announced, {}, key)).status).toBe(200)
      const over = { status: 429, body: exhausted(300) }
      expect(await start({ mimeType: PNG, sizeBytes: '1' }, {}, 'c')).toMatchObject(over)
      const whole = { method: 'POST', headers: { 'content-type': 'multipart/related; boundary=b' } }
      const body = `--b\r\ncontent-type: application/json\r\n\r\n{}\r\n--b\r\ncontent-type: ${PNG}\r\n\r\nx\r\n--b--`
      expect(await send('/upload/v1beta/files', { ...whole, body }, 'd')).toMatchObject(over)
      advance(48 * HOUR_MS)
      expect((await start(announced, {}, 'c')).status).toBe(200)
    })

    test('of what comes at the same time unannounced', async () => {
      const { onDisk, start, put } = await serveFiles({ ...limits, maxTotalBytes: 150 })
      const [first, second] = await Promise.all(['a', 'b'].map((key) => start({ mimeType: PNG }, {}, key)))
      const slow = Promise.withResolvers<void>()
      const late = put(addressIn(first), 'upload, finalize', 0, halting(slow.promise))
      await until(async () => (await put(addressIn(first), 'query', null)).received === '50')
      expect((await put(addressIn(second), 'upload, finalize', 0, bytesOf(100))).status).toBe(200)
      slow.resolve()
      expect(await late).toMatchObject({ status: 429, body: exhausted(150) })
      expect(await onDisk()).toBe(1)
    })

    test('an upload that is cancelled while it comes takes nothing more', async () => {
      const { address, put } = await serveFiles(limits)
      const url = await address()
      const cancelled = Promise.withResolvers<void>()
      const late = put(url, 'upload', 0, halting(cancelled.promise))
      await until(async () => (await put(url, 'query', null)).received === '50')
      await put(url, 'cancel', null)
      cancelled.resolve()
      expect(await late).toMatchObject({ status: 400, upload: 'cancelled' })
      expect((await put(url, 'query', null)).received).toBe('50')
    })
  })
}
