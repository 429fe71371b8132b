import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashOf, newGatewayKey } from '../src/auth/gateway-key.ts'
import { createGuard } from '../src/auth/guard.ts'
import { createThrottle } from '../src/auth/throttle.ts'
import { type KnownKey, type Scope, SCOPES } from '../src/contract/caller.ts'
import type { ErrorCode } from '../src/contract/error.ts'
import { createApp } from '../src/http/app.ts'
import { type Handler, jsonReply } from '../src/http/exchange.ts'
import type { Route } from '../src/http/route.ts'
import { type Handlers, routesOf } from '../src/http/routes.ts'
import { createRouteTable } from '../src/http/route-table.ts'
import { type RunningServer, startServer } from '../src/http/server.ts'
import { createObserver } from '../src/observe/observer.ts'
import { realSystem } from '../src/system.ts'
import { DIALECTS, errorIn } from './dialect.ts'
import type { Answer } from './fuzz/answer.ts'
import { KEYLESS, SETTINGS, SILENT } from './gateway-client.ts'
import { headOf, openRaw } from './raw-socket.ts'

/**
 * All that is answered to whoever has no key. A route that is added here gives something away: health and
 * documentation, and addresses that are a credential themselves.
 */
const OPEN = [
  'GET /healthz',
  'GET /readyz',
  'GET /openapi.json',
  'GET /docs',
  // Signed.
  'GET /v1/edits/:id/images/:n',
  // By the id of an upload, 256 random bits.
  ...['/upload/v1/files/resume', '/upload/v1beta/files/resume', '/upload/files/resume'].flatMap((path) => [
    `POST ${path}`,
    `PUT ${path}`,
  ]),
]

/** How often the handler of each route was reached. */
const reached = new Map<string, number>()
const nameOf = ({ method, path }: Route) => `${method} ${path}`
const nobody: Handler = async () => jsonReply(200, {})
const ROUTES: readonly Route[] = routesOf(new Proxy({} as Handlers, { get: () => nobody, has: () => true }), {
  withAdmin: true,
}).map((route) => ({
  ...route,
  handler: async () => {
    reached.set(nameOf(route), (reached.get(nameOf(route)) ?? 0) + 1)
    return jsonReply(200, {})
  },
}))

const newKey = () => newGatewayKey({ random: realSystem.random }).reveal()
const KEY_WITH = new Map(SCOPES.map((scope) => [scope, newKey()]))
const KEY_WITHOUT = new Map(SCOPES.map((scope) => [scope, newKey()]))
const known = (key: string, name: string, scopes: readonly Scope[]): KnownKey => ({
  hash: hashOf(key),
  caller: { ...KEYLESS, keyId: name, scopes },
})
const CALLERS = SCOPES.flatMap((scope) => [
  known(KEY_WITH.get(scope)!, `only-${scope}`, [scope]),
  known(
    KEY_WITHOUT.get(scope)!,
    `no-${scope}`,
    SCOPES.filter((one) => one !== scope),
  ),
])

async function serverWith(callers: readonly KnownKey[]): Promise<RunningServer> {
  const app = createApp({
    system: realSystem,
    table: createRouteTable(ROUTES),
    guard: createGuard({ callers, keyless: KEYLESS, publicUrl: null, corsOrigins: [], tls: false }),
    throttle: createThrottle(realSystem),
    observer: await createObserver({ system: realSystem, log: SILENT }),
    log: SILENT,
    cors: { origins: [], maxAgeSeconds: 1 },
    tls: false,
    publicUrl: null,
    draining: () => false,
    readerIdleMs: 1000,
  })
  const { limits, listen } = SETTINGS
  return startServer(app, { ...listen, ...limits, tls: null, requestTimeoutMs: 60_000 })
}

let server: RunningServer
let keyless: RunningServer

beforeAll(async () => {
  server = await serverWith(CALLERS)
  keyless = await serverWith([])
})

afterAll(async () => {
  await Promise.all([server.drain(0), keyless.drain(0)])
})

/** A path of the route; names stand for whole segments. */
function pathOf({ path }: Route): string {
  return path.replaceAll(/\/:(\w+)/g, (_, name) => (name === 'call' ? '/m:generateContent' : '/x'))
}

type Headers = readonly (readonly [string, string])[]

/** A key in every place that is looked at. */
const places = (key: string) =>
  [
    { headers: [['plantain-key', key]] },
    { headers: [['x-goog-api-key', key]] },
    { headers: [['authorization', `Bearer ${key}`]] },
    { headers: [['AUTHORIZATION', `bEaReR   ${key}`]] },
    { query: `?key=${encodeURIComponent(key)}` },
  ] as const

/** Asks a route, and says whether its handler was reached. */
async function ask(
  { port }: RunningServer,
  route: Route,
  {
    headers = [],
    method = route.method,
    query = '',
    host,
  }: { headers?: Headers; method?: string; query?: string; host?: string } = {},
): Promise<{ readonly answer: Answer; readonly wasReached: boolean }> {
  const before = reached.get(nameOf(route)) ?? 0
  const path = `${pathOf(route)}${query}`
  const raw = await openRaw(port)
  const close = ['connection', 'close'] as const
  await raw.write(
    headOf({
      method,
      path,
      headers: [...headers, ['content-length', '0'], close],
      ...(host !== undefined && { host }),
    }),
  )
  await raw.closes(20_000)
  const [answer] = raw.answers() ?? []
  raw.socket.destroy()
  if (answer === undefined) throw new Error(`No answer to ${method} ${path}.`)
  return { answer, wasReached: (reached.get(nameOf(route)) ?? 0) > before }
}

function expectError(route: Route, answer: Answer, code: ErrorCode): void {
  expect(errorIn(answer), answer.body.toString()).toMatchObject({ dialect: DIALECTS[route.door], code })
  expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
}

test('what is open is what was meant to be', () => {
  const open = ROUTES.filter(({ access }) => access === 'open').map(nameOf)
  expect(open.toSorted()).toEqual(OPEN.toSorted())
  // Metrics tell what a gateway spends.
  expect(ROUTES.find(({ path }) => path === '/metrics')?.access).toBe('admin')
  expect(ROUTES.length).toBeGreaterThan(50)
  expect(new Set(ROUTES.map(nameOf)).size).toBe(ROUTES.length)
})

describe.each(
  ROUTES.filter(({ access }) => access === 'open').map((route) => [nameOf(route), route] as const),
)('open: %s', (_, route) => {
  test.each([
    ['no key', []],
    ['a key of another service', [['x-goog-api-key', 'AIzaSy-of-somebody']]],
    [
      'two keys',
      [
        ['x-goog-api-key', 'a'],
        ['x-goog-api-key', 'b'],
      ],
    ],
  ] as const)('%s', async (__, headers) => {
    expect((await ask(server, route, { headers })).wasReached).toBe(true)
  })
})

describe.each(
  ROUTES.filter(({ access }) => access !== 'open').map((route) => [nameOf(route), route] as const),
)('%s', (_, route) => {
  const scope = route.access as Scope
  test('no key: 401', async () => {
    const empty: readonly Headers[] = [
      [],
      [['authorization', '']],
      [['authorization', 'Bearer ']],
      [['authorization', 'Basic YTpi']],
      [['x-goog-api-key', ' ']],
      [['cookie', `key=${KEY_WITH.get(scope)}`]],
      [['x-api-key', KEY_WITH.get(scope)!]],
      [['x-plantain-key', KEY_WITH.get(scope)!]],
    ]
    for (const headers of empty) {
      const { answer, wasReached } = await ask(server, route, { headers })
      expectError(route, answer, 'key_missing')
      expect(wasReached).toBe(false)
    }
  })

  test('a key that is malformed, or of somebody else: 401', async () => {
    const right = KEY_WITH.get(scope)!
    const keys = [
      newKey(),
      'AIzaSyEmulator-0123456789-0123456789-01',
      `${right}x`,
      right.slice(0, -1),
      right.toLowerCase(),
      `${right.slice(0, -1)}${right.endsWith('a') ? 'b' : 'a'}`,
      `' OR '1'='1`,
      '*',
      '__proto__',
      hashOf(right),
    ]
    for (const ways of keys.map(places)) {
      for (const way of ways) {
        const { answer, wasReached } = await ask(server, route, way)
        expectError(route, answer, 'key_unknown')
        expect(wasReached).toBe(false)
      }
    }
  })

  test('a key that is known, and for something else: 403', async () => {
    for (const way of places(KEY_WITHOUT.get(scope)!)) {
      const { answer, wasReached } = await ask(server, route, way)
      expectError(route, answer, 'not_allowed')
      expect(wasReached).toBe(false)
    }
  })

  test('the same key twice in a place: 400', async () => {
    const key = KEY_WITH.get(scope)!
    const { answer, wasReached } = await ask(server, route, {
      headers: [
        ['plantain-key', key],
        ['plantain-key', key],
      ],
    })
    expectError(route, answer, 'invalid_request')
    expect(wasReached).toBe(false)
  })

  test('a key for it: let in, wherever it stands', async () => {
    for (const way of places(KEY_WITH.get(scope)!)) {
      expect((await ask(server, route, way)).wasReached).toBe(true)
    }
  })

  test('a wrong key in front of the right one is the one that counts', async () => {
    const { answer, wasReached } = await ask(server, route, {
      headers: [
        ['plantain-key', newKey()],
        ['x-goog-api-key', KEY_WITH.get(scope)!],
      ],
    })
    expectError(route, answer, 'key_unknown')
    expect(wasReached).toBe(false)
  })

  test('other methods reach nothing, and OPTIONS neither', async () => {
    const key: Headers = [['plantain-key', KEY_WITH.get(scope)!]]
    for (const method of ['PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'M-SEARCH']) {
      const { wasReached } = await ask(server, route, { method, headers: key })
      expect(wasReached, method).toBe(false)
    }
  })

  test('without keys: a name of its own, another page, a proxy: 403 and 401', async () => {
    const strangers = [
      ['not_allowed', { host: 'attacker.example' }],
      ['not_allowed', { headers: [['origin', 'https://attacker.example']] }],
      ['not_allowed', { headers: [['origin', 'null']] }],
      ['not_allowed', { headers: [['sec-fetch-site', 'cross-site']] }],
      ['key_missing', { headers: [['x-forwarded-for', '203.0.113.9']] }],
    ] as const
    for (const [code, way] of strangers) {
      const { answer, wasReached } = await ask(keyless, route, way)
      expectError(route, answer, code)
      expect(wasReached).toBe(false)
    }
    expect((await ask(keyless, route)).wasReached).toBe(true)
  })
})

describe('HEAD', () => {
  const gets = ROUTES.filter(({ method, access }) => method === 'GET' && access !== 'open')

  test('is let in and kept out as GET is', async () => {
    for (const route of gets) {
      const out = await ask(server, route, { method: 'HEAD' }).catch(() => null)
      expect(out?.wasReached ?? false, nameOf(route)).toBe(false)
    }
  })
})

test('spellings of a path that is guarded lead to it or to nothing', async () => {
  const spellings = [
    '/V1/EDITS/x',
    '//v1/edits/x',
    '/v1//edits/x',
    '/v1/./edits/x',
    '/docs/../v1/edits/x',
    '/v1/edits/x/',
    '/v1%2Fedits%2Fx',
    '/%761/edits/x',
    '/v1/edits;a/x',
    '/v1/edits/x#a',
    '/v1/edits\\x',
  ]
  const before = [...reached.values()].reduce((sum, count) => sum + count, 0)
  for (const path of spellings) {
    const raw = await openRaw(server.port)
    await raw.write(headOf({ method: 'GET', path, headers: [['connection', 'close']] }))
    await raw.closes(20_000)
    const [answer] = raw.answers() ?? []
    raw.socket.destroy()
    expect([400, 401, 404, 405], path).toContain(answer?.status)
  }
  expect([...reached.values()].reduce((sum, count) => sum + count, 0)).toBe(before)
})
