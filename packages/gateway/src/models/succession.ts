import { isDeprecated, isReleased, msOf, standingOf, type When } from './lifecycle.ts'
import type { Model } from './model.ts'

/** The successors of a model, nearest first. A chain that bites its tail ends there. */
export function successorsOf(model: Model, find: (id: string) => Model | null): readonly Model[] {
  const chain: Model[] = []
  const seen = new Set([model.id])
  let next = model.successor
  while (next !== null && !seen.has(next)) {
    seen.add(next)
    const heir = find(next)
    if (heir === null) break
    chain.push(heir)
    next = heir.successor
  }
  return chain
}

/**
 * The nearest successor one may land on: released, not over, and not one Google has told its users to leave. Of those, the
 * nearest that offers every ratio and size of the model it stands in for; where none does, simply the nearest. Where none
 * may be landed on, which takes a wrong clock or a registry long out of date, the chain's last. `null`: no successor.
 */
export function heirOf(model: Model, when: When, find: (id: string) => Model | null): Model | null {
  const heirs = successorsOf(model, find)
  const homes = heirs.filter((heir) => isHome(heir, when))
  return homes.find((heir) => covers(heir, model)) ?? homes[0] ?? heirs.at(-1) ?? null
}

/** A date that is doubtful is no home once it has passed: staying on a model is one thing, moving others there another. */
function isHome(model: Model, when: When): boolean {
  const standing = standingOf(model, when)
  const over = standing.kind !== 'living' && msOf(standing.end.on) <= when.nowMs
  return model.family !== 'imagen' && !over && isReleased(model, when) && !isDeprecated(model, when)
}

function covers(heir: Model, model: Model): boolean {
  return (
    (model.aspectRatios ?? []).every((ratio) => heir.aspectRatios?.includes(ratio)) &&
    (model.imageSizes ?? []).every((size) => heir.imageSizes?.includes(size))
  )
}
