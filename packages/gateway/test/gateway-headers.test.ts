import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { EDITS, GENERATE } from './bad-input.ts'
import { gatewayOn, gatewayWith, type LoggedGateway, SETTINGS } from './gateway-client.ts'
import { headOf, openRaw, requestOf } from './raw-socket.ts'
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts'

const PHOTO = readFileSync(new URL('../../../examples/photos/rocket.jpg', import.meta.url)).toString('base64')
const ANSWER = {
  candidates: [{ content: { parts: [{ text: 'no' }] }, finishReason: 'NO_IMAGE' }],
  modelVersion: 'm',
  responseId: 'r',
}
const BODY = JSON.stringify({
  contents: [{ parts: [{ text: 'brighter' }, { inlineData: { mimeType: 'image/jpeg', data: PHOTO } }] }],
})
const PAGE = 'https://app.example'

let upstream: ScriptedServer
let gateway: LoggedGateway

beforeAll(async () => {
  upstream = await startScriptedServer(() => ({ json: ANSWER }))
  gateway = await gatewayOn(upstream.origin, { cors: { origins: [PAGE], maxAgeSeconds: 600 } })
})

afterAll(async () => {
  await gateway.close()
  await upstream.close()
  expect(gateway.errors()).toEqual([])
})

const ask = (path: string, init: RequestInit = {}) => fetch(`${gateway.url}${path}`, init)
const generate = (
  headers: Readonly<Record<string, string>> = {},
  body: string | Uint8Array<ArrayBuffer> = BODY,
) => ask(GENERATE, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })

/** One answer of each kind: success, error of each door, documentation, preflight, nothing there. */
const KINDS: readonly (readonly [string, () => Promise<Response>])[] = [
  ['an edit', () => generate()],
  [
    'a stream',
    () => ask(`${GENERATE.replace(':generate', ':streamGenerate')}?alt=sse`, { method: 'POST', body: BODY }),
  ],
  ['a refused edit', () => generate({}, '{')],
  [
    'native',
    () => ask(EDITS, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }),
  ],
  ['OpenAI', () => ask('/v1/images/edits', { method: 'POST' })],
  ['interactions', () => ask('/v1/interactions', { method: 'POST' })],
  ['Vertex', () => ask('/v1/projects/p/locations/l/publishers/google/models/m:predict', { method: 'POST' })],
  ['models', () => ask('/v1/models')],
  ['health', () => ask('/healthz')],
  ['the OpenAPI document', () => ask('/openapi.json')],
  ['nothing there', () => ask('/nothing')],
  ['another method', () => ask('/healthz', { method: 'DELETE' })],
  ['a preflight', () => ask(EDITS, { method: 'OPTIONS' })],
]

describe.each(KINDS)('%s', (_, get) => {
  test('tells browsers to run nothing, guess nothing and keep nothing', async () => {
    const { headers } = await get()
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/)
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/)
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cache-control')).toBe('no-store')
    // Who we are made of is nobody's business.
    expect(headers.get('server')).toBeNull()
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('strict-transport-security')).toBeNull()
  })

  test('has an id', async () => {
    expect((await get()).headers.get('x-request-id')).toMatch(/^req_[\da-f-]{36}$/)
  })
})

test('the documentation may style itself, and run nothing', async () => {
  const { headers, status } = await ask('/docs')
  expect([status, headers.get('x-content-type-options')]).toEqual([200, 'nosniff'])
  expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/)
  expect(headers.get('content-security-policy')).not.toMatch(/script-src(?! 'none')/)
})

const idOf = async (given: string) =>
  (await ask('/healthz', { headers: { 'x-request-id': given } })).headers.get('x-request-id')

test('what a caller calls its request is what it is called, where that can stand in a header', async () => {
  expect(await idOf('my-id_1.2')).toBe('my-id_1.2')
  expect(await idOf('a'.repeat(128))).toBe('a'.repeat(128))
  for (const odd of ['', 'a b', 'a'.repeat(129), '<script>', 'ü', 'a,b'])
    expect(await idOf(odd)).toMatch(/^req_/)
  const raw = await openRaw(gateway.port)
  await raw.write(
    requestOf({
      method: 'GET',
      path: '/healthz',
      headers: [
        ['x-request-id', 'a'],
        ['x-request-id', 'b'],
      ],
    }),
  )
  expect((await raw.wait(1))?.[0]?.headers['x-request-id']).toMatch(/^req_/)
  raw.socket.destroy()
})

test('Server-Timing says how long it took, and its parts', async () => {
  const { headers } = await generate()
  expect(headers.get('server-timing')).toMatch(/^(?=.*\btotal;dur=\d+(?:\.\d+)?)(?=.*\bbody;dur=\d)/)
  expect((await ask('/nothing')).headers.get('server-timing')).toMatch(/total;dur=/)
})

describe('HEAD', () => {
  test.each([
    '/healthz',
    '/readyz',
    '/openapi.json',
    '/docs',
    '/v1/models',
    '/nothing',
    '/v1/edits/x',
    '/v1/images/x',
  ])('%s: what GET would say, and no body', async (path) => {
    const raw = await openRaw(gateway.port)
    onTestFinished(() => void raw.socket.destroy())
    const get = await ask(path)
    const length = (await get.arrayBuffer()).byteLength
    await raw.write(
      headOf({ method: 'HEAD', path, host: `127.0.0.1:${gateway.port}` }) +
        headOf({ method: 'GET', path: '/healthz', headers: [['x-request-id', 'behind']] }),
    )
    await expect.poll(() => raw.received().toString()).toMatch(/x-request-id: behind[^]*"ok"/)
    const [head = '', next = ''] = raw
      .received()
      .toString()
      .split(/(?<=\r\n\r\n)/)
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${get.status} `))
    // Ids and times have a length of their own.
    if (get.status === 200) expect(head).toMatch(new RegExp(`content-length: ${length}\r\n`))
    expect(next).toMatch(/^HTTP\/1\.1 200 OK/)
  })
})

const preflight = (origin: string, path = EDITS, wants = 'content-type, x-goog-api-key, x-stainless-os') =>
  ask(path, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': wants },
  })

const methodsOf = async (path: string) =>
  (await preflight(PAGE, path)).headers.get('access-control-allow-methods')

describe('pages of other origins', () => {
  test('one that is listed may call, and read what it needs', async () => {
    const { status, headers } = await preflight(PAGE)
    expect(status).toBe(204)
    expect(headers.get('content-length')).toBeNull()
    expect(headers.get('access-control-allow-origin')).toBe(PAGE)
    expect(headers.get('access-control-allow-methods')).toBe('POST')
    expect(headers.get('access-control-allow-headers')).toBe('content-type, x-goog-api-key, x-stainless-os')
    expect(headers.get('access-control-max-age')).toBe('600')
    for (const answer of [
      await generate({ origin: PAGE }),
      await ask('/nothing', { headers: { origin: PAGE } }),
    ]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE)
      expect(answer.headers.get('access-control-expose-headers')).toMatch(/plantain-edit-id.*retry-after/)
      expect(answer.headers.get('vary')).toMatch(/origin/i)
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  test('methods are those of the path', async () => {
    expect(await methodsOf('/v1/edits/edit_1')).toBe('GET, DELETE')
    // A model by that name may be looked up as well.
    expect(await methodsOf(GENERATE)).toBe('GET, POST')
    expect(await methodsOf('/nothing')).toBe('')
  })

  test.each([
    'https://other.example',
    'https://app.example.attacker.example',
    'http://app.example',
    'https://app.example:444',
    'null',
  ])('one that is not may not: %s', async (origin) => {
    for (const answer of [
      await preflight(origin),
      await generate({ origin }),
      await ask('/nothing', { headers: { origin } }),
    ]) {
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      expect(answer.headers.get('access-control-allow-headers')).toBeNull()
      expect(answer.headers.get('vary')).toMatch(/origin/i)
    }
    // Without keys it does not even get to ask.
    expect((await generate({ origin })).status).toBe(403)
  })

  test('header names that are none are not repeated', async () => {
    const { headers } = await preflight(PAGE, EDITS, `content-type, x y, <b>, ${'a'.repeat(65)}, x-ok`)
    expect(headers.get('access-control-allow-headers')).toBe('content-type, x-ok')
  })

  test('where all may call, none may send credentials of the browser', async () => {
    const open = await gatewayWith({ cors: { origins: ['*'], maxAgeSeconds: 1 } })
    onTestFinished(async () => void (await open.close()))
    const { headers } = await fetch(`${open.url}/healthz`, { headers: { origin: PAGE } })
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  })

  test('where none may, nothing is said of it', async () => {
    const closed = await gatewayWith()
    onTestFinished(async () => void (await closed.close()))
    const { headers } = await fetch(`${closed.url}/healthz`, { headers: { origin: PAGE } })
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

describe('packed bodies', () => {
  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['GZIP', gzipSync],
    ['identity', (text: string) => Buffer.from(text)],
  ])('%s', async (encoding, pack) => {
    const before = upstream.seen.length
    const { status } = await generate({ 'content-encoding': encoding }, new Uint8Array(pack(BODY)))
    expect(status).toBe(200)
    expect(JSON.parse(upstream.seen[before]?.body.toString() ?? '')).toEqual(JSON.parse(BODY))
  })

  test('gzip in pieces, in chunks, and of several members', async () => {
    const packed = Buffer.concat([gzipSync(BODY.slice(0, 500)), gzipSync(BODY.slice(500))])
    const raw = await openRaw(gateway.port)
    await raw.write(
      headOf({
        path: GENERATE,
        headers: [
          ['content-type', 'application/json'],
          ['content-encoding', 'gzip'],
          ['transfer-encoding', 'chunked'],
        ],
      }),
    )
    for (let at = 0; at < packed.length; at += 7919) {
      const piece = packed.subarray(at, at + 7919)
      await raw.write(
        Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]),
      )
    }
    await raw.write('0\r\n\r\n')
    expect((await raw.wait(1))?.[0]?.status).toBe(200)
    raw.socket.destroy()
  })
})

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

describe.skipIf(!hasOpenssl)('TLS (needs openssl to make a certificate)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plantain-tls-'))
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  let secure: LoggedGateway

  beforeAll(async () => {
    const request = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
    ]
    execFileSync('openssl', [...request, '-keyout', key, '-out', cert, '-subj', '/CN=localhost'], {
      stdio: 'ignore',
    })
    const limits = { ...SETTINGS.limits, headersTimeoutMs: 700, drainMs: 3000 }
    secure = await gatewayOn(
      upstream.origin,
      { listen: { ...SETTINGS.listen, tls: { cert, key } }, limits },
      { lingerMs: 500 },
    )
  })

  afterAll(async () => {
    // One that never shook hands keeps nobody from going.
    const silent = await openRaw(secure.port)
    const begun = performance.now()
    expect(await secure.close()).toEqual({ cutConnections: expect.any(Number) })
    expect(performance.now() - begun).toBeLessThan(10_000)
    silent.socket.destroy()
    rmSync(folder, { recursive: true })
    expect(secure.errors()).toEqual([])
  })

  test('an edit, and the promise to stay with TLS', async () => {
    expect(secure.url).toMatch(/^https:/)
    const raw = await openRaw(secure.port, { tls: true })
    await raw.write(requestOf({ path: GENERATE, headers: [['content-type', 'application/json']] }, BODY))
    const [answer] = (await raw.wait(1)) ?? []
    expect(answer?.status).toBe(200)
    expect(answer?.headers['strict-transport-security']).toMatch(/max-age=\d{7,}/)
    raw.socket.destroy()
  })

  test('bad requests are answered too, and refused ones read out', async () => {
    const raw = await openRaw(secure.port, { tls: true })
    await raw.write('GET / HTTP/9.9\r\n\r\n')
    const [bad] = (await raw.wait(1)) ?? []
    expect([bad?.status, bad?.headers['strict-transport-security'] !== undefined]).toEqual([400, true])
    expect(await raw.closes(5000)).toBe(true)
    raw.socket.destroy()

    const big = await openRaw(secure.port, { tls: true })
    await big.write(
      Buffer.concat([
        Buffer.from(headOf({ path: '/nothing', headers: [['content-length', '3000000']] })),
        Buffer.alloc(3_000_000),
      ]),
    )
    expect((await big.wait(1))?.[0]?.status).toBe(404)
    big.socket.destroy()
  })

  test('who speaks plain HTTP, or never shakes hands, is cut', async () => {
    const plain = await openRaw(secure.port)
    await plain.write(requestOf({ method: 'GET', path: '/healthz' }))
    expect(await plain.closes(5000)).toBe(true)
    const silent = await openRaw(secure.port)
    expect(await silent.closes(5000)).toBe(true)
    plain.socket.destroy()
    silent.socket.destroy()
  })

  test.each([
    ['TLSv1.1', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
    ['TLSv1.2', null],
    ['TLSv1.3', null],
  ] as const)('%s', async (version, failure) => {
    const code = await new Promise((resolve) => {
      const options = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }
      const socket = connect({ port: secure.port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
      socket.once('secureConnect', () => resolve(null))
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
      socket.once('close', () => socket.destroy())
      onTestFinished(() => void socket.destroy())
    })
    expect(code).toBe(failure)
  })
})
