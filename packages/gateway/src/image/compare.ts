import sharp, { type Sharp } from 'sharp'
import { PlantainError } from '../contract/error.ts'
import type { ImageLimits } from './limits.ts'
import { corrupt, openPhoto } from './photo.ts'
import type { Raster } from './raster.ts'
import type { PixelBox } from './region.ts'

/** A picture small enough to be held against another: 64 columns by 64 rows, whatever its ratio, RGB over grey. */
export interface Thumbprint {
  readonly rgb: Uint8Array
}

const SIDE = 64
/**
 * Largest mean difference (of 255) a 4x4 block may show between a picture and its own re-encoding. Measured on the
 * seven sample photos: JPEG at quality 60 to 90 and a resample to 800 to 2048 px stay below 9.2; a patch of a tenth of
 * the width shows above 37, brightening by 8 % above 11.
 */
const SAME_BLOCK = 10

/** Decodes the whole picture, so it also proves that it can be. Throws `image_corrupt`. */
export async function thumbprint(bytes: Uint8Array, limits: ImageLimits, name: string): Promise<Thumbprint> {
  try {
    return await printOf(openPhoto(bytes, limits))
  } catch (cause) {
    throw new PlantainError(corrupt(name, cause))
  }
}

/** The same of a part of a picture that is decoded already. */
export function thumbprintOf({ width, height, data }: Raster, box: PixelBox): Promise<Thumbprint> {
  const raw = { width, height, channels: 4 } as const
  return printOf(sharp(data, { raw, limitInputPixels: false }).extract({ ...box }))
}

async function printOf(picture: Sharp): Promise<Thumbprint> {
  const rgb = await picture
    .resize(SIDE, SIDE, { fit: 'fill', kernel: 'linear' })
    // Takes off what half a pixel of misplacement leaves along hard edges.
    .blur(1)
    .flatten({ background: '#808080' })
    .raw({ depth: 'uchar' })
    .toBuffer()
  return { rgb }
}

export interface Difference {
  /** Mean absolute difference, 0 to 1. */
  readonly drift: number
  /** Whether any part differs beyond what re-encoding does. */
  readonly changed: boolean
}

export function compareThumbprints(a: Thumbprint, b: Thumbprint): Difference {
  const channels = a.rgb.length / (SIDE * SIDE)
  let sum = 0
  let worst = 0
  for (let y = 0; y < SIDE; y += 4) {
    for (let x = 0; x < SIDE; x += 4) {
      const block = blockDifference(a.rgb, b.rgb, { x, y, channels })
      sum += block
      worst = Math.max(worst, block)
    }
  }
  return { drift: sum / (SIDE / 4) ** 2 / 255, changed: worst > SAME_BLOCK }
}

function blockDifference(
  a: Uint8Array,
  b: Uint8Array,
  at: { x: number; y: number; channels: number },
): number {
  let sum = 0
  for (let row = 0; row < 4; row++) {
    const start = ((at.y + row) * SIDE + at.x) * at.channels
    for (let i = start; i < start + 4 * at.channels; i++) sum += Math.abs(a[i]! - b[i]!)
  }
  return sum / (16 * at.channels)
}
