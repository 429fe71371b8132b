import type { AspectRatio, ImageSize } from '../contract/request.ts'
import type { Model, Pixels, Surface } from './model.ts'

/** Width over height: `ratioOf('16:9')` is 1.777… */
export function ratioOf(ratio: AspectRatio): number {
  const [width, height] = ratio.split(':').map(Number)
  if (width === undefined || height === undefined) throw new TypeError(`${ratio} is not a ratio.`)
  return width / height
}

/** The ratios that can be asked for there, or on every surface where none is named; empty where none is known. */
export function ratiosOf(model: Model, surface?: Surface): readonly AspectRatio[] {
  const extra = surface === undefined ? undefined : model.surfaces[surface]?.extraAspectRatios
  return [...(model.aspectRatios ?? []), ...(extra ?? [])]
}

/**
 * The pixels Google documents for a ratio and a size (missing: the model's default size).
 * `null` where the model does not offer the pair or no trustworthy figure is known: then there is nothing to check against.
 */
export function expectedPixels(model: Model, ratio: AspectRatio, size?: ImageSize): Pixels | null {
  const asked = size ?? model.defaultImageSize
  if (asked === null || model.pixels === null || !model.aspectRatios?.includes(ratio)) return null
  if (asked !== model.defaultImageSize && !model.imageSizes?.includes(asked)) return null
  return model.pixels[ratio]?.[asked] ?? null
}

/**
 * The offered ratio nearest to a picture's, by the distance of logarithms, so that 2:1 is as far from 1:1 as 1:2 is.
 * `null` where the model offers no ratio or the picture has no area.
 */
export function nearestRatio(model: Model, { width, height }: Pixels, surface?: Surface): AspectRatio | null {
  const wanted = Math.log(width / height)
  if (!Number.isFinite(wanted)) return null
  let nearest: AspectRatio | null = null
  let least = Infinity
  for (const ratio of ratiosOf(model, surface)) {
    const distance = Math.abs(Math.log(ratioOf(ratio)) - wanted)
    if (distance < least) {
      least = distance
      nearest = ratio
    }
  }
  return nearest
}
