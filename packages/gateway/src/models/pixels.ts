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
 * How far an answer's ratio may be off, as a quotient. Google's own pixel tables are up to 2.8 % off their ratio
 * (896x1152 for 4:5), and the nearest two ratios are 6.7 % apart.
 */
const RATIO_TOLERANCE = 1.033

/** Whether a picture has that ratio (width over height), as far as Google's pictures have the one asked for. */
export function fitsRatio({ width, height }: Pixels, ratio: number): boolean {
  const quotient = width / height / ratio
  return Math.max(quotient, 1 / quotient) <= RATIO_TOLERANCE
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
 * `null` where none is offered or the picture has no area.
 */
export function nearestRatio(offered: readonly AspectRatio[], { width, height }: Pixels): AspectRatio | null {
  const wanted = Math.log(width / height)
  if (!Number.isFinite(wanted)) return null
  const distance = (ratio: AspectRatio) => Math.abs(Math.log(ratioOf(ratio)) - wanted)
  return offered.toSorted((a, b) => distance(a) - distance(b))[0] ?? null
}

/** Pixels of a square of that size; Google's tables stay within a tenth of it for every ratio. */
export const AREA: Readonly<Record<ImageSize, number>> = {
  '512': 512 ** 2,
  '1K': 1024 ** 2,
  '2K': 2048 ** 2,
  '4K': 4096 ** 2,
}
