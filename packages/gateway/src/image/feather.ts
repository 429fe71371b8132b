import { blankPlane, type Plane } from './raster.ts'
import type { PixelBox } from './region.ts'

/** In pixels: wide enough that no seam shows, too narrow to see. */
const WIDEST = 4
/** Of the smaller side of what is marked: of something small there would be nothing left. */
const SHARE = 1 / 8

/** Steps to the four and to the eight neighbours, in thirds of a pixel: at most 6 % too far. */
const STRAIGHT = 3
const DIAGONAL = 4

/**
 * A mask that opens gradually, from its edge inwards: nothing that was black becomes grey. Edges of the picture itself
 * are no edges of the mask.
 * @param box Around all that is marked.
 */
export function feathered(mask: Plane, box: PixelBox): Plane {
  const width = Math.min(WIDEST, Math.floor(Math.min(box.width, box.height) * SHARE))
  if (width === 0) return mask
  const far = (width + 1) * STRAIGHT
  const distances = distancesWithin(mask, box, far)
  const openings = Uint8Array.from({ length: far + 1 }, (_, distance) =>
    Math.round(255 * eased(distance / far)),
  )
  const out = blankPlane(mask)
  forEachPixel(mask, box, (at) => {
    out.data[at] = Math.round((mask.data[at]! * openings[distances[at]!]!) / 255)
  })
  return out
}

/** Distances to the nearest black pixel in thirds of a pixel, up to `far`, by two sweeps over the eight neighbours. */
function distancesWithin({ width, height, data }: Plane, box: PixelBox, far: number): Uint8Array {
  const distances = Uint8Array.from(data, (value) => (value === 0 ? 0 : far))
  const reach = (at: number, from: number, step: number): void => {
    const distance = distances[from]! + step
    if (distance < distances[at]!) distances[at] = distance
  }
  const [right, bottom] = [box.left + box.width - 1, box.top + box.height - 1]
  for (let y = box.top; y <= bottom; y++) {
    for (let x = box.left; x <= right; x++) {
      const at = y * width + x
      if (x > 0) reach(at, at - 1, STRAIGHT)
      if (y === 0) continue
      reach(at, at - width, STRAIGHT)
      if (x > 0) reach(at, at - width - 1, DIAGONAL)
      if (x < width - 1) reach(at, at - width + 1, DIAGONAL)
    }
  }
  for (let y = bottom; y >= box.top; y--) {
    for (let x = right; x >= box.left; x--) {
      const at = y * width + x
      if (x < width - 1) reach(at, at + 1, STRAIGHT)
      if (y === height - 1) continue
      reach(at, at + width, STRAIGHT)
      if (x < width - 1) reach(at, at + width + 1, DIAGONAL)
      if (x > 0) reach(at, at + width - 1, DIAGONAL)
    }
  }
  return distances
}

function forEachPixel({ width }: Plane, box: PixelBox, visit: (at: number) => void): void {
  for (let y = box.top; y < box.top + box.height; y++) {
    for (let x = box.left; x < box.left + box.width; x++) visit(y * width + x)
  }
}

/** From 0 to 1 without a kink at either end. */
function eased(share: number): number {
  return share * share * (3 - 2 * share)
}
