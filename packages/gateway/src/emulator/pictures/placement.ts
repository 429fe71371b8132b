import type { Size } from '../../image/raster.ts'
import type { Region } from '../../image/resample.ts'
import type { Drift } from './drift.ts'

/** Where a photo lies in the model's frame, in pixel edges: output = scale × photo + offset on either axis. */
export interface Placement {
  readonly scaleX: number
  readonly scaleY: number
  readonly left: number
  readonly top: number
}

/**
 * Row by row as OpenCV has its 2×3 matrices: `x' = a x + b y + c`, `y' = d x + e y + f`, where whole numbers are the
 * centres of pixels.
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

/** Google's pixel tables are up to 2.8 % off the ratio they stand for (896x1152 for 4:5): so much is stretched, not cut. */
const TABLE_ROUNDING = 1.033

/** The photo brought to fill `pixels`, then moved, scaled and framed anew as the drift says. */
export function placement(photo: Size, pixels: Size, { shiftPx, scale, recrop }: Drift): Placement {
  const { width, height } = pixels
  const filled = filling(photo, pixels)
  const zoom = scale / (1 - recrop.share)
  const unit = pixelUnit(pixels)
  // First about the centre, then what is cut off at the left and top falls away, then the shift.
  const moved = (offset: number, side: number, cutAt: number, shift: number): number =>
    ((offset - side / 2) * scale + side / 2 - recrop.share * cutAt * side) / (1 - recrop.share) + shift * unit
  return {
    scaleX: filled.scaleX * zoom,
    scaleY: filled.scaleY * zoom,
    left: moved(filled.left, width, recrop.x, shiftPx[0]),
    top: moved(filled.top, height, recrop.y, shiftPx[1]),
  }
}

/** How many output pixels a pixel of {@link Drift} is. */
export function pixelUnit({ width, height }: Size): number {
  return Math.sqrt(width * height) / 1024
}

function filling(photo: Size, { width, height }: Size): Placement {
  const across = width / photo.width
  const down = height / photo.height
  if (Math.max(across / down, down / across) <= TABLE_ROUNDING) {
    return { scaleX: across, scaleY: down, left: 0, top: 0 }
  }
  const scale = Math.max(across, down)
  return {
    scaleX: scale,
    scaleY: scale,
    left: (width - photo.width * scale) / 2,
    top: (height - photo.height * scale) / 2,
  }
}

/** What of the photo the frame shows; it may reach beyond the photo. */
export function regionShown({ scaleX, scaleY, left, top }: Placement, { width, height }: Size): Region {
  return { left: -left / scaleX, top: -top / scaleY, width: width / scaleX, height: height / scaleY }
}

export function affineOf({ scaleX, scaleY, left, top }: Placement): Affine {
  // From edges to centres: half a pixel in, half a pixel out.
  return [scaleX, 0, scaleX / 2 + left - 0.5, 0, scaleY, scaleY / 2 + top - 0.5]
}

/** For each axis the first whole output pixel that shows photo, and the one after the last. */
export interface Shown {
  readonly columns: readonly [first: number, end: number]
  readonly rows: readonly [first: number, end: number]
}

export function shownPixels(photo: Size, pixels: Size, { scaleX, scaleY, left, top }: Placement): Shown {
  return {
    columns: wholePixels(left, left + photo.width * scaleX, pixels.width),
    rows: wholePixels(top, top + photo.height * scaleY, pixels.height),
  }
}

function wholePixels(from: number, to: number, length: number): readonly [first: number, end: number] {
  // What floating point leaves of a whole number must not cost a pixel.
  const first = Math.min(length - 1, Math.max(0, Math.ceil(from - 1e-6)))
  return [first, Math.max(first + 1, Math.min(length, Math.floor(to + 1e-6)))]
}
