import sharp from 'sharp'
import type { Raster, Size } from '../../image/raster.ts'
import type { Drifted } from './drifted.ts'

const photos = new URL('../../../../../examples/photos/', import.meta.url)

/** What the tests of the drift work at: large enough for texture, small enough to be quick. */
export const SIZE = { width: 864, height: 648 }

/** A sample photo, stretched to a size. */
export async function photo(name: string, { width, height }: Size = SIZE): Promise<Raster> {
  const data = await sharp(new URL(name, photos).pathname)
    .resize(width, height, { fit: 'fill' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer()
  return { width, height, data: new Uint8Array(data) }
}

/** Green of either kind of picture, 0 to 255. */
export function greenOf(picture: Raster | Drifted): Float32Array {
  const [bytes, step] = 'data' in picture ? [picture.data, 4] : [picture.rgb, 3]
  return Float32Array.from({ length: picture.width * picture.height }, (_, i) => bytes[i * step + 1] ?? 0)
}
