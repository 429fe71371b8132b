import { IMAGE_SIZES, type ImageSize } from '../contract/request.ts'
import type { Model } from './model.ts'

/**
 * What to ask a model for so that a result is not smaller than wanted: that size, or the smallest that the model has
 * where it has none so small. `null`: it has one size, which will do. A size that no model of its kind reaches comes back
 * as it is, to be refused by name.
 */
export function offeredSize({ imageSizes, defaultImageSize }: Model, wanted: ImageSize): ImageSize | null {
  if (imageSizes === null) return wanted
  const isEnough = (size: ImageSize) => IMAGE_SIZES.indexOf(size) >= IMAGE_SIZES.indexOf(wanted)
  if (imageSizes.length === 0) {
    return defaultImageSize !== null && isEnough(defaultImageSize) ? null : wanted
  }
  const [smallest] = IMAGE_SIZES.filter((size) => imageSizes.includes(size))
  return smallest !== undefined && isEnough(smallest) ? smallest : wanted
}
