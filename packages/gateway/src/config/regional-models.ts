import type { Caller } from '../contract/caller.ts'
import type { ResidencePlace } from '../contract/residency.ts'
import type { Model } from '../models/model.ts'
import { allModels, resolveModel } from '../models/registry.ts'
import { isServed } from '../models/served.ts'

export type ModelsLeft =
  | { readonly kind: 'some' }
  /** None of those the caller may use; `others` are served in those places all the same. */
  | { readonly kind: 'none'; readonly others: readonly string[] }

/** Whether Google serves any living model that a caller may use in those places, of which AI Studio is none. */
export function modelsLeft(
  { models }: Pick<Caller, 'models'>,
  places: readonly ResidencePlace[],
  nowMs: number,
): ModelsLeft {
  const wanted = models === null ? null : wantedIds(models, nowMs)
  // Of a model that came out yesterday nobody knows here where it is served.
  if (wanted !== null && (wanted.unknown.length > 0 || wanted.ids.every((id) => id === LOCAL)))
    return { kind: 'some' }
  const served = allModels().filter((model) => places.some((place) => isServedAt(model, place, nowMs)))
  const atGoogle = served.filter(({ family }) => family !== 'local')
  if (atGoogle.some(({ id }) => wanted?.ids.includes(id) ?? true)) return { kind: 'some' }
  return { kind: 'none', others: served.map(({ id }) => id) }
}

/** The living models that a caller may use in a place; of those that are not on record, whichever it names. */
export function modelsAt(
  { models }: Pick<Caller, 'models'>,
  place: ResidencePlace,
  nowMs: number,
): readonly string[] {
  const wanted = models === null ? null : wantedIds(models, nowMs)
  const served = allModels().filter((model) => isServedAt(model, place, nowMs))
  const known = served.map(({ id }) => id).filter((id) => wanted?.ids.includes(id) ?? true)
  return place.kind === 'vertex' ? [...known, ...(wanted?.unknown ?? [])] : known
}

const LOCAL = 'local'

function wantedIds(names: readonly string[], nowMs: number) {
  const resolved = names.map((name) => resolveModel(name, { nowMs, surface: 'vertex' }))
  return {
    unknown: resolved.flatMap((one) => (one.kind === 'unknown' ? [one.asked] : [])),
    ids: resolved.flatMap((one) =>
      one.kind === 'model' ? [one.model.id] : one.kind === 'text-model' ? [one.instead.id] : [],
    ),
  }
}

/** Imagen models are left out, as nothing is sent to them. */
function isServedAt(model: Model, { kind, location }: ResidencePlace, nowMs: number): boolean {
  if (kind === 'local' || model.family === 'local') return kind === model.family
  if (kind !== 'vertex' || model.family !== 'gemini-image') return false
  const isThere = model.vertexLocations?.includes(location ?? 'global') ?? true
  return isThere && isServed(model, { surface: kind, nowMs })
}
