import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { PlantainError } from '../contract/error.ts'
import { configOf, loaded, mistakesOf } from './config-folder.fixture.ts'
import { configError } from './mistake.ts'

const HASH = 'sha256:5f2b0f0e4a9c7d3e1b8a6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f'

test('a file that says everything', async () => {
  const yaml = `
listen: { host: 0.0.0.0, port: 8443, publicUrl: https://plantain.example }
admin: { port: 9090 }
keys:
  - id: web
    hash: ${HASH}
    scopes: [edit]
    models: [nano-banana, gemini-3-pro-image]
    providers: [vertex]
    passThrough: true
    limits: { concurrent: 8, requestsPerMinute: 60 }
  - { id: ops, hash: '${HASH.replace('5f', '4a')}', scopes: [admin] }
credentials:
  - { id: studio, apiKey: "\${GEMINI_API_KEY}" }
  - { id: cloud, adc: true, impersonate: robot@project.iam.gserviceaccount.com }
  - { id: file, serviceAccountFile: account.json }
targets:
  - { provider: vertex, credential: cloud, project: my-project, location: europe-west4 }
  - { provider: ai-studio, credential: studio, baseUrl: "http://127.0.0.1:\${PORT:-9}", apiVersion: v1 }
  - { provider: vertex, credential: file }
  - { provider: vertex, credential: studio }
  - { provider: ai-studio, credential: studio }
  - { provider: local, name: offline }
models: { legacyText: pass }
limits: { requestBytes: 20MB, inFlightBytes: 512MiB, bodyIdleMs: 5s, imagePixels: 20MP, verify: headers }
cors: { origins: [https://app.example/, "http://localhost:3000"], maxAgeSeconds: 1h }
store: { folder: kept, resultsKeepMs: 2h, maxBytes: 1TB }
observe: { logLevel: debug, logFile: /var/log/plantain.log, metrics: false, traces: { endpoint: "http://collector:4318/v1/traces" } }
data: { logInstructions: true }
`
  const load = await loaded(yaml, {
    env: { GEMINI_API_KEY: 'AIza-planted\n', HOME: '/home/me' },
    files: { 'account.json': '{}' },
  })
  const config = configOf(load)
  const studio = { kind: 'api-key', id: 'studio' }
  const cloud = {
    kind: 'adc',
    id: 'cloud',
    env: { HOME: '/home/me' },
    impersonate: 'robot@project.iam.gserviceaccount.com',
  }
  const file = { kind: 'file', id: 'file', path: join(load.folder, 'account.json'), impersonate: null }
  expect(config).toMatchObject({
    listen: { host: '0.0.0.0', port: 8443, tls: null, publicUrl: 'https://plantain.example' },
    admin: { host: '127.0.0.1', port: 9090 },
    keys: [
      {
        hash: HASH,
        caller: {
          keyId: 'web',
          scopes: ['edit'],
          models: ['nano-banana', 'gemini-3-pro-image'],
          providers: ['vertex'],
          passThrough: true,
          limits: { concurrent: 8, requestsPerMinute: 60 },
        },
      },
      {
        caller: {
          keyId: 'ops',
          scopes: ['admin'],
          models: null,
          providers: null,
          passThrough: false,
          limits: { concurrent: 64, requestsPerMinute: 1000 },
        },
      },
    ],
    credentials: [studio, cloud, file],
    targets: [
      {
        provider: 'vertex',
        name: 'vertex:europe-west4',
        credentials: [cloud],
        project: 'my-project',
        location: 'europe-west4',
        baseUrl: null,
      },
      {
        provider: 'ai-studio',
        name: 'ai-studio',
        credentials: [studio],
        baseUrl: 'http://127.0.0.1:9',
        apiVersion: 'v1',
      },
      { provider: 'vertex', name: 'vertex:global', credentials: [file], project: null, location: 'global' },
      { provider: 'vertex', name: 'vertex:express', credentials: [studio] },
      { provider: 'ai-studio', name: 'ai-studio#2', baseUrl: null, apiVersion: null },
      { provider: 'local', name: 'offline' },
    ],
    models: { legacyText: 'pass' },
    limits: {
      requestBytes: 20e6,
      inFlightBytes: 512 * 2 ** 20,
      bodyIdleMs: 5000,
      bodyTotalMs: 300_000,
      imagePixels: 20e6,
      verify: 'headers',
    },
    cors: { origins: ['https://app.example', 'http://localhost:3000'], maxAgeSeconds: 3600 },
    store: { folder: join(load.folder, 'kept'), resultsKeepMs: 7_200_000, maxBytes: 1e12 },
    observe: {
      logLevel: 'debug',
      logFile: '/var/log/plantain.log',
      metrics: false,
      traces: { endpoint: 'http://collector:4318/v1/traces' },
    },
    data: { logInstructions: true },
  })
  const [first] = config.credentials
  expect(first?.kind === 'api-key' && first.key.reveal()).toBe('AIza-planted')
  expect(load).toMatchObject({
    file: 'plantain.yaml',
    because: null,
    warnings: [{ path: 'keys[0].models[0]', problem: expect.stringMatching(/^is not asked any more/) }],
  })
  expect(inspect(load, { depth: 20 }) + JSON.stringify(load)).not.toContain('planted')
  for (const part of [config, config.listen, config.keys, config.keys[0]?.caller.limits, config.targets[0]]) {
    expect(Object.isFrozen(part)).toBe(true)
  }
})

test('every mistake is told in one go, where it is and what mends it', async () => {
  const yaml = `listen:
  host: 0.0.0.0
  prot: 80
  port: 99999
keys:
  - id: web
    hash: deadbeef
  - id: two words
    hash: \${NO_HASH}
    scopes: [edit, fly]
    limits: { concurrent: none }
  - hash: ${HASH}
  - just text
credentials:
  - id: studio
    apiKey: \${NO_KEY}
  - id: cloud
  - { id: both, adc: true, apiKey: "\${KEY}" }
  - { id: both, adc: true }
  - { id: keyed, apiKey: "\${KEY}", impersonate: a@b.example }
  - { id: gone, serviceAccountFile: missing.json }
targets:
  - { provider: ai-studio, credential: studoi }
  - { provider: google }
  - { provider: local, credential: cloud }
  - { provider: ai-studio, credential: gone }
  - { provider: vertex, location: Mars, credential: gone }
  - { provider: ai-studio, credential: keyed, baseUrl: http://evil.test }
  - { provider: vertex }
limts: {}
limits:
  bodyIdleMs: 10 parsecs
  drainMs: -1
  connections: many
cors: { origins: [app.example, https://x.example/path] }
observe: loud
store: { folder: ~/plantain }
data: { logInstructions: perhaps }
`
  const lines = mistakesOf(await loaded(yaml, { env: { KEY: 'k' } }))
  expect(lines).toEqual([
    expect.stringMatching(/^plantain\.yaml:3:3: listen\.prot: is not a setting\. Did you mean port\?$/),
    expect.stringMatching(/^plantain\.yaml:4:9: listen\.port: has to be a whole number from 0 to 65535\./),
    expect.stringMatching(
      /^plantain\.yaml:7:11: keys\[0\]\.hash: is not the hash of a key\. .*`plantain keys new`/,
    ),
    expect.stringMatching(/^plantain\.yaml:8:9: keys\[1\]\.id: has to be a name/),
    expect.stringMatching(/^plantain\.yaml:9:11: keys\[1\]\.hash: names the variable NO_HASH/),
    expect.stringMatching(
      /^plantain\.yaml:10:20: keys\[1\]\.scopes\[1\]: has to be edit, files, models or admin/,
    ),
    expect.stringMatching(/^plantain\.yaml:11:27: keys\[1\]\.limits\.concurrent: has to be a whole number/),
    expect.stringMatching(/^plantain\.yaml:12:5: keys\[2\]\.id: is missing/),
    expect.stringMatching(/^plantain\.yaml:13:5: keys\[3\]: has to be a group of settings/),
    expect.stringMatching(
      /^plantain\.yaml:16:13: credentials\[0\]\.apiKey: names the variable NO_KEY, which is not set/,
    ),
    expect.stringMatching(/^plantain\.yaml:17:5: credentials\[1\]: says nothing of how to prove itself/),
    expect.stringMatching(/^plantain\.yaml:18:5: credentials\[2\]: is several credentials at once/),
    expect.stringMatching(/^plantain\.yaml:19:11: credentials\[3\]\.id: is the id of another credential/),
    expect.stringMatching(
      /^plantain\.yaml:20:\d+: credentials\[4\]\.impersonate: does not go with an API key/,
    ),
    expect.stringMatching(
      /^plantain\.yaml:21:\d+: credentials\[5\]\.serviceAccountFile: names a file that is not there/,
    ),
    expect.stringMatching(
      /^plantain\.yaml:24:\d+: targets\[1\]\.provider: has to be local, ai-studio or vertex/,
    ),
    expect.stringMatching(
      /^plantain\.yaml:25:\d+: targets\[2\]\.credential: does not go with the local engine/,
    ),
    expect.stringMatching(
      /^plantain\.yaml:26:\d+: targets\[3\]\.credential: is no API key, which AI Studio needs/,
    ),
    expect.stringMatching(/^plantain\.yaml:27:\d+: targets\[4\]\.location: has to be a location/),
    expect.stringMatching(/^plantain\.yaml:28:\d+: targets\[5\]\.baseUrl: has to be an https address/),
    expect.stringMatching(/^plantain\.yaml:29:5: targets\[6\]\.credential: is missing/),
    expect.stringMatching(/^plantain\.yaml:30:1: limts: is not a setting\. Did you mean limits\?/),
    expect.stringMatching(
      /^plantain\.yaml:32:15: limits\.bodyIdleMs: has to be a duration from 100ms to 1h\. Write a number with a unit/,
    ),
    expect.stringMatching(/^plantain\.yaml:33:12: limits\.drainMs: has to be a duration/),
    expect.stringMatching(/^plantain\.yaml:34:16: limits\.connections: has to be a whole number/),
    expect.stringMatching(/^plantain\.yaml:35:19: cors\.origins\[0\]: has to be an origin/),
    expect.stringMatching(/^plantain\.yaml:35:32: cors\.origins\[1\]: has to be an origin/),
    expect.stringMatching(/^plantain\.yaml:36:10: observe: has to be a group/),
    expect.stringMatching(/^plantain\.yaml:37:18: store\.folder: begins with ~/),
    expect.stringMatching(/^plantain\.yaml:38:26: data\.logInstructions: has to be true or false/),
  ])
})

test.each(['80.5', '.inf', '.nan', '-1', '65536', '[]', '{}', 'true', '""', '0x', '8080 # ok', '"8080"'])(
  'port: %s',
  async (port) => {
    const lines = mistakesOf(await loaded(`listen: { port: 1 }\nlimits:\n  connections: ${port}`))
    const isGood = port.includes('8080') || port === '65536'
    expect(lines).toEqual(
      isGood ? [] : [expect.stringMatching(/limits\.connections: has to be a whole number/)],
    )
  },
)

test('limits that make each other pointless', async () => {
  const lines = mistakesOf(await loaded('limits: { requestBytes: 2GiB, bodyIdleMs: 10m }'))
  expect(lines).toEqual([
    expect.stringMatching(/limits\.inFlightBytes: is less than one request may have/),
    expect.stringMatching(/limits\.bodyTotalMs: is shorter than the pause/),
  ])
})

async function routing(yaml: string | null, env = {}) {
  return configOf(await loaded(yaml, { env })).routing
}

test('routing, with its defaults, a part of it, and by variables', async () => {
  const defaults = {
    attempts: 4,
    noImage: 'retry',
    ambiguous: 'retry',
    timeouts: { connectMs: 10_000, firstByteMs: 170_000, idleMs: 60_000, attemptMs: 175_000 },
  }
  expect(await routing(null)).toEqual(defaults)
  expect(
    await routing(
      'routing: { attempts: 1, noImage: keep, ambiguous: stop, timeouts: { firstByteMs: 3m, attemptMs: 1h } }',
    ),
  ).toEqual({
    attempts: 1,
    noImage: 'keep',
    ambiguous: 'stop',
    timeouts: { ...defaults.timeouts, firstByteMs: 180_000, attemptMs: 3_600_000 },
  })
  const env = { PLANTAIN_ROUTING_ATTEMPTS: '10', PLANTAIN_ROUTING_TIMEOUTS_CONNECT_MS: '3s' }
  expect(await routing(null, env)).toEqual({
    ...defaults,
    attempts: 10,
    timeouts: { ...defaults.timeouts, connectMs: 3000 },
  })
})

test.each<[string, RegExp[]]>([
  ['attempts: 0', [/:1:22: routing\.attempts: has to be a whole number from 1 to 10\. Write it in digits\./]],
  ['attempts: 11', [/:1:22: routing\.attempts: has to be/]],
  ['noImage: stop', [/:1:21: routing\.noImage: has to be retry or keep\. Write one of these words\./]],
  ['ambiguous: keep', [/:1:23: routing\.ambiguous: has to be retry or stop/]],
  [
    'timeouts: { connectMs: 2h, idleMs: 0, firstByteMs: x, attemptMs: 61m }',
    [
      /:1:35: routing\.timeouts\.connectMs: has to be a duration from 100ms to 1h\. Write a number with a unit/,
      /:1:47: routing\.timeouts\.idleMs: has to be a duration/,
      /:1:63: routing\.timeouts\.firstByteMs: has to be a duration/,
      /:1:77: routing\.timeouts\.attemptMs: has to be a duration/,
    ],
  ],
  [
    'timeouts: { attemptMs: 169s }',
    [
      /:1:35: routing\.timeouts\.attemptMs: is shorter than an answer may take to begin \(firstByteMs\)\. Raise it, or lower firstByteMs\./,
    ],
  ],
  ['timeouts: { attemptMs: 170s }', []],
  ['tries: 2', [/:1:12: routing\.tries: is not a setting/]],
])('routing: { %s }', async (settings, expected) => {
  const lines = mistakesOf(await loaded(`routing: { ${settings} }`))
  expect(lines).toEqual(expected.map((pattern) => expect.stringMatching(pattern)))
})

test('all mistakes make one error, of a code and an exit of its own', async () => {
  const load = await loaded('listen: { port: x, prot: 1 }')
  const error = configError(load.kind === 'mistakes' ? load.mistakes : [])
  expect(PlantainError.is(error)).toBe(true)
  expect(error).toMatchObject({
    code: 'config_invalid',
    message: expect.stringMatching(
      /^The configuration has 2 mistakes\.\n- plantain\.yaml:1:17: .*\n- plantain\.yaml:1:20: /,
    ),
  })
})
