import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const LAUNCHER = resolve(import.meta.dirname, '../bin/plantain.js')

/** `plantain serve` in a process of its own. */
export interface GatewayProcess {
  readonly url: string
  readonly pid: number
  /** What it printed, both streams together: the last 100 kB. */
  said(): string
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>
}

export interface GatewayProcessOptions {
  /** Over an environment of nothing but PATH, and a home and a store of its own. */
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
}

/** In an empty folder, where there is no `plantain.yaml`. Rejects where it ends before it says where it is. */
export async function startGatewayProcess({
  env = {},
  args = ['--port', '0'],
}: GatewayProcessOptions = {}): Promise<GatewayProcess> {
  const cwd = await mkdtemp(join(tmpdir(), 'plantain-serve-'))
  const child = spawn(process.execPath, [LAUNCHER, 'serve', ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: cwd, PLANTAIN_STORE_FOLDER: join(cwd, 'store'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const hear = (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-100_000))
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = once(child, 'exit')
  const url = await readyAt(child, () => said)
  return {
    url,
    pid: child.pid ?? 0,
    said: () => said,
    stop: async () => {
      child.kill('SIGTERM')
      const [code] = await ended
      await rm(cwd, { recursive: true, force: true })
      return code
    },
  }
}

function readyAt(child: ChildProcess, said: () => string): Promise<string> {
  return new Promise((done, fail) => {
    const look = () => {
      const url = /ready at (\S+)\n/.exec(said())?.[1]
      if (url !== undefined) done(url)
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.once('exit', () => fail(new Error(`The gateway did not start: ${said()}`)))
  })
}
