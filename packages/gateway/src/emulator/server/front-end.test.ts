import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from './listen.ts'

/** What a server that answers “fine” sends back to these bytes. */
async function answerTo(bytes: string): Promise<string> {
  const { port, close } = await listen(
    (request, response) => request.resume().once('end', () => response.end('fine')),
    { port: 0, host: '127.0.0.1' },
  )
  onTestFinished(close)
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('error', () => {})
  socket.write(bytes)
  await new Promise((resolve) => socket.once('close', resolve))
  return Buffer.concat(chunks).toString()
}

const HEAD = 'GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n'

test.each<[string, number, string]>([
  ['what is no HTTP', 400, 'hello\r\n\r\n'],
  ['two lengths', 400, `${HEAD}content-length: 1\r\ncontent-length: 2\r\n\r\n`],
  ['a chunk without a size', 400, `${HEAD}transfer-encoding: chunked\r\n\r\nzz\r\n`.replace('GET', 'POST')],
  ['no host', 400, 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n'],
  ['too many headers', 431, `${HEAD}x: ${'a'.repeat(20_000)}\r\n\r\n`],
  ['an unknown expectation', 417, `${HEAD}expect: a miracle\r\n\r\n`],
])('%s is a page with status %i', async (_, status, bytes) => {
  const answer = await answerTo(bytes)
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [A-Z]`))
  expect(answer).toContain('content-type: text/html; charset=UTF-8\r\n')
  const [, body = ''] = answer.split('\r\n\r\n')
  expect(body).toContain(`<title>Error ${status} (`)
  expect(answer).toContain(`content-length: ${Buffer.byteLength(body)}\r\n`)
})

test('good requests are answered, without a host where HTTP had none yet', async () => {
  expect(await answerTo(`${HEAD}\r\n`)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*fine$/)
  expect(await answerTo('GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*fine$/)
})

test('“100 Continue” stands before the answer it belongs to, for the first of two requests at once', async () => {
  const expecting = 'GET / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 0\r\n'
  const answer = await answerTo(`${expecting}\r\n${expecting}connection: close\r\n\r\n`)
  expect(answer.match(/HTTP\/1\.1 \d{3}/g)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 200', 'HTTP/1.1 200'])
})

test('an answer to HEAD has no body, even where nothing but the method can be read', async () => {
  const answer = await answerTo('HEAD ~/ HTTP/1.1\r\nhost: a\r\n\r\n')
  expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*\r\n\r\n$/)
})
