import { createServer, type Server } from 'node:net'
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { type Play, type Seen, startScriptedServer } from '../../test/scripted-server.ts'
import { createDialer, type DialerOptions } from './dial.ts'
import { dialFault } from './dial-failure.ts'

const open: { close(): unknown }[] = []
afterAll(() => Promise.all(open.map((one) => one.close())))

async function dialing(play: Play | ((seen: Seen) => Play), options: DialerOptions = {}) {
  const server = await startScriptedServer((seen) => (typeof play === 'function' ? play(seen) : play))
  const dialer = createDialer(options)
  open.push(server, dialer)
  const send = (body: readonly Uint8Array[] = [], signal = AbortSignal.timeout(10_000)) =>
    dialer.dial({
      method: body.length === 0 ? 'GET' : 'POST',
      url: new URL(`${server.origin}/a/path?q=1`),
      headers: { 'x-test': 'yes' },
      body,
      signal,
    })
  return { server, send, dialer }
}

async function listening(onConnection: Parameters<typeof createServer>[1]): Promise<number> {
  const server: Server = createServer(onConnection)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(server)
  return (server.address() as { port: number }).port
}

const POST = [Buffer.from('{"a":'), Buffer.from('1}')]

test('pieces of a body are sent as one, under their exact length', async () => {
  const { server, send } = await dialing({ json: { ok: true } })
  const answer = await send([Buffer.from('[1,'), Buffer.alloc(3_000_000, 0x20), Buffer.from('2]')])
  expect(answer).toMatchObject({ kind: 'answer', status: 200, body: Buffer.from('{"ok":true}') })
  expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/a/path?q=1' })
  expect(server.seen[0]!.headers).toMatchObject({ 'x-test': 'yes', 'content-length': '3000005' })
  expect(JSON.parse(server.seen[0]!.body.toString())).toEqual([1, 2])
})

test('a request says nothing of its own: no cookie, no proxy, no user agent', async () => {
  process.env['HTTP_PROXY'] = 'http://127.0.0.1:9'
  const { server, send } = await dialing({ headers: { 'set-cookie': 'a=b' }, body: 'x' })
  await send()
  await send()
  delete process.env['HTTP_PROXY']
  expect(Object.keys(server.seen[1]!.headers).toSorted()).toEqual(['connection', 'host', 'x-test'])
})

test('what of a request has not left when its answer is there goes out all the same, whatever becomes of its memory', async () => {
  const ends: string[] = []
  // Answers at once, and takes the rest a little later.
  const port = await listening((socket) => {
    const chunks: Buffer[] = []
    let missing = Infinity
    const end = (how: string) => {
      const body = Buffer.concat(chunks).toString('latin1').split('\r\n\r\n')[1] ?? ''
      if (how === 'closed' && missing === Infinity) return
      ends.push(how === 'closed' ? 'cut' : /[^a]/.test(body) ? 'spoiled' : 'whole')
      chunks.length = 0
      missing = Infinity
    }
    socket.on('error', () => {})
    socket.on('close', () => end('closed'))
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      if (missing === Infinity) {
        const head = chunk.toString('latin1')
        missing = Number(/content-length: (\d+)/.exec(head)?.[1]) + head.indexOf('\r\n\r\n') + 4
        socket.pause()
        socket.write('HTTP/1.1 429 Too Many Requests\r\ncontent-length: 2\r\n\r\nno')
        setTimeout(() => socket.resume(), 60)
      }
      missing -= chunk.length
      if (missing === 0) end('sent')
    })
  })
  const dialer = createDialer()
  open.push(dialer)
  let sent = 0
  // How much the system takes at once is its own business: some length is just too much.
  for (let length = 500_000; length < 7_000_000; length += 101_111) {
    const slabs = Array.from({ length: Math.ceil(length / 1_000_000) }, () => new ArrayBuffer(1_000_000))
    const body = slabs.map((slab, i) =>
      Buffer.from(slab, 0, Math.min(1_000_000, length - i * 1_000_000)).fill('a'),
    )
    const url = new URL(`http://127.0.0.1:${port}/`)
    const answer = await dialer.dial({
      method: 'POST',
      url,
      headers: {},
      body,
      signal: AbortSignal.timeout(10_000),
    })
    expect(answer).toMatchObject({ status: 429 })
    for (const slab of slabs) Buffer.from(slab.transfer()).fill('z')
    sent += 1
    await expect.poll(() => ends.length, { interval: 5 }).toBe(sent)
  }
  expect(ends).toContain('whole')
  expect(ends).not.toContain('spoiled')
})

test('chunks that come in one piece are one answer', async () => {
  const raw = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n'
  const { send } = await dialing({ raw, end: 'hold' })
  expect(await send()).toMatchObject({ kind: 'answer', body: Buffer.from('[1,2]') })
})

test('a redirect is an answer, not an order', async () => {
  const { server, send } = await dialing({
    status: 302,
    headers: { location: 'http://127.0.0.1:9/elsewhere' },
  })
  expect(await send()).toMatchObject({ status: 302 })
  expect(server.seen).toHaveLength(1)
})

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
])('%s is undone', async (encoding, compress) => {
  const { send } = await dialing({ headers: { 'content-encoding': encoding }, body: compress('{"a":1}') })
  expect(await send()).toMatchObject({ kind: 'answer', body: Buffer.from('{"a":1}') })
})

test('a compressed body without its end, or of an unknown kind, is garbled', async () => {
  const cut = gzipSync('x'.repeat(10_000)).subarray(0, 20)
  const half = await dialing({ headers: { 'content-encoding': 'gzip' }, body: cut })
  expect(await half.send()).toMatchObject({ kind: 'failure', failure: 'garbled' })
  const odd = await dialing({ headers: { 'content-encoding': 'snail' }, body: 'x' })
  expect(await odd.send()).toMatchObject({ failure: 'garbled' })
})

test.each<[string, Play]>([
  ['announced', { body: 'x'.repeat(2000) }],
  ['unannounced', { headers: { 'transfer-encoding': 'chunked' }, body: 'x'.repeat(2000) }],
  ['unfolding', { headers: { 'content-encoding': 'gzip' }, body: gzipSync('x'.repeat(2000)) }],
])('an answer above the limit is refused, %s', async (_, play) => {
  const { send } = await dialing(play, { maxAnswerBytes: 1000 })
  const failed = await send(POST)
  expect(failed).toMatchObject({ kind: 'failure', failure: 'too-large', sent: 'all' })
  if (failed.kind === 'failure')
    expect(dialFault(failed, 'h')).toMatchObject({ code: 'upstream_unreadable', charged: 'unknown' })
  const fits = await dialing({ body: 'x'.repeat(1000) }, { maxAnswerBytes: 1000 })
  expect(await fits.send()).toMatchObject({ kind: 'answer' })
})

test.each<[string, Play, object]>([
  ['reset after the request', { end: 'reset' }, { failure: 'reset', sent: 'all' }],
  ['closed without an answer', { end: 'close' }, { failure: 'reset', sent: 'all' }],
  [
    'cut in the head',
    { raw: 'HTTP/1.1 200 OK\r\ncontent-le', end: 'close' },
    { failure: 'reset', sent: 'all' },
  ],
  [
    'cut in the body',
    { raw: 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"cand', end: 'close' },
    { failure: 'body-cut', sent: 'all' },
  ],
  [
    'reset in the body',
    { raw: 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"cand', end: 'reset' },
    { failure: 'body-cut', sent: 'all' },
  ],
  [
    'cut in a chunk',
    { raw: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\n{"cand', end: 'close' },
    { failure: 'body-cut', sent: 'all' },
  ],
  ['no HTTP', { raw: 'SSH-2.0-OpenSSH_9.2\r\n', end: 'close' }, { failure: 'garbled', sent: 'all' }],
])('%s', async (_, play, expected) => {
  const { send } = await dialing(play)
  const failed = await send(POST)
  expect(failed).toMatchObject({ kind: 'failure', ...expected })
  if (failed.kind === 'failure') expect(dialFault(failed, 'h').charged).toBe('unknown')
})

test('what never reached a server is not charged', async () => {
  const dialer = createDialer({ connectTimeoutMs: 400 })
  open.push(dialer)
  const to = (url: string, body: readonly Uint8Array[] = POST) =>
    dialer.dial({ method: 'POST', url: new URL(url), headers: {}, body, signal: AbortSignal.timeout(10_000) })
  const mute = await listening((socket) => socket.on('error', () => {}))
  const curt = await listening((socket) => socket.resetAndDestroy())
  const plain = await listening((socket) =>
    socket.on('error', () => {}).end('HTTP/1.1 400 no TLS here\r\n\r\n'),
  )
  const failures = [
    await to('http://127.0.0.1:1/'),
    await to('http://nowhere.invalid/'),
    await to(`https://127.0.0.1:${mute}/`),
    await to(`https://127.0.0.1:${plain}/`),
    await to(`https://127.0.0.1:${curt}/`),
  ]
  expect(failures).toMatchObject([
    { failure: 'refused', sent: 'nothing' },
    { failure: 'dns', sent: 'nothing' },
    { failure: 'connect-timeout', sent: 'nothing' },
    { failure: 'tls', sent: 'nothing' },
    { failure: 'reset', sent: 'nothing' },
  ])
  for (const failed of failures) {
    expect(failed.kind === 'failure' && dialFault(failed, 'h')).toMatchObject({
      code: 'upstream_unreachable',
      charged: 'no',
    })
  }
})

test('a request that was broken off while it was written is not charged either', async () => {
  // Reads the head and some of the body, then breaks: no server can act on half a document.
  const port = await listening((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => setTimeout(() => socket.resetAndDestroy(), 50))
    socket.pause()
    setTimeout(() => socket.resume(), 10)
  })
  const dialer = createDialer()
  open.push(dialer)
  const body = Array.from({ length: 64 }, () => Buffer.alloc(1_000_000))
  const url = new URL(`http://127.0.0.1:${port}/`)
  const failed = await dialer.dial({
    method: 'POST',
    url,
    headers: {},
    body,
    signal: AbortSignal.timeout(10_000),
  })
  expect(failed).toMatchObject({ failure: 'reset', sent: 'part' })
  expect(failed.kind === 'failure' && dialFault(failed, 'h')).toMatchObject({
    code: 'upstream_interrupted',
    charged: 'no',
  })
})

test.each<[string, Play, string]>([
  ['before the first byte', { end: 'hold' }, 'all'],
  ['in the middle of the answer', { drip: '{"candidates":[]}', everyMs: 40 }, 'all'],
])('an abort is heeded at once, %s', async (_, play, sent) => {
  const { send } = await dialing(play)
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 150)
  const begun = performance.now()
  expect(await send(POST, controller.signal)).toMatchObject({ kind: 'failure', failure: 'aborted', sent })
  expect(performance.now() - begun).toBeLessThan(600)
})

test('an abort is heeded while a connection is being made', async () => {
  const port = await listening((socket) => socket.on('error', () => {}))
  const dialer = createDialer()
  open.push(dialer)
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 100)
  const begun = performance.now()
  const url = new URL(`https://127.0.0.1:${port}/`)
  const failed = await dialer.dial({
    method: 'POST',
    url,
    headers: {},
    body: POST,
    signal: controller.signal,
  })
  expect(failed).toMatchObject({ failure: 'aborted', sent: 'nothing' })
  expect(performance.now() - begun).toBeLessThan(600)
})

test('a request given up before its connection stands is never sent', async () => {
  const { server, send } = await dialing({ body: 'x' })
  const controller = new AbortController()
  const pending = send(POST, controller.signal)
  controller.abort()
  expect(await pending).toMatchObject({ failure: 'aborted', sent: 'nothing' })
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect(server.seen).toHaveLength(0)
})

test('an aborted signal dials nothing', async () => {
  const { server, send } = await dialing({ body: 'x' })
  expect(await send([], AbortSignal.abort())).toMatchObject({ failure: 'aborted', sent: 'nothing' })
  expect(server.seen).toHaveLength(0)
})

test('a slow answer is waited for and comes whole', async () => {
  const { send } = await dialing({ drip: '{"a":"drip"}', everyMs: 5 })
  expect(await send()).toMatchObject({ kind: 'answer', body: Buffer.from('{"a":"drip"}') })
})

test('a header that cannot be sent is a bug, and its value is not in the error', async () => {
  const dialer = createDialer()
  open.push(dialer)
  const headers = { 'x-key': 'canary\nsecret' }
  const dialed = dialer.dial({
    method: 'GET',
    url: new URL('http://127.0.0.1:1/'),
    headers,
    signal: AbortSignal.timeout(1000),
  })
  await expect(dialed).rejects.toThrow(/invalid/)
  await expect(dialed).rejects.not.toThrow(/canary/)
})
