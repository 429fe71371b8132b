import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EDITS, expectRefused, GENERATE } from './bad-input.ts'
import { errorIn } from './dialect.ts'
import { gatewayOn, type LoggedGateway, SETTINGS } from './gateway-client.ts'
import { EDITED } from './google-target.ts'
import { headOf, openRaw, requestOf } from './raw-socket.ts'
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts'

const MOST_BYTES = 1_000_000
const JSON_TYPE = ['content-type', 'application/json'] as const
const CHUNKED = ['transfer-encoding', 'chunked'] as const

let upstream: ScriptedServer
let gateway: LoggedGateway

beforeAll(async () => {
  upstream = await startScriptedServer(() => EDITED)
  gateway = await gatewayOn(
    upstream.origin,
    {
      limits: { ...SETTINGS.limits, requestBytes: MOST_BYTES, bodyIdleMs: 1000 },
      routing: { ...SETTINGS.routing, attempts: 1 },
    },
    { lingerMs: 1000 },
  )
})

afterAll(async () => {
  await gateway.close()
  await upstream.close()
})

/** Would be answered, were it ever taken for a request. */
const SMUGGLED = 'GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nx-request-id: smuggled\r\n\r\n'

/** Header lines, or a whole head, in front of a body that some reader would take to end before the hidden request. */
describe.each([
  ['native', EDITS],
  ['gemini', GENERATE],
] as const)('what two readers could read differently: %s', (door, path) => {
  const lined = (lines: string, body = '0\r\n\r\n') =>
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n${lines}\r\n\r\n${body}${SMUGGLED}`
  test.each([
    ['a length and chunks', lined('content-length: 5\r\ntransfer-encoding: chunked')],
    ['chunks and a length', lined('transfer-encoding: chunked\r\ncontent-length: 5')],
    ['two lengths', lined('content-length: 5\r\ncontent-length: 6', '     ')],
    ['the same length twice', lined('content-length: 5\r\ncontent-length: 5', '     ')],
    ['a list of lengths', lined('content-length: 5, 5', '     ')],
    ['a length with a sign', lined('content-length: +5', '     ')],
    ['a length below nothing', lined('content-length: -5', '     ')],
    ['a length in hexadecimal', lined('content-length: 0x5', '     ')],
    ['an empty length', lined('content-length: ', '     ')],
    ['a length no number holds', lined(`content-length: ${'9'.repeat(30)}`, '     ')],
    ['a length with a space before the colon', lined('content-length : 5', '     ')],
    ['chunks with a space before the colon', lined('transfer-encoding : chunked')],
    ['chunks with a tab before the colon', lined('transfer-encoding\t: chunked')],
    ['a coding nobody knows', lined('transfer-encoding: xchunked')],
    ['chunks that are not the last coding', lined('transfer-encoding: chunked, identity')],
    ['chunks twice', lined('transfer-encoding: chunked, chunked')],
    ['chunks in two headers', lined('transfer-encoding: chunked\r\ntransfer-encoding: identity')],
    ['gzip by transfer encoding', lined('transfer-encoding: gzip, chunked')],
    ['a folded header', lined('x-odd: a\r\n b\r\ncontent-length: 0', '')],
    ['chunks folded', lined('transfer-encoding:\r\n chunked')],
    ['a line that ends in LF', lined('x-odd: a\ncontent-length: 5', '     ')],
    ['a CR inside a value', lined('x-odd: a\rcontent-length: 5\r\ncontent-length: 0', '')],
    ['a zero inside a value', lined('x-odd: a\0b\r\ncontent-length: 0', '')],
    ['a header without a name', lined(': a\r\ncontent-length: 0', '')],
    ['a header without a colon', lined('hello\r\ncontent-length: 0', '')],
    ['a name with letters no name has', lined('x(odd): a\r\ncontent-length: 0', '')],
    ['chunks of HTTP/1.0', lined('transfer-encoding: chunked').replace('HTTP/1.1', 'HTTP/1.0')],
    ['two hosts', lined('host: other.example\r\ncontent-length: 0', '')],
    ['a chunk that is no number', lined('transfer-encoding: chunked', 'zz\r\n')],
    ['a chunk below nothing', lined('transfer-encoding: chunked', '-1\r\n')],
    ['a chunk with 0x', lined('transfer-encoding: chunked', '0x5\r\nabcde\r\n0\r\n\r\n')],
    ['a chunk no number holds', lined('transfer-encoding: chunked', 'fffffffffffffffff\r\n')],
    ['a chunk that is longer than it says', lined('transfer-encoding: chunked', '3\r\nabcdef\r\n0\r\n\r\n')],
    ['a chunk whose line ends in LF', lined('transfer-encoding: chunked', '5\nabcde\r\n0\r\n\r\n')],
    ['a chunk without an end', lined('transfer-encoding: chunked', '5\r\nabcdeX0\r\n\r\n')],
    ['a space in front of a chunk', lined('transfer-encoding: chunked', ' 5\r\nabcde\r\n0\r\n\r\n')],
  ])('%s', async (name, bytes) => {
    const raw = await openRaw(gateway.port)
    await raw.write(Buffer.from(bytes, 'latin1'))
    const [answer] = (await raw.wait(1)) ?? []
    expect(answer && errorIn(answer)?.code, raw.received().toString('latin1')).toBe('invalid_request')
    expect(await raw.closes(10_000)).toBe(true)
    expect(raw.answers(), name).toHaveLength(1)
    expect(raw.received().toString('latin1')).not.toContain('smuggled')
    // Quickly, and in the words of its door as above.
    await expectRefused(gateway.port, {
      name,
      bytes: Buffer.from(bytes, 'latin1'),
      code: 'invalid_request',
      door,
    })
  })
})

describe('what is no request at all', () => {
  const system = 'system'
  test.each([
    [
      'no host',
      headOf({ path: EDITS, host: null, headers: [['content-length', '0']] }),
      'invalid_request',
      'native',
    ],
    [
      'a whole address',
      headOf({ method: 'GET', path: 'http://127.0.0.1/healthz' }),
      'invalid_request',
      system,
    ],
    [
      'a tunnel',
      'CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n\r\n',
      'method_not_allowed',
      system,
    ],
    ['a method nobody knows', 'PAINT / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n', 'invalid_request', system],
    [
      'a method in small letters',
      `post ${EDITS} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`,
      'invalid_request',
      system,
    ],
    ['a version nobody has', `GET ${EDITS} HTTP/3.0\r\nhost: 127.0.0.1\r\n\r\n`, 'invalid_request', 'native'],
    ['HTTP/0.9', `GET ${EDITS}\r\n\r\n`, 'invalid_request', 'native'],
    ['a space in the address', 'GET /a b HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n', 'invalid_request', system],
    ['TLS', Buffer.from('160301020001000001fc0303', 'hex'), 'invalid_request', system],
    [
      'noise',
      Buffer.from(Array.from({ length: 400 }, (_, i) => (i * 73 + 131) % 256)),
      'invalid_request',
      system,
    ],
    [
      'headers of 300 KB',
      headOf({ path: EDITS, headers: [['x-odd', 'a'.repeat(300_000)]] }),
      'request_too_large',
      'native',
    ],
    [
      '10,000 headers',
      headOf({ path: EDITS, headers: Array.from({ length: 10_000 }, (_, i) => [`x-${i}`, 'a']) }),
      'request_too_large',
      'native',
    ],
    [
      'an address of 20 KB',
      headOf({ method: 'GET', path: `/${'a'.repeat(20_000)}` }),
      'request_too_large',
      system,
    ],
    [
      'a chunk extension of 30 KB',
      `${headOf({ path: EDITS, headers: [JSON_TYPE, CHUNKED] })}5;${'a'.repeat(30_000)}\r\n`,
      'request_too_large',
      'native',
    ],
  ] as const)('%s', async (name, bytes, code, door) => {
    await expectRefused(gateway.port, { name, bytes, code, door })
  })

  test.each([
    ['HTTP/2 without being asked', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['half a head, and gone', `POST ${EDITS} HTTP/1.1\r\nhost: 127.0.0.1\r\n`],
  ])('%s: nothing that looks like a success, and the connection ends', async (_, bytes) => {
    const raw = await openRaw(gateway.port)
    await raw.write(bytes)
    raw.socket.end()
    expect(await raw.closes(5000)).toBe(true)
    for (const { status } of raw.answers() ?? []) expect(status).toBe(400)
  })

  test('an upgrade is not made, and the request is answered as any other', async () => {
    const raw = await openRaw(gateway.port)
    await raw.write(
      requestOf({
        method: 'GET',
        path: '/healthz',
        headers: [
          ['upgrade', 'websocket'],
          ['connection', 'upgrade'],
        ],
      }),
    )
    expect((await raw.wait(1))?.[0]?.status).toBe(200)
    raw.socket.destroy()
  })
})

const head = (...headers: (readonly [string, string])[]) =>
  headOf({ path: EDITS, headers: [JSON_TYPE, ...headers] })

describe('lengths', () => {
  test('too much is refused by its announcement, before a byte of it, in milliseconds', async () => {
    const times: number[] = []
    for (let i = 0; i < 21; i += 1) {
      const raw = await openRaw(gateway.port)
      const begun = performance.now()
      await raw.write(head(['content-length', String(MOST_BYTES + 1)]))
      const [answer] = (await raw.wait(1)) ?? []
      times.push(performance.now() - begun)
      expect(answer?.status).toBe(413)
      raw.socket.destroy()
    }
    // One or two on an idle machine.
    expect(times.toSorted((a, b) => a - b)[10]).toBeLessThan(250)
  })

  test('as much as is taken is taken', async () => {
    const photo = 'A'.repeat(MOST_BYTES - 24)
    const body = `{"input":["a","data:,${photo}`
    const bytes = `${body.slice(0, MOST_BYTES - 3)}"]}`
    expect(bytes).toHaveLength(MOST_BYTES)
    const raw = await openRaw(gateway.port)
    await raw.write(requestOf({ path: EDITS, headers: [JSON_TYPE] }, bytes))
    const [answer] = (await raw.wait(1)) ?? []
    // A text of that length is an instruction, and the scripted picture none.
    expect(answer?.status, answer?.body.toString().slice(0, 300)).toBe(502)
    raw.socket.destroy()
    expect(upstream.seen).toHaveLength(1)
  })

  test('chunks without end are refused at the limit, and soon no longer taken', async () => {
    const raw = await openRaw(gateway.port)
    await raw.write(head(CHUNKED))
    const chunk = Buffer.from(`10000\r\n${'a'.repeat(0x10000)}\r\n`)
    let sent = 0
    const begun = performance.now()
    while (!raw.isGone() && performance.now() - begun < 20_000) {
      if ((raw.answers()?.length ?? 0) > 0) break
      await raw.write(chunk)
      sent += 0x10000
    }
    const [answer] = raw.answers() ?? []
    expect(answer && errorIn(answer)?.code).toBe('request_too_large')
    // What is beyond the limit lay in buffers of the system.
    expect(sent).toBeLessThan(MOST_BYTES + 20_000_000)
    while (!raw.isGone() && performance.now() - begun < 20_000) await raw.write(chunk)
    expect(raw.isGone()).toBe(true)
  })

  test('who waits to be asked for too much is not asked', async () => {
    const raw = await openRaw(gateway.port)
    await raw.write(head(['content-length', String(MOST_BYTES + 1)], ['expect', '100-continue']))
    const [answer] = (await raw.wait(1)) ?? []
    expect(answer?.status).toBe(413)
    expect(raw.received().toString('latin1')).not.toContain('100 Continue')
    expect(await raw.closes(5000)).toBe(true)
  })

  test('who waits to be asked is asked once, where its body is wanted', async () => {
    const raw = await openRaw(gateway.port)
    await raw.write(head(['content-length', '2'], ['expect', '100-continue']))
    await expect.poll(() => raw.received().toString('latin1')).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
    await raw.write('[]')
    const [answer] = (await raw.wait(1)) ?? []
    expect(answer?.status).toBe(400)
    expect(
      raw
        .received()
        .toString('latin1')
        .match(/100 Continue/g),
    ).toHaveLength(1)
    raw.socket.destroy()
  })

  test('a body in 1-byte chunks, each in a packet of its own, is read as any other', async () => {
    const raw = await openRaw(gateway.port)
    await raw.write(head(CHUNKED))
    for (const letter of '{"input":[]}') await raw.write(`1\r\n${letter}\r\n`)
    await raw.write('0\r\n\r\n')
    const [answer] = (await raw.wait(1)) ?? []
    expect(answer && errorIn(answer)?.message).toMatch(/input is missing/)
    raw.socket.destroy()
  })

  test('a sender who leaves in the middle leaves nothing behind', async () => {
    for (const bytes of [
      head(['content-length', '1000']),
      `${head(CHUNKED)}5\r\nab`,
      head(['content-length', '9']).slice(0, -9),
    ]) {
      const raw = await openRaw(gateway.port)
      await raw.write(bytes)
      raw.socket.resetAndDestroy()
    }
    const response = await fetch(`${gateway.url}/healthz`)
    expect(response.status).toBe(200)
  })
})

test('none of that is a bug of ours, and one text was an edit', () => {
  expect(gateway.errors()).toEqual([])
  expect(upstream.seen).toHaveLength(1)
})
