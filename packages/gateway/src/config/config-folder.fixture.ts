import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from './environment.ts'
import { loadGatewayConfig, type LoadedConfig } from './load-gateway-config.ts'
import { mistakeLine } from './mistake.ts'

export interface Written {
  readonly env?: Environment
  /** Rights of the file; its owner's alone unless told. */
  readonly mode?: number
  readonly path?: string
  /** Other files beside it. */
  readonly files?: Readonly<Record<string, string>>
}

/** Writes a `plantain.yaml` into a folder of its own and loads it; `null`: there is none. */
export async function loaded(
  yaml: string | null,
  { env = {}, mode = 0o600, path, files = {} }: Written = {},
): Promise<LoadedConfig & { readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'plantain-config-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 })
  if (yaml !== null) {
    writeFileSync(join(folder, 'plantain.yaml'), yaml)
    chmodSync(join(folder, 'plantain.yaml'), mode)
  }
  return { folder, ...(await loadGatewayConfig({ path: path ?? null, env, folder })) }
}

/** The lines of all mistakes; none where it can be used. */
export function mistakesOf(load: LoadedConfig): readonly string[] {
  return load.kind === 'mistakes' ? load.mistakes.map(mistakeLine) : []
}

/** Throws, with the mistakes, where there are any. */
export function configOf(load: LoadedConfig) {
  if (load.kind === 'config') return load.config
  throw new Error(mistakesOf(load).join('\n'))
}
