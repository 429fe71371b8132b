import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const LAUNCHER = resolve(import.meta.dirname, '../bin/plantain.js')

/** A command of Plantain that serves, in a process of its own: its memory and its death can be told from ours. */
export interface ServerProcess {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** From the start of the process to the line that says it is ready. */
  readonly readyMs: number
  /** `null`: it runs. Else how it ended. */
  ended(): string | null
  /** What it printed, both streams together: the last 100 kB. */
  said(): string
  /** What it printed to stderr, the last 100 kB. */
  complaints(): string
  /** `null` where the system does not tell. */
  memory(): Memory | null
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>
}

export interface Memory {
  readonly rssMb: number
  readonly peakMb: number
}

export interface ServerProcessOptions {
  readonly nodeArgs?: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly cwd?: string
}

/** Resolves when it says where it is ready, and rejects with what it said where it ends before. */
export async function startServerProcess(
  args: readonly string[],
  { nodeArgs = [], env, cwd }: ServerProcessOptions,
): Promise<ServerProcess> {
  const begun = performance.now()
  const child = spawn(process.execPath, [...nodeArgs, LAUNCHER, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let end: string | null = null
  let said = ''
  let complaints = ''
  child.stdout.on('data', (chunk: Buffer) => (said = add(said, chunk)))
  child.stderr.on('data', (chunk: Buffer) => {
    said = add(said, chunk)
    complaints = add(complaints, chunk)
  })
  const ended = once(child, 'exit')
  child.once('exit', (code, signal) => (end = `exit ${code ?? signal}`))
  const url = await readyAt(child, () => said)
  const pid = child.pid ?? 0
  return {
    url,
    port: Number(new URL(url).port),
    pid,
    readyMs: performance.now() - begun,
    ended: () => end,
    said: () => said,
    complaints: () => complaints,
    memory: () => memoryOf(pid),
    stop: async () => {
      child.kill('SIGTERM')
      const [code] = await ended
      return code
    },
  }
}

function add(text: string, chunk: Buffer): string {
  return `${text}${chunk.toString()}`.slice(-100_000)
}

function readyAt(child: ChildProcess, said: () => string): Promise<string> {
  return new Promise((done, fail) => {
    const look = () => {
      const url = /ready at (\S+)\n/.exec(said())?.[1]
      if (url !== undefined) done(url)
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.once('exit', () => fail(new Error(`It did not start: ${said()}`)))
  })
}

function memoryOf(pid: number): Memory | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const mb = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1000
    return { rssMb: mb('VmRSS'), peakMb: mb('VmHWM') }
  } catch {
    return null
  }
}
