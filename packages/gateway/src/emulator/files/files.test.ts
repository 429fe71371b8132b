import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import {
  bytesOf,
  error,
  forbidden,
  HOUR_MS,
  PNG,
  type Said,
  serveFiles,
  until,
} from './files-server.fixture.ts'

test('expires by the clock, bytes and all', async () => {
  const { directory, send, stored, advance } = await serveFiles({ limits: { lifeMs: HOUR_MS } })
  const { name } = await stored(bytesOf(10))
  advance(HOUR_MS - 1)
  expect((await send(`/v1/${name}`)).status).toBe(200)
  advance(1)
  expect((await send(`/v1/${name}`)).body).toEqual(forbidden(name.slice(6)))
  await until(async () => (await readdir(directory)).length === 0)
  expect((await send('/v1/files')).body).toEqual({})
})

test('belongs to whoever uploaded it', async () => {
  const { files, directory, send, stored } = await serveFiles()
  const { name } = await stored(bytesOf(10))
  const id = name.slice(6)
  expect(await send(`/v1/${name}`, {}, 'other')).toMatchObject({ status: 403, body: forbidden(id) })
  expect((await send(`/v1/${name}`, { method: 'DELETE' }, 'other')).body).toEqual(forbidden(id))
  expect((await send('/v1/files', {}, 'other')).body).toEqual({})
  await expect(files.lookup(name, 'other')).rejects.toMatchObject({ status: 403 })
  expect((await send('/v1/files/never-was')).body).toEqual(forbidden('never-was'))
  expect(await send(`/v1/${name}`, { method: 'DELETE', body: '{}' })).toMatchObject({ status: 200, body: {} })
  expect((await send(`/v1/${name}`)).body).toEqual(forbidden(id))
  expect(await readdir(directory)).toEqual([])
})

test('uploads cannot be downloaded', async () => {
  const { send, stored } = await serveFiles()
  const { name } = await stored(bytesOf(10))
  const message = `The File ${name.slice(6)} was uploaded: only generated files can be downloaded.`
  expect((await send(`/v1/${name}:download?alt=media`)).body).toEqual(error(400, 'INVALID_ARGUMENT', message))
})

test('is PROCESSING as long as told, and no use until then', async () => {
  const { files, send, stored, advance } = await serveFiles({ processingMs: 5_000 })
  const file = await stored(bytesOf(10))
  expect(file.state).toBe('PROCESSING')
  const message = `The File ${file.name.slice(6)} is not in an ACTIVE state and usage is not allowed.`
  await expect(files.lookup(file.uri, 'mine')).rejects.toMatchObject({
    envelope: error(400, 'FAILED_PRECONDITION', message),
  })
  advance(5_000)
  expect((await send(`/v1/${file.name}`)).body.state).toBe('ACTIVE')
  expect((await files.lookup(file.uri, 'mine')).bytes).toHaveLength(10)
})

test.each(['gs://bucket/object', 'files/', 'files/a/b', 'https://h/files/../x', 'file:///etc/passwd'])(
  'looks nothing up elsewhere: %s',
  async (uri) => {
    const { files } = await serveFiles()
    await expect(files.lookup(uri, 'mine')).rejects.toMatchObject({
      envelope: error(400, 'INVALID_ARGUMENT', `Invalid or unsupported file uri: ${uri}`),
    })
  },
)

test('clear leaves neither files nor uploads', async () => {
  const { files, directory, send, address, put, stored } = await serveFiles()
  const { name } = await stored(bytesOf(10))
  const url = await address()
  await put(url, 'upload', 0, bytesOf(10))
  await files.clear()
  expect(await readdir(directory)).toEqual([])
  expect(files.held()).toEqual([])
  expect((await send(`/v1/${name}`)).status).toBe(403)
  expect((await put(url, 'query', null)).status).toBe(404)
})

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

describe('limits', () => {
  const limits = { maxFileBytes: 100, maxProjectBytes: 250 }
  const tooLarge = error(400, 'INVALID_ARGUMENT', 'The file exceeds the limit of 100 bytes.')

  test('of a file, announced or not', async () => {
    const { directory, start, address, put, stored } = await serveFiles({ limits })
    expect((await start({ mimeType: PNG, sizeBytes: '101' })).body).toEqual(tooLarge)
    const url = await address()
    expect((await put(url, 'upload', 0, bytesOf(101))).body).toEqual(tooLarge)
    expect(await readdir(directory)).toEqual([])
    expect((await stored(bytesOf(100))).sizeBytes).toBe('100')
  })

  test('of what a model is given: the rest may only be stored', async () => {
    const { files, stored } = await serveFiles()
    const piece = bytesOf(1024 * 1024)
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        controller.enqueue(piece)
        if ((sent += 1) === 96) controller.close()
      },
    })
    const { uri, state } = await stored(body)
    expect(state).toBe('ACTIVE')
    const refusal: unknown = await files.lookup(uri, 'mine').then(
      () => 'given',
      (thrown: unknown) => thrown,
    )
    expect(refusal).toMatchObject({
      envelope: error(400, 'INVALID_ARGUMENT', 'The file exceeds the limit of 100000000 bytes.'),
    })
  })

  test('of a project: what is stored, announced and sent counts', async () => {
    const { start, address, put, stored } = await serveFiles({ limits })
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
    const { start, send, stored, advance } = await serveFiles({ limits: { ...limits, maxTotalBytes: 300 } })
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
    const { directory, start, put } = await serveFiles({ limits: { ...limits, maxTotalBytes: 150 } })
    const [first, second] = await Promise.all(['a', 'b'].map((key) => start({ mimeType: PNG }, {}, key)))
    const slow = Promise.withResolvers<void>()
    const late = put(addressIn(first), 'upload, finalize', 0, halting(slow.promise))
    await until(async () => (await put(addressIn(first), 'query', null)).received === '50')
    expect((await put(addressIn(second), 'upload, finalize', 0, bytesOf(100))).status).toBe(200)
    slow.resolve()
    expect(await late).toMatchObject({ status: 429, body: exhausted(150) })
    expect(await readdir(directory)).toHaveLength(1)
  })

  test('an upload that is cancelled while it comes takes nothing more', async () => {
    const { address, put } = await serveFiles({ limits })
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
