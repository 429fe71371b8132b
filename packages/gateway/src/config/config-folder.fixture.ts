import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { REGISTRY_DATE } from '../models/registry.ts'
import type { Environment } from './environment.ts'
import { loadGatewayConfig, type LoadedConfig } from './load-gateway-config.ts'
import { mistakeLine } from './mistake.ts'

const NOW_MS = Date.parse(REGISTRY_DATE)

export interface Written {
  readonly env?: Environment
  /** Rights of the file; its owner's alone unless told. */
  readonly mode?: number
  readonly path?: string
  /** The day the facts of the registry are of, unless told. */
  readonly nowMs?: number
  /** Other files beside it. */
  readonly files?: Readonly<Record<string, string>>
}

/** Writes a `plantain.yaml` into a folder of its own and loads it; `null`: there is none. */
export async function loaded(
  yaml: string | null,
  { env = {}, mode = 0o600, path, files = {}, nowMs = NOW_MS }: Written = {},
): Promise<LoadedConfig & { readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'plantain-config-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 })
  if (yaml !== null) {
    writeFileSync(join(folder, 'plantain.yaml'), yaml)
    chmodSync(join(folder, 'plantain.yaml'), mode)
  }
  return { folder, ...(await loadGatewayConfig({ path: path ?? null, env, folder, nowMs })) }
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
