import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startRecordingRelay } from './recording-relay.ts'

const ANSWER = 'HTTP/1.1 204 No Content\r\nx-secret: s\r\n\r\n'

/** A server that answers every request alike and resets the connection at the word `reset`, behind a relay. */
async function behindRelay() {
  const folder = await mkdtemp(join(tmpdir(), 'plantain-relay-'))
  let received = ''
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      received += chunk.toString()
      if (received.includes('reset')) socket.resetAndDestroy()
      else if (received.endsWith('end')) socket.write(ANSWER)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const relay = await startRecordingRelay({
    toPort: (server.address() as AddressInfo).port,
    folder,
    moreHeaders: (head) => (head.includes('mine:') ? {} : { 'x-more': '1' }),
  })
  onTestFinished(async () => {
    server.close()
    await rm(folder, { recursive: true, force: true })
  })
  const caller = connect(relay.port, '127.0.0.1')
  await new Promise((resolve) => caller.once('connect', resolve))
  return { relay, caller, folder, received: () => received }
}

test('every request gets the headers, however it is cut, and every byte of the answers is kept', async () => {
  const { relay, caller, folder, received } = await behindRelay()
  let answers = ''
  caller.on('data', (chunk) => (answers += chunk.toString()))
  const requests =
    'POST /one HTTP/1.1\r\nHost: a\r\ncontent-length: 11\r\n\r\nGET /\r\n\r\nno!' +
    'GET /two HTTP/1.1\r\nmine: 1\r\n\r\nPOST /three HTTP/1.1\r\nContent-Length: 3\r\n\r\nend'
  for (const piece of requests.match(/[^]{1,7}/g) ?? []) {
    caller.write(piece)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await expect.poll(() => answers).toBe(ANSWER)
  expect(received()).toBe(
    'POST /one HTTP/1.1\r\nHost: a\r\ncontent-length: 11\r\nx-more: 1\r\n\r\nGET /\r\n\r\nno!' +
      'GET /two HTTP/1.1\r\nmine: 1\r\n\r\nPOST /three HTTP/1.1\r\nContent-Length: 3\r\nx-more: 1\r\n\r\nend',
  )
  await relay.close()
  const [file, ...others] = await readdir(folder)
  expect(others).toEqual([])
  expect(await readFile(join(folder, file ?? ''), 'latin1')).toBe(ANSWER)
})

test('a reset stays a reset', async () => {
  const { relay, caller } = await behindRelay()
  const failed = new Promise<NodeJS.ErrnoException>((resolve) => caller.once('error', resolve))
  caller.write('POST /reset HTTP/1.1\r\n\r\n')
  expect((await failed).code).toBe('ECONNRESET')
  await relay.close()
})
