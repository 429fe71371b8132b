import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmulatorProcess } from '../packages/gateway/test/emulator-process.ts'
import { pythonEnvironment } from './python-environment.ts'

/**
 * `npm run test:clients [-- --python]`: official SDKs, as they are published, against the emulator.
 * The exit code is 1 where a suite failed; what this machine cannot run is skipped, and said so.
 */

const ROOT = resolve(import.meta.dirname, '..')
const CLIENTS = join(ROOT, 'packages/gateway/test/clients')
const PYTHON = join(CLIENTS, 'python')
const CACHE = join(ROOT, '.cache/python-clients')

/** Two, since the last google-cloud-aiplatform that has ImageGenerationModel will not have google-genai 3. */
const ENVIRONMENTS = [
  { name: 'google-genai', leftOut: ['test_vertexai.py'] },
  { name: 'vertexai', leftOut: [] },
] as const

/** Many times what a suite takes: one that hangs is ended. */
const LONGEST_MS = 600_000

const { values } = parseArgs({ options: { python: { type: 'boolean', default: false } } })
// Python first: the page of tutorials has blocks in Python, which are run where an environment is there.
const installed = values.python ? await Promise.all(ENVIRONMENTS.map(prepared)) : []
const passed = [await javaScriptSuites()]
// One after the other: the emulator's faults are for everybody.
for (const run of installed) passed.push(await run())
if (!values.python) say('skipped. Run it too by: npm run test:clients -- --python')
process.exitCode = passed.every(Boolean) ? 0 : 1

function javaScriptSuites(): Promise<boolean> {
  return succeeds(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', CLIENTS])
}

/** Installs what the suite needs; what comes back runs it. */
async function prepared({ name, leftOut }: (typeof ENVIRONMENTS)[number]): Promise<() => Promise<boolean>> {
  const begun = performance.now()
  try {
    const environment = await pythonEnvironment({
      folder: join(CACHE, name),
      requirements: join(PYTHON, 'requirements', `${name}.txt`),
    })
    if (environment.kind === 'unavailable') {
      say(`skipped with ${name}: ${environment.because}.`)
      return async () => true
    }
    if (environment.made) say(`${name} installed in ${seconds(begun)} s.`)
    return () => pytest(environment.python, { name, leftOut })
  } catch (thrown) {
    say(thrown instanceof Error ? thrown.message : String(thrown))
    return async () => false
  }
}

async function pytest(
  python: string,
  { name, leftOut }: { readonly name: string; readonly leftOut: readonly string[] },
): Promise<boolean> {
  const begun = performance.now()
  const emulator = await startEmulatorProcess({ args: [] })
  // Nobody's credentials, proxies or projects reach the SDKs: a home of its own, and no environment but this.
  const home = await mkdtemp(join(tmpdir(), 'plantain-clients-'))
  try {
    return await succeeds(
      python,
      ['-m', 'pytest', '-p', 'no:cacheprovider', ...leftOut.map((file) => `--ignore=${file}`)],
      {
        PATH: process.env['PATH'],
        SYSTEMROOT: process.env['SYSTEMROOT'],
        HOME: home,
        USERPROFILE: home,
        APPDATA: home,
        PYTHONPYCACHEPREFIX: join(CACHE, 'bytecode'),
        PLANTAIN_EMULATOR_URL: `http://127.0.0.1:${emulator.port}`,
      },
    )
  } finally {
    await emulator.stop()
    await rm(home, { recursive: true, force: true })
    say(`${name} took ${seconds(begun)} s.`)
  }
}

async function succeeds(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<boolean> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    ...(env && { env, cwd: PYTHON, timeout: LONGEST_MS }),
  })
  const [exit] = await once(child, 'exit')
  return exit === 0
}

function say(words: string): void {
  console.log(`Python clients: ${words}`)
}

function seconds(begun: number): string {
  return ((performance.now() - begun) / 1000).toFixed(0)
}
