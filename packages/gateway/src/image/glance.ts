import { colourPlanes, sizeWithin } from './colour-planes.ts'
import type { Plane, Raster } from './raster.ts'
import { wholeOf } from './resample.ts'
import { leastMaximum, networkSide, saliency } from './saliency.ts'

/**
 * Where the subject roughly is: one pass of the network and no matting, about a second. A small square over the whole
 * photo; `null` where no subject stands out. Good enough to place a crop, not to cut anything out.
 */
export async function glance(photo: Raster): Promise<Plane | null> {
  const picture = colourPlanes(photo, sizeWithin(photo, networkSide ** 2))
  const { map, maximum } = await saliency(picture, wholeOf(picture[0]))
  if (maximum < leastMaximum) return null
  return {
    width: map.width,
    height: map.height,
    data: Uint8Array.from(map.data, (value) => Math.round(value * 255)),
  }
}
