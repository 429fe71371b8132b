import sharp from 'sharp'
import { PlantainError } from '../contract/error.ts'
import type { ImageLimits } from './limits.ts'
import { decodePhoto, inspectPhoto, plainBytes } from './photo.ts'
import { blankPlane, type Plane, sameSize, type Size } from './raster.ts'

/** Black and white come back from JPEG, and from painting tools, up to this far off. */
const NOISE = 16

export interface MaskOptions extends ImageLimits {
  /** `alpha`: transparent is what to edit, and nothing else is; missing: white is where alpha does not vary. */
  readonly by?: 'alpha' | undefined
}

/**
 * Reads a caller's mask into a plane, 255 = edit. Throws `mask_unusable` for another size than the photo's and for a
 * mask that marks nothing.
 */
export async function readMask(
  bytes: Uint8Array,
  photo: Size,
  { by, ...limits }: MaskOptions,
): Promise<Plane> {
  const facts = await inspectPhoto(bytes, limits, 'The mask')
  mustLieOn(photo, facts)
  const { data } = await decodePhoto(bytes, limits, 'The mask')
  const byAlpha = by === 'alpha' || alphaVaries(data)
  const plane = blankPlane(photo)
  let marked = false
  for (let i = 0, at = 0; i < plane.data.length; i++, at += 4) {
    const value = byAlpha ? 255 - data[at + 3]! : (data[at]! + data[at + 1]! + data[at + 2]!) / 3
    plane.data[i] = value < NOISE ? 0 : value > 255 - NOISE ? 255 : value
    marked ||= value >= 128
  }
  if (marked) return plane
  throw new PlantainError('mask_unusable', `The mask marks nothing: ${remedy(by, byAlpha)}.`)
}

/** Throws `mask_unusable` for a mask of another size than the photo's. */
export function mustLieOn(photo: Size, mask: Size): void {
  if (sameSize(mask, photo)) return
  throw new PlantainError(
    'mask_unusable',
    `The mask is ${mask.width}x${mask.height}, the photo ${photo.width}x${photo.height}. Save the mask at the photo's size.`,
  )
}

function remedy(by: MaskOptions['by'], byAlpha: boolean): string {
  if (by === 'alpha') return 'make transparent what is to be edited (alpha 0, in a PNG or WebP)'
  return `paint what is to be edited white${byAlpha ? ', or make it transparent' : ''}`
}

function alphaVaries(data: Uint8Array): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true
  return false
}

/** The plane as an 8-bit greyscale PNG. */
export async function encodePlane({ width, height, data }: Plane): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer()
}

/** Reads back what `encodePlane` wrote. */
export async function decodePlane(bytes: Uint8Array): Promise<Plane> {
  const { data, info } = await sharp(bytes).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data: plainBytes(data) }
}
