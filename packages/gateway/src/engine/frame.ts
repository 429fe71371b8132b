import sharp from 'sharp'
import { PlantainError } from '../contract/error.ts'
import { DEFAULT_IMAGE_LIMITS } from '../image/limits.ts'
import { blankRaster, type Plane, type Raster, type Size } from '../image/raster.ts'
import { cropAround } from './crop-box.ts'
import type { Framing } from './operation.ts'
import { rotated } from './rotate.ts'

/** As for pictures that come in. */
const MAX_PIXELS = DEFAULT_IMAGE_LIMITS.maxPixels

/**
 * The picture in another frame. `subject`, of any size and seen over the whole picture, lets a crop keep it in.
 * Throws `unsupported_instruction` when the result would exceed 50 megapixels.
 */
export async function reframe(raster: Raster, framing: Framing, subject?: Plane): Promise<Raster> {
  switch (framing.op) {
    case 'crop':
      return cut(raster, cropAround(raster, framing.ratio, subject))
    case 'crop-box': {
      const left = clamp(Math.round(framing.left * raster.width), 0, raster.width - 1)
      const top = clamp(Math.round(framing.top * raster.height), 0, raster.height - 1)
      const right = clamp(Math.round((framing.left + framing.width) * raster.width), left + 1, raster.width)
      const bottom = clamp(Math.round((framing.top + framing.height) * raster.height), top + 1, raster.height)
      return cut(raster, { left, top, width: right - left, height: bottom - top })
    }
    case 'resize':
      return resized(raster, sizeAsked(raster, framing))
    case 'scale':
      return resized(raster, {
        width: Math.max(1, Math.round(raster.width * framing.factor)),
        height: Math.max(1, Math.round(raster.height * framing.factor)),
      })
    case 'rotate':
      return rotated(raster, framing.degrees, mustFit)
    case 'flip':
      return flipped(raster, framing.axis)
  }
}

function sizeAsked(
  raster: Size,
  { width, height }: { readonly width?: number; readonly height?: number },
): Size {
  if (width !== undefined && height !== undefined) return { width, height }
  if (width !== undefined)
    return { width, height: Math.max(1, Math.round((raster.height * width) / raster.width)) }
  if (height !== undefined)
    return { width: Math.max(1, Math.round((raster.width * height) / raster.height)), height }
  return raster
}

async function resized(raster: Raster, size: Size): Promise<Raster> {
  mustFit(size)
  if (size.width === raster.width && size.height === raster.height) return raster
  const { data, info } = await sharp(raster.data, {
    raw: { width: raster.width, height: raster.height, channels: 4 },
    limitInputPixels: false,
  })
    .resize(size.width, size.height, { fit: 'fill', kernel: 'lanczos3' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return {
    width: info.width,
    height: info.height,
    data: new Uint8Array(data.buffer, data.byteOffset, data.length),
  }
}

function mustFit({ width, height }: Size): void {
  if (width >= 1 && height >= 1 && width * height <= MAX_PIXELS) return
  throw new PlantainError(
    'unsupported_instruction',
    `The picture would become ${width} × ${height} pixels, and more than 50 megapixels are not made here. Ask for a smaller size.`,
  )
}

interface PixelBox extends Size {
  readonly left: number
  readonly top: number
}

function cut(raster: Raster, { left, top, width, height }: PixelBox): Raster {
  const result = blankRaster({ width, height })
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * raster.width + left) * 4
    result.data.set(raster.data.subarray(from, from + width * 4), y * width * 4)
  }
  return result
}

function flipped(raster: Raster, axis: 'horizontal' | 'vertical'): Raster {
  const { width, height, data } = raster
  const result = blankRaster(raster)
  const from = new Uint32Array(new Uint8Array(data).buffer)
  const to = new Uint32Array(result.data.buffer)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const source = axis === 'horizontal' ? y * width + (width - 1 - x) : (height - 1 - y) * width + x
      to[y * width + x] = from[source]!
    }
  }
  return result
}

function clamp(value: number, from: number, to: number): number {
  return Math.min(to, Math.max(from, value))
}
