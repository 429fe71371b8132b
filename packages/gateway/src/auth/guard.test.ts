import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { realSystem } from '../system.ts'
import { callerNamed } from './caller.fixture.ts'
import { hashOf, newGatewayKey } from './gateway-key.ts'
import { type Admission, createGuard, type GuardOptions, type Knock } from './guard.ts'

const newKey = () => newGatewayKey({ random: realSystem.random }).reveal()
const KEY = newKey()
const PASSING = newKey()
const NOBODYS = newKey()
const GOOGLE_KEY = 'AIzaSyPlanted-0123456789abcdefghijklmno'
const GOOGLE_TOKEN = 'ya29.planted-token'

const OPEN: GuardOptions = {
  callers: [],
  keyless: callerNamed('loopback'),
  publicUrl: null,
  corsOrigins: [],
  tls: false,
}
const KEYED: GuardOptions = {
  ...OPEN,
  callers: [
    { hash: hashOf(KEY), caller: callerNamed('web') },
    { hash: hashOf(PASSING), caller: callerNamed('vertex-app', { passThrough: true }) },
  ],
}

type Headers = Record<string, string | string[]>

function knock(
  headers: Headers = {},
  { query = '', from = '192.0.2.7' }: { query?: string; from?: string } = {},
): Knock {
  return {
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()])),
    query: new URLSearchParams(query),
    remoteAddress: from,
  }
}

/** `web`, `web with authorization=ya29…`, or the fault's code. */
function brief(admission: Admission): string {
  if (admission.kind === 'fault') return admission.fault.code
  const { caller, providerCredential: own } = admission
  return own === null ? caller.keyId : `${caller.keyId} with ${own.header}=${own.secret.reveal()}`
}

const keyed = (headers: Headers, query = '') => brief(createGuard(KEYED).admit(knock(headers, { query })))

describe('with keys', () => {
  test.each<[string, Headers, string, string]>([
    ['plantain-key', { 'plantain-key': KEY }, '', 'web'],
    ['x-goog-api-key', { 'x-goog-api-key': KEY }, '', 'web'],
    ['Bearer', { authorization: `Bearer ${KEY}` }, '', 'web'],
    ['bearer, small and with spaces', { authorization: `bearer   ${KEY} ` }, '', 'web'],
    ['?key=', {}, `key=${KEY}`, 'web'],
    ['no credential', {}, '', 'key_missing'],
    [
      'empty ones',
      { 'x-goog-api-key': '', authorization: 'Bearer ', 'plantain-key': ' ' },
      'key=',
      'key_missing',
    ],
    ['Basic', { authorization: `Basic ${KEY}` }, '', 'key_missing'],
    ['a key without its scheme', { authorization: KEY }, '', 'key_missing'],
    ['a good key nobody has', { 'plantain-key': NOBODYS }, '', 'key_unknown'],
    ['a Google key', { 'x-goog-api-key': GOOGLE_KEY }, '', 'key_unknown'],
    ['a Google token', { authorization: `Bearer ${GOOGLE_TOKEN}` }, '', 'key_unknown'],
    ['the hash', { 'plantain-key': hashOf(KEY) }, '', 'key_unknown'],
    ['joined by a proxy', { 'plantain-key': `${KEY}, ${KEY}` }, '', 'key_unknown'],
    // Whatever is first decides; there is no second guess.
    ['unknown before known', { 'plantain-key': NOBODYS, 'x-goog-api-key': KEY }, '', 'key_unknown'],
    [
      'Google key before known',
      { 'x-goog-api-key': GOOGLE_KEY, authorization: `Bearer ${KEY}` },
      '',
      'key_unknown',
    ],
    [
      'known before Google token',
      { 'x-goog-api-key': KEY, authorization: `Bearer ${GOOGLE_TOKEN}` },
      '',
      'web',
    ],
    ['header before query', { 'x-goog-api-key': KEY }, `key=${GOOGLE_KEY}`, 'web'],
    [
      'plantain-key and a Google token',
      { 'plantain-key': KEY, authorization: `Bearer ${GOOGLE_TOKEN}` },
      '',
      'web',
    ],
    ['plantain-key and a Google key', { 'plantain-key': KEY, 'x-goog-api-key': GOOGLE_KEY }, '', 'web'],
    ['twice', { 'plantain-key': [KEY, KEY] }, '', 'invalid_request'],
    ['twice, one of them good', { 'x-goog-api-key': [GOOGLE_KEY, KEY] }, '', 'invalid_request'],
    ['Authorization twice', { authorization: [`Bearer ${KEY}`, `Bearer ${KEY}`] }, '', 'invalid_request'],
    [
      'twice where it is not looked at',
      { 'plantain-key': KEY, authorization: ['a', 'b'] },
      '',
      'invalid_request',
    ],
    ['?key= twice', {}, `key=${KEY}&key=${KEY}`, 'invalid_request'],
  ])('%s', (_, headers, query, expected) => {
    expect(keyed(headers, query)).toBe(expected)
  })

  test('being near, or coming from a page, makes no difference', () => {
    const guard = createGuard(KEYED)
    const page = { host: 'gateway.example', origin: 'https://app.example', 'sec-fetch-site': 'cross-site' }
    expect(brief(guard.admit(knock({ host: 'localhost' }, { from: '127.0.0.1' })))).toBe('key_missing')
    expect(brief(guard.admit(knock({ ...page, 'plantain-key': KEY })))).toBe('web')
  })

  test.each<[string, Headers, string, string]>([
    [
      'its token',
      { 'plantain-key': PASSING, authorization: `Bearer ${GOOGLE_TOKEN}` },
      '',
      `authorization=${GOOGLE_TOKEN}`,
    ],
    [
      'its API key',
      { 'plantain-key': PASSING, 'x-goog-api-key': GOOGLE_KEY },
      '',
      `x-goog-api-key=${GOOGLE_KEY}`,
    ],
    [
      'its API key in the query',
      { 'plantain-key': PASSING },
      `key=${GOOGLE_KEY}`,
      `x-goog-api-key=${GOOGLE_KEY}`,
    ],
    [
      'its token beside its key in x-goog-api-key',
      { 'x-goog-api-key': PASSING, authorization: `Bearer ${GOOGLE_TOKEN}` },
      '',
      `authorization=${GOOGLE_TOKEN}`,
    ],
    [
      'one key in two places',
      { 'plantain-key': PASSING, 'x-goog-api-key': GOOGLE_KEY },
      `key=${GOOGLE_KEY}`,
      `x-goog-api-key=${GOOGLE_KEY}`,
    ],
  ])('a key with passThrough keeps %s', (_, headers, query, expected) => {
    expect(keyed(headers, query)).toBe(`vertex-app with ${expected}`)
  })

  test.each<[string, Headers, string]>([
    ['none', { 'plantain-key': PASSING }, 'vertex-app'],
    [
      'gateway keys, which never go to Google',
      { 'plantain-key': PASSING, 'x-goog-api-key': KEY, authorization: 'Bearer plt_x' },
      'vertex-app',
    ],
    [
      'two',
      { 'plantain-key': PASSING, 'x-goog-api-key': GOOGLE_KEY, authorization: `Bearer ${GOOGLE_TOKEN}` },
      'invalid_request',
    ],
    ['one with a space in it', { 'plantain-key': PASSING, 'x-goog-api-key': 'AIza x' }, 'invalid_request'],
    ['one that is no text', { 'plantain-key': PASSING, 'x-goog-api-key': 'AIza\u00ff' }, 'invalid_request'],
    ['one without end', { 'plantain-key': PASSING, 'x-goog-api-key': 'A'.repeat(20_000) }, 'invalid_request'],
  ])('own credentials of a key with passThrough: %s', (_, headers, expected) => {
    expect(keyed(headers)).toBe(expected)
  })

  test.each([
    [NOBODYS, /well formed, but this gateway does not know it/],
    [KEY.slice(0, -1), /cut off or mistyped\. Send the gateway’s key \(pl_…\)/],
    [GOOGLE_KEY, /no key of a Plantain gateway/],
  ])('%s is told apart', (key, message) => {
    const admission = createGuard(KEYED).admit(knock({ authorization: `Bearer ${key}` }))
    expect(admission).toMatchObject({ fault: { message: expect.stringMatching(message) } })
  })

  test('a refusal says where the key goes and repeats nothing of what came', () => {
    const planted = [NOBODYS, GOOGLE_KEY, GOOGLE_TOKEN, 'pl_live_planted', "' OR '1'='1"]
    const messages = planted.flatMap((text) =>
      [{ 'plantain-key': text }, { 'x-goog-api-key': text }, { authorization: `Bearer ${text}` }].map(
        (headers) => {
          const admission = createGuard(KEYED).admit(knock(headers))
          return admission.kind === 'fault' ? JSON.stringify(admission) : ''
        },
      ),
    )
    for (const message of messages) {
      expect(message).toMatch(/key_unknown/)
      expect(planted.filter((text) => message.includes(text))).toEqual([])
    }
    const missing = createGuard(KEYED).admit(knock())
    expect(missing).toMatchObject({
      fault: { message: expect.stringMatching(/plantain-key, x-goog-api-key or Authorization: Bearer/) },
    })
  })
})

describe('without keys, on this machine', () => {
  const open = (headers: Headers, query = '') =>
    brief(
      createGuard(OPEN).admit(knock({ host: 'localhost:8080', ...headers }, { query, from: '127.0.0.1' })),
    )

  test.each<[string, Headers, string, string]>([
    ['nothing', {}, '', 'loopback'],
    ['any key', { 'x-goog-api-key': 'any' }, '', 'loopback'],
    ['a Google token', { authorization: `Bearer ${GOOGLE_TOKEN}` }, '', 'loopback'],
    ['a gateway key', { 'plantain-key': KEY }, `key=${GOOGLE_KEY}`, 'loopback'],
    ['one twice', { 'x-goog-api-key': ['a', 'b'] }, '', 'invalid_request'],
  ])('%s is ignored', (_, headers, query, expected) => {
    expect(open(headers, query)).toBe(expected)
  })

  test('a credential passes through where the keyless entry says so', () => {
    const guard = createGuard({ ...OPEN, keyless: callerNamed('loopback', { passThrough: true }) })
    const admit = (headers: Headers) =>
      brief(guard.admit(knock({ host: '127.0.0.1', ...headers }, { from: '::ffff:127.0.0.1' })))
    expect(admit({ authorization: `Bearer ${GOOGLE_TOKEN}` })).toBe(
      `loopback with authorization=${GOOGLE_TOKEN}`,
    )
    expect(admit({ 'x-goog-api-key': GOOGLE_KEY, 'plantain-key': KEY })).toBe(
      `loopback with x-goog-api-key=${GOOGLE_KEY}`,
    )
    expect(admit({ 'plantain-key': GOOGLE_KEY })).toBe('loopback')
    expect(admit({})).toBe('loopback')
  })
})

describe('over a real socket', () => {
  const server = createServer()
  const seen: Admission[] = []
  beforeAll(async () => {
    server.on('request', (request: IncomingMessage, response) => {
      const query = new URL(request.url ?? '/', 'http://x').searchParams
      const { headersDistinct: headers, socket } = request
      seen.push(createGuard(KEYED).admit({ headers, query, remoteAddress: socket.remoteAddress }))
      seen.push(createGuard(OPEN).admit({ headers, query, remoteAddress: socket.remoteAddress }))
      response.setHeader('connection', 'close').end()
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  })
  afterAll(() => new Promise((done) => server.close(done)))

  const send = async (...lines: string[]): Promise<string[]> => {
    seen.length = 0
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.end(['GET / HTTP/1.1', ...lines, '', ''].join('\r\n'))
    socket.resume()
    await new Promise((done) => socket.once('close', done))
    return seen.map(brief)
  }

  test('a header that comes twice is seen, where Node would drop or join it', async () => {
    const host = 'Host: localhost'
    expect(await send(host, `x-goog-api-key: ${KEY}`)).toEqual(['web', 'loopback'])
    for (const name of ['Authorization', 'X-Goog-Api-Key', 'Plantain-Key']) {
      const [one, other] = [`${name}: Bearer ${KEY}`, `${name.toUpperCase()}: Bearer ${NOBODYS}`]
      expect(await send(host, one, other)).toEqual(['invalid_request', 'invalid_request'])
    }
    expect(await send(host, 'Host: evil.test')).toEqual(['key_missing', 'not_allowed'])
    expect(await send(host, 'Origin: http://localhost', 'Origin: http://evil.test')).toEqual([
      'key_missing',
      'not_allowed',
    ])
  })
})
