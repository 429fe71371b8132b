import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const LAUNCHER = resolve(import.meta.dirname, '../bin/plantain.js')

/** An emulator in a process of its own, so that its memory and its death can be told from ours. */
export interface EmulatorProcess {
  readonly port: number
  readonly pid: number
  /** From the start of the process to the line that says it is ready. */
  readonly readyMs: number
  /** `null`: it runs. Else how it ended. */
  ended(): string | null
  /** What it printed to stderr: a good one prints nothing. */
  complaints(): string
  /** `null` where the system does not tell. */
  memory(): { readonly rssMb: number; readonly peakMb: number } | null
  stop(): Promise<void>
}

export interface EmulatorProcessOptions {
  readonly args?: readonly string[]
  readonly nodeArgs?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export async function startEmulatorProcess({
  args = ['--canned'],
  nodeArgs = [],
  env = {},
}: EmulatorProcessOptions = {}): Promise<EmulatorProcess> {
  const begun = performance.now()
  const child = spawn(process.execPath, [...nodeArgs, LAUNCHER, 'emulator', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  let end: string | null = null
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => (complaints = `${complaints}${chunk.toString()}`.slice(-10_000)))
  child.once('exit', (code, signal) => (end = `exit ${code ?? signal}`))
  const port = await readyPort(child, () => complaints)
  const pid = child.pid ?? 0
  return {
    port,
    pid,
    readyMs: performance.now() - begun,
    ended: () => end,
    complaints: () => complaints,
    memory: () => memoryOf(pid),
    stop: async () => {
      if (end !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

function readyPort(child: ChildProcess, complaints: () => string): Promise<number> {
  return new Promise((done, fail) => {
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const port = /ready at http:\/\/127\.0\.0\.1:(\d+)\n/.exec(said)?.[1]
      if (port !== undefined) done(Number(port))
    })
    child.once('exit', () => fail(new Error(`The emulator did not start: ${complaints()}`)))
  })
}

function memoryOf(pid: number): { readonly rssMb: number; readonly peakMb: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const mb = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1000
    return { rssMb: mb('VmRSS'), peakMb: mb('VmHWM') }
  } catch {
    return null
  }
}
