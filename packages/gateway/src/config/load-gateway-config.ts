import { resolve } from 'node:path'
import { type ConfigFile, type ConfigFileOptions, readConfigFile } from './config-file.ts'
import { assembled } from './assembled.ts'
import { createFindings } from './findings.ts'
import type { GatewayConfig } from './gateway-config.ts'
import { noteSecrets } from './literal-secrets.ts'
import { inOrder, type Mistake, type Place } from './mistake.ts'
import type { NamedModel } from './named-models.ts'
import { overridden } from './overrides.ts'
import { type Path, pathText } from './path.ts'
import { readYaml } from './yaml-tree.ts'

export type LoadedConfig = {
  /** The file it comes from, as messages call it; `null`: the environment alone. */
  readonly file: string | null
  /** What does not hinder, but should be seen. */
  readonly warnings: readonly Mistake[]
} & (
  | {
      readonly kind: 'config'
      readonly config: GatewayConfig
      /** Why edits go where they go, where no file says so; to be read after “because”. */
      readonly because: string | null
      /** The models it names, as they are written. */
      readonly named: readonly NamedModel[]
    }
  /** Everything that is wrong, in the order of the file. */
  | { readonly kind: 'mistakes'; readonly mistakes: readonly Mistake[] }
)

export interface LoadOptions extends ConfigFileOptions {
  /** Now, by which models live or are over. */
  readonly nowMs: number
}

/**
 * The gateway's configuration: `plantain.yaml`, if there is one, with variables of the environment laid over it.
 * Every mistake is found in one go. Rejects only where the disk fails.
 */
export async function loadGatewayConfig(options: LoadOptions): Promise<LoadedConfig> {
  const found = await readConfigFile(options)
  if (found.kind !== 'unreadable') return readGatewayConfig(found, options)
  const { name, problem, remedy } = found
  const place: Place = { kind: 'file', file: name, line: 1, column: 1 }
  return { kind: 'mistakes', file: name, warnings: [], mistakes: [{ place, path: '', problem, remedy }] }
}

type Readable = Exclude<ConfigFile, { kind: 'unreadable' }>

function readGatewayConfig(found: Readable, { env, folder, nowMs }: LoadOptions): LoadedConfig {
  const file = found.kind === 'file' ? found.name : null
  const tree = readYaml(found.kind === 'file' ? found.text : '', { file: file ?? '', env })
  // What follows from broken syntax would only hide where it broke.
  if (!tree.isSound) return { kind: 'mistakes', file, warnings: [], mistakes: inOrder(tree.mistakes) }

  const { value, variables, mistakes } = overridden(tree.value, env)
  const variableAt = (path: Path): string | null =>
    variables.get(pathText(path)) ?? (path.length === 0 ? null : variableAt(path.slice(0, -1)))
  const placeOf = (path: Path, what: 'name' | 'value'): Place => {
    const name = variableAt(path)
    return name === null ? tree.placeOf(path, what) : { kind: 'variable', name }
  }
  const findings = createFindings(placeOf, [...tree.mistakes, ...mistakes])
  const written = found.kind === 'file' ? found.folder : folder
  const absolute = (path: Path, named: string) => resolve(variableAt(path) === null ? written : folder, named)

  const result = assembled(value, { env, findings, absolute, nowMs })
  if (found.kind === 'file') noteSecrets(found, tree, findings)
  const warnings = inOrder(findings.warnings)
  return result === null || findings.mistakes.length > 0
    ? { kind: 'mistakes', file, warnings, mistakes: inOrder(findings.mistakes) }
    : { kind: 'config', file, warnings, ...result }
}
