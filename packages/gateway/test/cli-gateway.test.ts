import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { hashOf, isGatewayKey } from '../src/auth/gateway-key.ts'
import { createGuard } from '../src/auth/guard.ts'
import { loadGatewayConfig } from '../src/config/load-gateway-config.ts'
import { type Run, runPlantain } from './run-plantain.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'plantain-cli-gateway-'))
})

const run = (args: readonly string[], env: Record<string, string> = {}): Promise<Run> =>
  runPlantain(args, { cwd, env })
const write = (yaml: string) => writeFileSync(join(cwd, 'plantain.yaml'), yaml)

describe('plantain keys new', () => {
  test('the key is let in by a gateway that has the entry, and by no other', async () => {
    const { stdout, stderr, exit } = await run(['keys', 'new', '--id', '123'])
    expect(exit).toBe(0)
    const [key = '', empty, ...entry] = stdout.toString().split('\n')
    expect([isGatewayKey(key), empty]).toEqual([true, ''])
    // What is pasted does not hold the key, and what is shown on the side neither.
    expect(entry.join('\n') + stderr).not.toContain(key.slice(8, 30))
    write(`listen: { host: 0.0.0.0 }\n${entry.join('\n')}`)
    const loaded = await loadGatewayConfig({ path: null, env: {}, folder: cwd, nowMs: Date.now() })
    if (loaded.kind === 'mistakes') throw new Error(JSON.stringify(loaded.mistakes))
    const { keys: callers, keyless, listen, cors } = loaded.config
    const guard = createGuard({
      callers,
      keyless,
      publicUrl: listen.publicUrl,
      corsOrigins: cors.origins,
      tls: false,
    })
    const knock = {
      headers: { 'plantain-key': [key] },
      query: new URLSearchParams(),
      remoteAddress: '192.0.2.1',
    }
    expect(guard.admit(knock)).toMatchObject({
      kind: 'admitted',
      caller: { keyId: '123', scopes: ['edit', 'files', 'models'] },
    })
    const other = JSON.parse((await run(['keys', 'new', '--json'])).stdout.toString())
    expect(guard.admit({ ...knock, headers: { 'plantain-key': [other.key] } }).kind).toBe('fault')
  })

  test('for programs', async () => {
    const { stdout, stderr, exit } = await run(['keys', 'new', '--env', 'test', '--json'])
    expect([exit, stderr]).toEqual([0, ''])
    const { key, id, hash } = JSON.parse(stdout.toString())
    expect(key).toMatch(/^pl_test_/)
    expect(hash).toBe(hashOf(key))
    expect(id).toBe(`key-${hash.slice(-8)}`)
  })

  test.each([
    [['--env', 'prod'], /--env is live or test/],
    [['--id', 'two words'], /--id is a name of letters/],
    [['--id', 'loopback'], /--id cannot be loopback/],
    [['--name', 'x'], /unknown option/i],
  ])('%j is a mistake, and no key comes of it', async (args, message) => {
    const { stdout, stderr, exit } = await run(['keys', 'new', ...args])
    expect([exit, stdout.toString()]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })
})

describe('plantain config check', () => {
  test('what would run, without a secret', async () => {
    const { key } = JSON.parse((await run(['keys', 'new', '--json'])).stdout.toString())
    write(`
listen: { host: '::', port: 8443, publicUrl: https://plantain.example }
admin: { port: 9090 }
keys:
  - { id: web, hash: '${hashOf(key)}', models: [nano-banana-pro], limits: { concurrent: 8 } }
  - { id: ops, hash: '${hashOf(`${key}x`)}', scopes: [admin], passThrough: true }
credentials: [{ id: studio, apiKey: "\${GEMINI_API_KEY}" }, { id: cloud, adc: true }]
targets: [{ provider: vertex, credential: cloud }, { provider: ai-studio, credential: studio }]
`)
    const env = { GEMINI_API_KEY: 'AIza-planted' }
    const { stdout, stderr, exit } = await run(['config', 'check'], env)
    expect([exit, stderr]).toEqual([0, ''])
    const lines = stdout.toString().split('\n')
    expect(lines).toEqual(
      expect.arrayContaining([
        'plantain.yaml is good. This would run:',
        'listens      http://[::]:8443',
        '             known as https://plantain.example',
        'admin        http://127.0.0.1:9090',
        'callers      web: edit, files, models; models nano-banana-pro; 8 at once, 1000 a minute',
        '             ops: admin; its own Google credential; 64 at once, 1000 a minute',
        'targets      1. vertex:global, credential cloud',
        '             2. ai-studio, credential studio',
      ]),
    )
    const json = await run(['config', 'check', '--json'], env)
    expect(JSON.parse(json.stdout.toString())).toMatchObject({
      ok: true,
      file: 'plantain.yaml',
      mistakes: [],
      config: { listen: { port: 8443 }, credentials: [{ id: 'studio', key: '[redacted]' }, { id: 'cloud' }] },
    })
    expect(`${stdout}${json.stdout}`).not.toContain('planted')
  })

  test('pools, quotas, bounds of keys and routes, each on a line', async () => {
    const { key } = JSON.parse((await run(['keys', 'new', '--json'])).stdout.toString())
    write(`
keys: [{ id: web, hash: '${hashOf(key)}', environment: live, regions: [eu, us], limits: { costMicroUsdPerEdit: 40000 } }]
credentials: [{ id: one, adc: true, environment: live }, { id: two, adc: true }]
targets:
  - { provider: vertex, credentials: [one, two], quota: { requestsPerMinute: 60, inputTokensPerMinute: 100000 } }
  - { provider: vertex, credential: two, location: eu, quota: { requestsPerMinute: 5 } }
  - { provider: local }
routes:
  - name: careful
    models: [nano-banana-pro, nano-banana-2]
    steps: [{ any: [{ target: vertex:eu, weight: 2 }, { target: vertex:global }] }, { target: vertex:eu, model: nano-banana-2.1 }, { route: rest }]
  - { name: rest, steps: [{ target: local, model: local }] }
routing: { noImage: keep, ambiguous: stop, timeouts: { connectMs: 3s } }
`)
    const { stdout, stderr, exit } = await run(['config', 'check'])
    expect(exit).toBe(0)
    expect(stderr).toMatch(/keys\[0\]\.regions: leaves only targets that serve none of Google’s models/)
    expect(stdout.toString().split('\n')).toEqual(
      expect.arrayContaining([
        'callers      web: edit, files, models; environment live; within eu, us; 64 at once, 1000 a minute, at most $0.04 an edit',
        'targets      1. vertex:global, credentials one (live), two; 60 requests and 100000 input tokens a minute each',
        '             2. vertex:eu, credential two; 5 requests a minute each',
        '             3. local',
        'routes       1. careful, for gemini-3-pro-image, gemini-3.1-flash-image: 67% vertex:eu or 33% vertex:global, then vertex:eu with gemini-nano-banana-2.1, then local with local',
        '             2. rest, for all models: local with local',
        'attempts     4 an edit; an answer without an image is kept, what may have been billed is not tried again',
        '             3s to connect, 170s to the first byte, 1m without another, 175s in all',
      ]),
    )
  })

  test('without a file, what the environment says', async () => {
    const { stdout, exit } = await run(['config', 'check'], { PLANTAIN_LISTEN_PORT: '0' })
    expect(exit).toBe(0)
    expect(stdout.toString()).toMatch(
      /^There is no plantain\.yaml.*\n\nlistens {6}http:\/\/127\.0\.0\.1, any free port\n/,
    )
    expect(stdout.toString()).toMatch(/1\. local\n +because no Google key is set\n/)
  })

  test('every mistake with its place and remedy', async () => {
    write('listen:\n  host: 0.0.0.0\n  prot: 80\nkeys: [{ id: web, hash: nope }]\n')
    const env = { PLANTAIN_LIMITS_DRAIN_MS: 'soon' }
    const { stdout, exit } = await run(['config', 'check'], env)
    expect(exit).toBe(2)
    expect(stdout.toString()).toBe(`plantain.yaml:3:3: listen.prot: is not a setting.
  → Did you mean port?
plantain.yaml:4:25: keys[0].hash: is not the hash of a key.
  → Make a key with \`plantain keys new\`: it prints the line to paste.
PLANTAIN_LIMITS_DRAIN_MS: limits.drainMs: has to be a duration from 0 to 1h.
  → Write a number with a unit: ms, s, m, h or d, such as 15s.

3 mistakes: the gateway would not start.
`)
    const json = await run(['config', 'check', '--json'], env)
    expect(json.exit).toBe(2)
    expect(JSON.parse(json.stdout.toString())).toMatchObject({
      ok: false,
      mistakes: [
        { file: 'plantain.yaml', line: 3, column: 3, path: 'listen.prot', remedy: 'Did you mean port?' },
        { file: 'plantain.yaml', line: 4, column: 25, path: 'keys[0].hash' },
        { variable: 'PLANTAIN_LIMITS_DRAIN_MS', path: 'limits.drainMs' },
      ],
    })
  })

  test('a file of another name, by argument or variable', async () => {
    writeFileSync(join(cwd, 'other.yaml'), 'listen: { port: 1234 }')
    for (const [args, env] of [
      [['other.yaml'], {}],
      [[], { PLANTAIN_CONFIG: 'other.yaml' }],
    ] as const) {
      const { stdout, exit } = await run(['config', 'check', ...args], env)
      expect([exit, stdout.toString()]).toEqual([
        0,
        expect.stringMatching(/^other\.yaml is good\.[^]*:1234\n/),
      ])
    }
    const { stdout, exit } = await run(['config', 'check', 'none.yaml'])
    expect([exit, stdout.toString()]).toEqual([2, expect.stringMatching(/^none\.yaml:1:1: is not there\.\n/)])
  })
})

describe('plantain doctor --models', () => {
  const CREDENTIALS = "credentials: [{ id: studio, apiKey: '${GEMINI_API_KEY}' }, { id: cloud, adc: true }]\n"
  const ENV = { GEMINI_API_KEY: 'none' }
  const named = (models: string, more = '') =>
    write(
      `keys: [{ keyless: true, models: [${models}] }]\n${CREDENTIALS}targets: [{ provider: ai-studio, credential: studio }, { provider: vertex, credential: cloud }]\n${more}`,
    )
  const doctor = (...options: string[]) => run(['doctor', '--models', ...options], ENV)

  test('a model that is over fails a pipeline, with what becomes of it', async () => {
    named(
      'nano-banana, nano-banana-pro',
      'routes: [{ steps: [{ target: vertex:global, model: nano-banana }] }]',
    )
    const { stdout, stderr, exit } = await doctor()
    expect([exit, stderr]).toEqual([4, ''])
    const text = stdout.toString().replaceAll(/\s+/g, ' ')
    expect(text).toContain(
      '✗ nano-banana stands for gemini-2.5-flash-image, which ended on 2026-10-02 on AI Studio',
    )
    expect(text).toMatch(/takes its place\. What differs: .*input images instead of 3.*\$0\.039\. Used by/)
    expect(text).toContain('→ Write gemini-nano-banana-2.1 in keys[0].models[0], routes[0].steps[0].model.')
    expect(text).toContain(
      '✓ nano-banana-pro stands for gemini-3-pro-image, which lives; no end is on record.',
    )
    expect(text).toContain(
      '✓ gemini-nano-banana-2.1 lives; no end is on record. Used by requests that name no model.',
    )
    expect(text).toMatch(/1 model in use is over or ends by \d{4}-\d\d-\d\d \(exit code 4\)\. $/)
  })

  test.each([
    [['--date', '2026-09-01'], 0, 'living'],
    [['--date', '2026-09-02'], 4, 'ending'],
    [['--date', '2026-09-01', '--within', '31'], 4, 'ending'],
    [['--date', '2026-10-01', '--within', '0'], 0, 'living'],
    [['--date', '2026-10-02', '--within', '0'], 4, 'over'],
  ])('%j: a look ahead, for scripts', async (options, exit, state) => {
    named('nano-banana')
    const ended = await doctor('--json', ...options)
    expect([ended.exit, ended.stderr]).toEqual([exit, ''])
    const report = JSON.parse(ended.stdout.toString())
    expect(report).toMatchObject({ ok: exit === 0, exit, file: 'plantain.yaml', date: options[1] })
    expect(report.models[1]).toMatchObject({
      name: 'nano-banana',
      where: ['keys[0].models[0]'],
      state,
      model: 'gemini-2.5-flash-image',
      end: { on: '2026-10-02', surface: 'ai-studio', certainty: 'documented' },
      becomes: 'gemini-3.1-flash-image',
      differences: {
        inputImages: { before: 3, after: 14 },
        price: { size: '1K', before: 0.039, after: 0.067 },
      },
    })
  })

  test('what only third parties say warns and fails nothing; nor does a name that nobody knows here', async () => {
    named('nano-banana-2, gemini-9-image, gemini-2.5-flash')
    const { stdout, exit } = await doctor('--date', '2026-11-22')
    expect(exit).toBe(0)
    const text = stdout.toString().replaceAll(/\s+/g, ' ')
    expect(text).toMatch(
      /! nano-banana-2 stands for .* is said to have ended .* \(by third parties only\)\. Nothing moves/,
    )
    expect(text).toContain('! gemini-9-image is not on record here')
    expect(text).toContain(
      '· gemini-2.5-flash answers text; an edit that asks for it is made by gemini-nano-banana-2.1.',
    )
    expect(text).toContain('Nothing to do until 2026-12-22, by the dates that can be relied on.')
  })

  test('without a file, the default model', async () => {
    const { stdout, exit } = await run(['doctor', '--models', '--date', '2026-11-22', '--json'])
    expect(exit).toBe(0)
    expect(JSON.parse(stdout.toString())).toMatchObject({
      file: null,
      withinDays: 30,
      models: [{ name: 'gemini-nano-banana-2.1', state: 'living', end: null, becomes: null }],
    })
  })

  test('a file by name, and with only the local engine nothing of Google’s', async () => {
    writeFileSync(join(cwd, 'other.yaml'), 'targets: [{ provider: local }]')
    const { stdout, exit } = await doctor('--config', 'other.yaml', '--json')
    expect(exit).toBe(0)
    expect(JSON.parse(stdout.toString())).toMatchObject({
      file: 'other.yaml',
      models: [{ name: 'local', state: 'living' }],
    })
  })

  test.each([
    [['--models', '--date', '2026-02-30'], /--date is a day such as/],
    [['--models', '--within', '1.5'], /--within is a whole number of days from 0 to 3650/],
    [['--models', '--within', '3651'], /--within is/],
    [['--models', '--provider', 'vertex'], /--provider does not go with --models/],
    [['--models', '--config', 'none.yaml'], /none\.yaml:1:1: is not there/],
    [['--config', 'none.yaml'], /none\.yaml:1:1: is not there/],
    [['--date', '2026-12-31'], /--date goes with --models/],
    [['--within', '30'], /--within goes with --models/],
  ])('%j is a mistake', async (options, message) => {
    const { stdout, stderr, exit } = await run(['doctor', ...options])
    expect([exit, stdout.toString()]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })
})

test('plantain doctor shows beforehand what is left for keys that are bound to regions', async () => {
  write(`keys: [{ keyless: true, regions: [eu] }]
credentials: [{ id: cloud, adc: true }]
targets: [{ provider: vertex, credential: cloud, location: eu }, { provider: vertex, credential: cloud }, { provider: local }]
`)
  const { stdout, exit } = await run(['doctor'])
  expect(exit).toBe(0)
  const text = stdout.toString().replaceAll(/\s+/g, ' ')
  expect(text).toContain('✓ gateway plantain.yaml is good')
  expect(text).toContain(
    '! regions Whoever comes without a key may not leave eu: vertex:eu has no living model; local has the local engine. → Leave regions out',
  )
}, 120_000)

test('plantain serve warns at start of the models it is to use that are over', async () => {
  write('keys: [{ keyless: true, models: [nano-banana] }]\nlisten: { port: 0 }\nstore: { folder: store }\n')
  const { stderr, exit } = await runPlantain(['serve'], {
    cwd,
    meanwhile: (child) => void child.stdout.once('data', () => child.kill('SIGTERM')),
  })
  expect(exit).toBe(0)
  expect(stderr).toMatch(
    /warning: plantain\.yaml:1:\d+: keys\[0\]\.models\[0\]: is not asked any more: gemini-2\.5-fl/,
  )
}, 60_000)

test.each([['keys'], ['config']])('plantain %s alone shows what there is', async (command) => {
  const { stderr, exit } = await run([command])
  expect(exit).toBe(2)
  expect(stderr).toMatch(/Commands:\n {2}(?:new|check)/)
})
