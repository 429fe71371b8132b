import { resolveModel } from '../models/registry.ts'
import type { Findings } from './findings.ts'
import type { NamedModel } from './named-models.ts'

/** Warns of models that are over, and of those of which answers say so too, since they will be. */
export function warnOfEnds(
  named: readonly NamedModel[],
  { nowMs, findings }: { readonly nowMs: number; readonly findings: Findings },
): void {
  for (const { name, path, surfaces } of named) {
    const [surface, other] = surfaces
    const isSole = surface !== undefined && other === undefined
    const resolution = resolveModel(name, { nowMs, ...(isSole && { surface }) })
    const notices = resolution.kind === 'model' ? resolution.notices : []
    // Of what takes its place the end is told in its turn, when that is named.
    const notice = notices.find(({ model }) => model !== undefined)
    if (notice === undefined) continue
    const problem = notice.code === 'model_migrated' ? 'is not asked any more' : 'is to be left'
    const successor = notice.model?.successor ?? null
    const remedy = successor === null ? 'Name another model.' : `Write ${successor}.`
    findings.warning(path, `${problem}: ${notice.text.replace(/\.$/, '')}`, remedy)
  }
}
