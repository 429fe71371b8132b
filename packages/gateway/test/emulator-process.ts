import { type ServerProcess, startServerProcess } from './server-process.ts'

/** An emulator in a process of its own. A good one prints nothing to stderr. */
export type EmulatorProcess = ServerProcess

export interface EmulatorProcessOptions {
  readonly args?: readonly string[]
  readonly nodeArgs?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export function startEmulatorProcess({
  args = ['--canned'],
  nodeArgs = [],
  env = {},
}: EmulatorProcessOptions = {}): Promise<EmulatorProcess> {
  return startServerProcess(['emulator', '--port', '0', ...args], {
    nodeArgs,
    env: { ...process.env, ...env },
  })
}
