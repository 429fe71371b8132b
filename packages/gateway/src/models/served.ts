import { isReleased, standingOf } from './lifecycle.ts'
import type { Model, Surface } from './model.ts'

/** Whether Vertex AI serves a model in a location, as far as is known: one that is not on record may be served anywhere. */
export function isServedIn(model: Pick<Model, 'vertexLocations'> | null, location: string): boolean {
  return model?.vertexLocations?.includes(location) ?? true
}

/** Whether a model is out on a surface and not over at a moment, by the dates the registry relies on. */
export function isServed(model: Model, when: { readonly surface: Surface; readonly nowMs: number }): boolean {
  return (
    model.surfaces[when.surface] !== null &&
    isReleased(model, when) &&
    standingOf(model, when).kind !== 'ended'
  )
}
