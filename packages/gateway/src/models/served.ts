import { isReleased, standingOf } from './lifecycle.ts'
import type { Model, Surface } from './model.ts'

/** Whether a model is out on a surface and not over at a moment, by the dates the registry relies on. */
export function isServed(model: Model, when: { readonly surface: Surface; readonly nowMs: number }): boolean {
  return (
    model.surfaces[when.surface] !== null &&
    isReleased(model, when) &&
    standingOf(model, when).kind !== 'ended'
  )
}
