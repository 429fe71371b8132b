import type { AspectRatio } from '../../contract/request.ts'
import type { Size } from '../../image/raster.ts'
import { AREA, expectedPixels, nearestRatio, ratioOf, ratiosOf } from '../../models/pixels.ts'
import type { Asked } from '../asked.ts'
import type { PictureWish } from '../faults/effect.ts'

/**
 * The pixels the model will make: by its table for the ratio asked for, else for the one nearest to the photo's,
 * else square.
 */
export function shapeOf(asked: Asked, photo: Size | null, wish: PictureWish): Size {
  const { model, surface, imageSize } = asked
  const offered = model === null ? [] : ratiosOf(model, surface)
  const near = photo === null ? null : nearestRatio(offered, photo)
  const ratio: AspectRatio = wish.ratio ?? asked.aspectRatio ?? near ?? '1:1'
  const tabled = model === null ? null : expectedPixels(model, ratio, imageSize)
  const { width, height } = tabled ?? byArea(ratio, AREA[imageSize ?? model?.defaultImageSize ?? '1K'])
  const scale = wish.scale ?? 1
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}

/** Where no table is known: as many pixels as a square of that size, in steps of 16 as Google's tables have them. */
function byArea(ratio: AspectRatio, area: number): Size {
  const width = Math.sqrt(area * ratioOf(ratio))
  return { width: stepped(width), height: stepped(area / width) }
}

function stepped(side: number): number {
  return Math.max(16, Math.round(side / 16) * 16)
}
