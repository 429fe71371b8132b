import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'

const LAUNCHER = resolve(import.meta.dirname, '../bin/plantain.js')
export const PHOTOS = resolve(import.meta.dirname, '../../../examples/photos')

export interface Run {
  readonly exit: number | null
  readonly stdout: Buffer
  readonly stderr: string
  readonly ms: number
}

export interface RunOptions {
  readonly cwd: string
  /** Over an environment of nothing but PATH and a HOME of its own. */
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: Uint8Array
  /** Called once the process runs. */
  readonly meanwhile?: (child: ChildProcessByStdio<Writable, Readable, Readable>) => void
}

/** Runs the real launcher as a shell would, in its own process, and waits for its end. */
export function runPlantain(
  args: readonly string[],
  { cwd, env = {}, stdin, meanwhile }: RunOptions,
): Promise<Run> {
  const begun = performance.now()
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  // A command that needs no input may be over before it is written.
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  meanwhile?.(child)
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', (exit) =>
      done({
        exit,
        stdout: Buffer.concat(out),
        stderr: Buffer.concat(err).toString(),
        ms: performance.now() - begun,
      }),
    )
  })
}
