import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServerProcess, startServerProcess } from './server-process.ts'

/** `plantain serve` in a process of its own. */
export type GatewayProcess = ServerProcess

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
  const gateway = await startServerProcess(['serve', ...args], {
    cwd,
    env: {
      PATH: process.env['PATH'],
      HOME: cwd,
      PLANTAIN_STORE_FOLDER: join(cwd, 'store'),
      ...env,
    },
  })
  const stop = async () => {
    const code = await gateway.stop()
    await rm(cwd, { recursive: true, force: true })
    return code
  }
  return { ...gateway, stop }
}
