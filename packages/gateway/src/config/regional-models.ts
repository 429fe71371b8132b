import type { Caller } from '../contract/caller.ts'
import type { ResidencePlace } from '../contract/residency.ts'
import type { Model } from '../models/model.ts'
import { allModels, resolveModel } from '../models/registry.ts'
import { isServed, isServedIn } from '../models/served.ts'
import type { GatewayTarget } from './gateway-config.ts'
import { leadsTo, type Routed } from './routed-targets.ts'
import { placeOf } from './target-place.ts'

export type ModelsLeft =
  | { readonly kind: 'some' }
  /** None of those the caller may use; `others` are served in those places all the same. */
  | { readonly kind: 'none'; readonly others: readonly string[] }

/**
 * Whether Google serves any living model that a caller may use at those targets, where routes lead to them with it. AI Studio
 * is no place.
 */
export function modelsLeft(caller: Pick<Caller, 'models'>, routed: Routed): ModelsLeft {
  const { models } = caller
  const wanted = models === null ? null : wantedIds(models, routed.nowMs)
  // Of a model that came out yesterday nobody knows here where it is served.
  if (wanted !== null && (wanted.unknown.length > 0 || wanted.ids.every((id) => id === LOCAL)))
    return { kind: 'some' }
  const at = (who: Pick<Caller, 'models'>) => [
    ...new Set(routed.targets.flatMap((target) => modelsAt(who, target, routed))),
  ]
  if (at(caller).some((id) => id !== LOCAL)) return { kind: 'some' }
  return { kind: 'none', others: at({ models: null }) }
}

/** The living models that a caller may use at a target; of those that are not on record, whichever it names. */
export function modelsAt(
  { models }: Pick<Caller, 'models'>,
  target: GatewayTarget,
  routing: Omit<Routed, 'targets'>,
): readonly string[] {
  const { nowMs } = routing
  const place = placeOf(target)
  const wanted = models === null ? null : wantedIds(models, nowMs)
  const served = allModels().filter((model) => isServedAt(model, place, nowMs))
  const known = served
    .map(({ id }) => id)
    .filter((id) => (wanted?.ids.includes(id) ?? true) && leadsTo(target, id, routing))
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
  return isServedIn(model, location ?? 'global') && isServed(model, { surface: kind, nowMs })
}
