import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { testFiles } from '../../../test/conformance/files.ts'
import { bytesOf, error } from '../../../test/conformance/files-client.ts'
import { serveFiles } from './files-server.fixture.ts'

describe('the emulator', () => testFiles((limits = {}) => serveFiles({ limits })))

test('belongs to whoever uploaded it, also for a model', async () => {
  const { files, stored } = await serveFiles()
  const { name } = await stored(bytesOf(10))
  await expect(files.lookup(name, 'other')).rejects.toMatchObject({ status: 403 })
  expect(files.held()).toEqual([{ name, owner: 'mine', mimeType: 'image/png', bytes: 10, state: 'ACTIVE' }])
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

test('a model is given no more than a request may bring: the rest may only be stored', async () => {
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
