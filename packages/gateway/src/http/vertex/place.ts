import { isResident } from '../../contract/residency.ts'
import { findModel, resolveModel } from '../../models/registry.ts'
import { isServedIn } from '../../models/served.ts'

/**
 * What the location of a path means for an edit. `bound`: it does not leave that region. `anywhere`: none was named, or
 * `global`. `elsewhere`: no target here serves the model there, so that it goes where the others go, and its caller is told.
 */
export type Place =
  | { readonly kind: 'bound'; readonly region: string }
  | { readonly kind: 'anywhere' }
  | { readonly kind: 'elsewhere' }

interface Wish {
  /** As the path has it; `null`: a path without one, as in express mode. */
  readonly location: string | null
  readonly model: string
}

interface Here {
  /** What the caller's key may not leave; `null`: it may go anywhere. */
  readonly allowed: readonly string[] | null
  /** Where the configured Vertex AI targets work. */
  readonly locations: readonly string[]
  readonly nowMs: number
}

/**
 * A location is a promise of Google's about where pictures are looked at: where a target can keep it, it is kept, for
 * second attempts too. Most clients name one because they have to (`us-central1`, where no image model is any more), and
 * an edit does not fail for that; who has to have a promise kept gets a key that is bound to regions.
 */
export function placeFor({ location, model }: Wish, { allowed, locations, nowMs }: Here): Place {
  if (location === null || location === 'global') return { kind: 'anywhere' }
  const isThere = (place: string) => isResident({ kind: 'vertex', location: place }, [location])
  const may = allowed === null || isResident({ kind: 'vertex', location }, allowed)
  const resolution = resolveModel(model, { nowMs, surface: 'vertex' })
  const known = resolution.kind === 'model' ? resolution.model : findModel(model)
  const serves = locations.filter(isThere).some((place) => isServedIn(known, place))
  return may && serves ? { kind: 'bound', region: location } : { kind: 'elsewhere' }
}
