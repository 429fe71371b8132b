import { isDeprecated, isReleased, msOf, standingOf, type When } from './lifecycle.ts'
import type { Model } from './model.ts'
import { formatUsd } from './price.ts'
import { ratiosOf } from './pixels.ts'

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

/** One sentence on what a caller will notice: ratios, sizes and the price of an image. */
export function differences(from: Model, to: Model): string {
  const told = [
    from.aspectRatios === null ? [] : compared('ratio', ratiosOf(from), ratiosOf(to)),
    from.imageSizes === null ? [] : compared('size', from.imageSizes, to.imageSizes ?? []),
    priceDifference(from, to),
  ].flat()
  if (told.length > 0) return `What differs: ${told.join('; ')}.`
  return from.aspectRatios === null && from.prices === null
    ? 'What differs in ratios, sizes and price is not on record.'
    : 'Ratios, sizes and price are the same.'
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

function compared(what: string, before: readonly string[], after: readonly string[]): readonly string[] {
  const gained = after.filter((one) => !before.includes(one))
  const lost = before.filter((one) => !after.includes(one))
  return [
    ...(lost.length > 0 ? [`no ${plural(what, lost)}`] : []),
    ...(gained.length > 0 ? [`${plural(what, gained)} can be asked for too`] : []),
  ]
}

function plural(what: string, values: readonly string[]): string {
  return `${what}${values.length === 1 ? '' : 's'} ${values.join(', ')}`
}

function priceDifference(from: Model, to: Model): readonly string[] {
  const size = from.defaultImageSize ?? to.defaultImageSize
  if (size === null) return []
  const before = from.prices?.perImage[size]
  const after = to.prices?.perImage[size]
  if (after === undefined || before === after) return []
  const former =
    before === undefined ? '(the former price is not on record)' : `instead of ${formatUsd(before * 1e6)}`
  return [`a ${size} image lists at ${formatUsd(after * 1e6)} ${former}`]
}
