import { spawn, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmulatorProcess } from '../packages/gateway/test/emulator-process.ts'
import { plantedGateway } from '../packages/gateway/test/planted-gateway.ts'
import { startSecretSearch } from '../packages/gateway/test/secret-search.ts'
import { pythonEnvironment } from './python-environment.ts'
import { told } from './told-findings.ts'

/**
 * `npm run test:clients [-- --python]`: official SDKs, as they are published, against the emulator, and those that speak
 * Gemini once more through a gateway before it (`--gateway`: these alone), in JavaScript and, where asked, in Python.
 * Whatever those gateways said, logged, counted, traced and stored is searched for the secrets they had.
 * The exit code is 1 where a suite failed or a secret was seen; what this machine cannot run is skipped, and said so.
 */

const ROOT = resolve(import.meta.dirname, '..')
const CLIENTS = join(ROOT, 'packages/gateway/test/clients')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')
const PYTHON = join(CLIENTS, 'python')
const CACHE = join(ROOT, '.cache/python-clients')

/** Two, since the last google-cloud-aiplatform that has ImageGenerationModel will not have google-genai 3. */
const ENVIRONMENTS = [
  { name: 'google-genai', leftOut: ['test_vertexai.py'] },
  { name: 'vertexai', leftOut: ['test_openai.py'] },
] as const
type Environment = (typeof ENVIRONMENTS)[number]

/** Many times what a suite takes: one that hangs is ended. */
const LONGEST_MS = 600_000

/** What of the suites may have a gateway before the emulator, or has to. */
const THROUGH_GATEWAY = {
  javaScript: ['google-genai', 'google-genai-personas', 'google-generative-ai', 'ai-sdk-google'],
  python: [
    'test_google_genai.py',
    'test_google_genai_errors.py',
    'test_google_genai_files.py',
    'test_openai.py',
    'test_gateway_vertex.py',
    'test_google_genai_interactions.py',
  ],
} as const

const boolean = { type: 'boolean', default: false } as const
const { values } = parseArgs({ options: { python: boolean, gateway: boolean } })
// Python first: the page of tutorials has blocks in Python, which are run where an environment is there.
const installed = values.python ? await Promise.all(ENVIRONMENTS.map(prepared)) : []
const secrets = await startSecretSearch(Math.floor(Math.random() * 2 ** 31))
const passed = values.gateway ? [] : [await javaScriptSuites()]
passed.push(await throughGateway())
// One after the other: the emulator's faults are for everybody.
for (const environment of installed) passed.push(...(await environment.run()))
passed.push(told(await secrets.search()))
if (!values.python && !values.gateway) say('skipped. Run it too by: npm run test:clients -- --python')
process.exitCode = passed.every(Boolean) ? 0 : 1

function javaScriptSuites(): Promise<boolean> {
  return succeeds(process.execPath, [VITEST, 'run', CLIENTS])
}

function throughGateway(): Promise<boolean> {
  const files = THROUGH_GATEWAY.javaScript.map((name) => join(CLIENTS, `${name}.test.ts`))
  return succeeds(process.execPath, [VITEST, 'run', ...files], {
    env: { ...process.env, PLANTAIN_TEST_THROUGH: 'gateway', PLANTAIN_TEST_PLANTED: secrets.file },
  })
}

interface InstalledSuites {
  /** Whether they passed, straight and through a gateway. */
  run(): Promise<readonly boolean[]>
}

/** Installs what the suites need. */
async function prepared({ name, leftOut }: Environment): Promise<InstalledSuites> {
  const begun = performance.now()
  try {
    const environment = await pythonEnvironment({
      folder: join(CACHE, name),
      requirements: join(PYTHON, 'requirements', `${name}.txt`),
    })
    if (environment.kind === 'unavailable') {
      say(`skipped with ${name}: ${environment.because}.`)
      return { run: async () => [] }
    }
    if (environment.made) say(`${name} installed in ${seconds(begun)} s.`)
    const { python } = environment
    const straight = () => pytest(python, { name, args: leftOut.map((file) => `--ignore=${file}`) })
    const through = THROUGH_GATEWAY.python.filter((file) => !leftOut.some((one) => one === file))
    const gateway = () => pytest(python, { name: `${name} through a gateway`, args: through, gateway: true })
    return { run: async () => (values.gateway ? [await gateway()] : [await straight(), await gateway()]) }
  } catch (thrown) {
    say(thrown instanceof Error ? thrown.message : String(thrown))
    return { run: async () => [false] }
  }
}

interface PytestOptions {
  /** What is said of it. */
  readonly name: string
  readonly args: readonly string[]
  /** Whether clients of the Developer API have a gateway before the emulator. */
  readonly gateway?: boolean
}

async function pytest(
  python: string,
  { name, args, gateway: wanted = false }: PytestOptions,
): Promise<boolean> {
  const begun = performance.now()
  const emulator = await startEmulatorProcess({ args: [] })
  const emulatorUrl = `http://127.0.0.1:${emulator.port}`
  const gateway = wanted ? await plantedGateway(secrets.planted, emulatorUrl) : null
  // Nobody's credentials, proxies or projects reach the SDKs: a home of its own, and no environment but this.
  const home = await mkdtemp(join(tmpdir(), 'plantain-clients-'))
  try {
    return await succeeds(python, ['-m', 'pytest', '-p', 'no:cacheprovider', ...args], {
      cwd: PYTHON,
      timeout: LONGEST_MS,
      env: {
        PATH: process.env['PATH'],
        SYSTEMROOT: process.env['SYSTEMROOT'],
        HOME: home,
        USERPROFILE: home,
        APPDATA: home,
        PYTHONPYCACHEPREFIX: join(CACHE, 'bytecode'),
        PLANTAIN_EMULATOR_URL: emulatorUrl,
        ...(gateway && { PLANTAIN_GATEWAY_URL: gateway.url }),
      },
    })
  } finally {
    await gateway?.close()
    await emulator.stop()
    await rm(home, { recursive: true, force: true })
    say(`${name} took ${seconds(begun)} s.`)
  }
}

async function succeeds(
  command: string,
  args: readonly string[],
  options: Pick<SpawnOptions, 'env' | 'cwd' | 'timeout'> = {},
): Promise<boolean> {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options })
  const [exit] = await once(child, 'exit')
  return exit === 0
}

function say(words: string): void {
  console.log(`Python clients: ${words}`)
}

function seconds(begun: number): string {
  return ((performance.now() - begun) / 1000).toFixed(0)
}
