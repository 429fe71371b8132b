import { PlantainError } from '../contract/error.ts'
import type { ImageLimits } from './limits.ts'
import { corrupt, MAX_SIDE, openPhoto, type PhotoFacts } from './photo.ts'

export interface Recompressed {
  readonly bytes: Uint8Array
  readonly mimeType: string
  readonly width: number
  readonly height: number
}

/**
 * Writes a picture upright, in sRGB and without metadata, in a format every Gemini model takes, within `maxBytes`:
 * losslessly where it came so and fits, else as high-quality JPEG (WebP where there is alpha), else smaller in
 * steps of a fifth down to half the side. What then is still too large is returned as it is, for the caller to refuse.
 */
export async function recompress(
  bytes: Uint8Array,
  facts: PhotoFacts,
  { maxBytes, limits }: { readonly maxBytes: number; readonly limits: ImageLimits },
): Promise<Recompressed> {
  const lossless = facts.type === 'image/png' || facts.type === 'image/gif' || facts.type === 'image/tiff'
  const soft = facts.hasAlpha ? 'image/webp' : 'image/jpeg'
  const side = Math.max(facts.width, facts.height)
  const tries = [
    ...(lossless ? [{ mimeType: 'image/png', scale: 1 }] : []),
    ...[1, 0.8, 0.64, 0.5]
      .map((scale) => ({ mimeType: soft, scale }))
      .filter(({ scale }) => side * scale <= MAX_SIDE[soft]),
  ] as const
  let made: Recompressed | undefined
  for (const { mimeType, scale } of tries) {
    made = await encode(bytes, facts, { mimeType, scale, limits })
    if (made.bytes.length <= maxBytes) return made
  }
  if (!made) {
    const text = `An image of ${facts.width}x${facts.height} is too long for any format that models take. Crop or resize it.`
    throw new PlantainError('image_too_large', text)
  }
  return made
}

async function encode(
  bytes: Uint8Array,
  facts: PhotoFacts,
  { mimeType, scale, limits }: { mimeType: string; scale: number; limits: ImageLimits },
): Promise<Recompressed> {
  const width = Math.max(1, Math.round(facts.width * scale))
  const open = openPhoto(bytes, limits)
  const sized = scale === 1 ? open : open.resize({ width })
  const written =
    mimeType === 'image/png'
      ? sized.png()
      : mimeType === 'image/webp'
        ? sized.webp({ quality: 95, smartSubsample: true })
        : sized.jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
  try {
    const { data, info } = await written.toBuffer({ resolveWithObject: true })
    return { bytes: data, mimeType, width: info.width, height: info.height }
  } catch (cause) {
    throw new PlantainError(corrupt('The image', cause))
  }
}
