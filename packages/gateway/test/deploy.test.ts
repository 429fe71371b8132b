import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { loadGatewayConfig } from '../src/config/load-gateway-config.ts'
import { REGISTRY_DATE } from '../src/models/registry.ts'
import { copyOf, isSent, isThere, readDockerfile, ROOT } from './dockerfile.ts'

const stages = readDockerfile()
const image = stages.at(-1)!
const instructions = stages.flatMap((stage) => stage.instructions)
const last = (name: string) => image.instructions.findLast((instruction) => instruction.name === name)

function imageEnv(): Record<string, string> {
  const set = image.instructions.filter(({ name }) => name === 'ENV')
  return Object.fromEntries(set.map(({ text }) => text.split('=')))
}

/** Of a key that nobody has. */
const nowMs = Date.parse(REGISTRY_DATE)
const HASH = `sha256:${createHash('sha256').update(randomBytes(20)).digest('hex')}`

describe('Dockerfile', () => {
  test('is of Node 24, slim, in every stage', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', 'dependencies', ''])
    expect(new Set(stages.map(({ from }) => from))).toEqual(new Set(['node:24-slim']))
  })

  test('copies what is there, and what .dockerignore lets through', () => {
    const copies = instructions.filter(({ name }) => name === 'COPY').map(copyOf)
    const ours = copies.filter(({ from }) => from === null).flatMap(({ sources }) => sources)
    expect(ours.length).toBeGreaterThan(10)
    expect(ours.filter((path) => !isThere(path))).toEqual([])
    expect(ours.filter((path) => !isSent(path))).toEqual([])
    const names = new Set(stages.map(({ name }) => name))
    expect(copies.filter(({ from }) => from !== null && !names.has(from))).toEqual([])
  })

  test('.dockerignore lets nothing else through: no secrets, no history, no tests', () => {
    const kept = ['.env', '.git/config', 'node_modules/x', 'plantain.yaml', 'packages/gateway/dist/index.js']
    const tests = ['packages/gateway/src/edit/wish.test.ts', 'packages/gateway/src/auth/caller.fixture.ts']
    expect([...kept, ...tests, 'packages/gateway/test/cli.test.ts'].filter(isSent)).toEqual([])
    expect(isSent('packages/gateway/src/edit/wish.ts')).toBe(true)
  })

  test('runs as nobody special, without a shell, and for production', () => {
    expect(last('USER')?.text).toBe('1000:1000')
    for (const name of ['ENTRYPOINT', 'CMD', 'HEALTHCHECK'])
      expect(last(name)?.exec).toEqual(expect.any(Array))
    expect(last('HEALTHCHECK')?.text).toContain('/healthz')
    expect(imageEnv()).toMatchObject({ NODE_ENV: 'production', PLANTAIN_STORE_FOLDER: '/data' })
  })

  test('installs nothing for development into the image', () => {
    const installs = stages.find(({ name }) => name === 'dependencies')!.instructions
    expect(installs.find(({ name }) => name === 'RUN')?.text).toMatch(/^npm ci --omit=dev /)
    const modules = image.instructions.filter(({ text }) => text.includes('node_modules')).map(copyOf)
    expect(modules.map(({ from }) => from)).toEqual(['dependencies'])
  })
})

interface Service {
  readonly image: string
  readonly build: string
  readonly command?: readonly string[]
  readonly ports?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: readonly string[]
  readonly network_mode?: string
  readonly read_only: boolean
  readonly tmpfs: readonly string[]
  readonly cap_drop: readonly string[]
  readonly security_opt: readonly string[]
  readonly stop_grace_period?: string
  readonly healthcheck?: { readonly test: readonly string[] }
}

describe('compose.yaml', () => {
  const { services, volumes }: { services: Record<string, Service>; volumes: object } = parse(
    readFileSync(resolve(ROOT, 'compose.yaml'), 'utf8'),
    { merge: true },
  )
  const { gateway, google } = services

  test('is a gateway and a stand-in for Google, of one image', () => {
    expect(Object.keys(services)).toEqual(['gateway', 'google'])
    for (const { image: name, build } of Object.values(services))
      expect([name, build]).toEqual(['plantain', '.'])
    expect(google?.command).toEqual(['emulator', '--port', '9090'])
  })

  test('gives neither more than it needs', () => {
    for (const service of Object.values(services)) {
      expect(service).toMatchObject({
        read_only: true,
        tmpfs: ['/tmp'],
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      })
    }
    expect(gateway?.ports).toEqual(['127.0.0.1:8080:8080'])
    expect(google?.ports).toBeUndefined()
  })

  test('mounts what is there, and keeps results in a volume it names', () => {
    const mounts = (gateway?.volumes ?? []).map((mount) => mount.split(':'))
    expect(mounts.flatMap(([from = '']) => (from.startsWith('./') ? [isThere(from)] : []))).toEqual([true])
    expect(Object.keys(volumes)).toEqual(['data'])
    expect(mounts).toContainEqual(['data', '/data'])
  })

  test('the gateway takes its configuration, with the image’s variables and the key’s hash', async () => {
    const env = { ...imageEnv(), PLANTAIN_KEY_HASH: HASH, GEMINI_API_KEY: 'emulated' }
    const loaded = await loadGatewayConfig({
      path: 'examples/compose/plantain.yaml',
      env,
      folder: ROOT,
      nowMs,
    })
    expect(loaded).toMatchObject({
      kind: 'config',
      config: { listen: { host: '0.0.0.0', port: 8080 }, keys: [{ hash: HASH }], store: { folder: '/data' } },
    })
    const without = await loadGatewayConfig({
      path: 'examples/compose/plantain.yaml',
      env: { ...env, PLANTAIN_KEY_HASH: '' },
      folder: ROOT,
      nowMs,
    })
    expect(without).toMatchObject({
      kind: 'mistakes',
      mistakes: [{ remedy: expect.stringContaining('PLANTAIN_KEY_HASH') }],
    })
  })

  test('asks the stand-in where the gateway’s configuration expects it', () => {
    const { targets } = parse(readFileSync(resolve(ROOT, 'examples/compose/plantain.yaml'), 'utf8'))
    expect(targets).toMatchObject([{ provider: 'ai-studio', baseUrl: 'http://127.0.0.1:9090' }])
    // A credential in the clear goes over loopback only, so both have the same loopback.
    expect(google?.network_mode).toBe('service:gateway')
    expect(google?.healthcheck?.test.join(' ')).toContain('http://127.0.0.1:9090/')
  })
})

describe('docs/deploy.md', () => {
  test('its configuration for Cloud Run, with its variables, is one the gateway takes', async () => {
    const page = await readFile(resolve(ROOT, 'docs/deploy.md'), 'utf8')
    const [, yaml = ''] = /```yaml\n(# plantain\.yaml\n[\s\S]*?)\n```/.exec(page) ?? []
    const [, variables = ''] = /--set-env-vars=(\S+)/.exec(page) ?? []
    const env = { ...imageEnv(), ...Object.fromEntries(variables.split(',').map((one) => one.split('='))) }
    const folder = await mkdtemp(join(tmpdir(), 'plantain-deploy-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const filled = yaml.replace('sha256:…', HASH).replace('PROJECT', 'a-project')
    await writeFile(join(folder, 'plantain.yaml'), filled, { mode: 0o600 })
    const loaded = await loadGatewayConfig({ path: null, env, folder, nowMs })
    expect(loaded).toMatchObject({
      kind: 'config',
      warnings: [],
      config: {
        limits: { requestBytes: 32 * 2 ** 20, inFlightBytes: 2 ** 29, drainMs: 9_000 },
        store: { folder: '/data', maxBytes: 2 ** 28 },
        targets: [{ provider: 'vertex', location: 'global', credentials: [{ kind: 'adc' }] }],
      },
    })
  })
})
