import type { ProviderKind } from '../contract/provider-kind.ts'
import { RECOMMENDED_MODEL, resolveModel } from '../models/registry.ts'
import type { Findings } from './findings.ts'
import type { RoutedName } from './named-models.ts'
import type { Path } from './path.ts'

interface ModelContext {
  readonly nowMs: number
  /** Of the target that is to be asked, where one is. */
  readonly kind?: ProviderKind
  readonly findings: Findings
  /** Gets what is known by that name. */
  readonly named: RoutedName[]
}

/** The id of the model that a route names; `null` where there is none, which is noted. */
export function routedModel(
  name: string,
  path: Path,
  { nowMs, kind, findings, named }: ModelContext,
): string | null {
  const surface = kind === undefined || kind === 'local' ? {} : { surface: kind }
  const resolution = resolveModel(name, { nowMs, ...surface })
  if (resolution.kind === 'unknown') {
    const [near] = resolution.suggestions
    const remedy = near === undefined ? '`plantain models` lists them all.' : `Did you mean ${near}?`
    findings.mistake(path, 'is no model that is known', remedy)
    return null
  }
  if (resolution.kind === 'text-model') {
    findings.mistake(
      path,
      'is a model that answers text',
      `Name one of images, such as ${RECOMMENDED_MODEL}.`,
    )
    return null
  }
  const { model } = resolution
  const isLocal = model.family === 'local'
  if (kind !== undefined && isLocal !== (kind === 'local')) {
    const problem = isLocal ? 'is made on this machine, not at Google' : 'is not made by the local engine'
    findings.mistake(path, problem, 'Name another model, or another target.')
    return null
  }
  named.push({ name, path, ...(kind !== undefined && { kind }) })
  return model.id
}
