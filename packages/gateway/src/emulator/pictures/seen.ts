import sharp from 'sharp'
import { PlantainError } from '../../contract/error.ts'
import { DEFAULT_IMAGE_LIMITS } from '../../image/limits.ts'
import { corrupt, decodePhoto, inspectPhoto, isOpaque, plainBytes } from '../../image/photo.ts'
import type { Raster } from '../../image/raster.ts'

/**
 * A picture as a model sees it: opaque, in sRGB. `orient` says whether the EXIF orientation is followed.
 * Throws `PlantainError` as `inspectPhoto` and `decodePhoto` do.
 */
export async function seen(bytes: Uint8Array, name: string, orient: boolean): Promise<Raster> {
  await inspectPhoto(bytes, DEFAULT_IMAGE_LIMITS, name)
  return onWhite(
    orient ? await decodePhoto(bytes, DEFAULT_IMAGE_LIMITS, name) : await decodeAsStored(bytes, name),
  )
}

async function decodeAsStored(bytes: Uint8Array, name: string): Promise<Raster> {
  const { maxPixels, decodeTimeoutSeconds } = DEFAULT_IMAGE_LIMITS
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: maxPixels, failOn: 'warning', pages: 1 })
      .timeout({ seconds: decodeTimeoutSeconds })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, data: plainBytes(data) }
  } catch (cause) {
    throw new PlantainError(corrupt(name, cause))
  }
}

/** The same picture where nothing shows through, else another on white. */
export function onWhite(picture: Raster): Raster {
  if (isOpaque(picture)) return picture
  const data = new Uint8Array(picture.data)
  for (let at = 0; at < data.length; at += 4) {
    const share = data[at + 3]! / 255
    if (share === 1) continue
    for (let c = at; c < at + 3; c++) data[c] = Math.round(255 + share * (data[c]! - 255))
    data[at + 3] = 255
  }
  return { width: picture.width, height: picture.height, data }
}
