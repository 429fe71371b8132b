import type { Plane, Size } from './raster.ts'

/** A rectangle of whole pixels. */
export interface PixelBox extends Size {
  readonly left: number
  readonly top: number
}

export function wholeBox({ width, height }: Size): PixelBox {
  return { left: 0, top: 0, width, height }
}

/**
 * The smallest box around everything that is not 0 in a plane, or in a part of it; where there is nothing, one without
 * pixels.
 */
export function boundsOf(
  { width, height, data }: Plane,
  within: PixelBox = wholeBox({ width, height }),
): PixelBox {
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let y = within.top; y < within.top + within.height; y++) {
    const start = y * width + within.left
    const row = data.subarray(start, start + within.width)
    const first = row.findIndex((value) => value > 0)
    if (first < 0) continue
    left = Math.min(left, within.left + first)
    right = Math.max(right, within.left + row.findLastIndex((value) => value > 0))
    top = Math.min(top, y)
    bottom = y
  }
  return { left, top, width: Math.max(0, right - left + 1), height: Math.max(0, bottom - top + 1) }
}

/** A box of which so much is marked is not split: what changes in it shows. */
const FULL = 1 / 4
/** Nor is one of so few pixels a side. */
const SMALL = 16
/** Halved so often at most: 64 boxes. */
const MOST_CUTS = 6

/**
 * Boxes around what is not 0, so tight that a fair share of each is marked: of two spots far apart one each. A box is
 * split across its longer side, and each half drawn tight.
 */
export function* spotsOf(mask: Plane, within = boundsOf(mask), cuts = MOST_CUTS): Generator<PixelBox> {
  const { left, top, width, height } = within
  if (width === 0) return
  const side = Math.max(width, height)
  if (cuts === 0 || side <= SMALL || markedIn(mask, within) >= FULL * width * height) {
    yield within
    return
  }
  const half = side >> 1
  const isWide = width >= height
  const first = isWide ? { ...within, width: half } : { ...within, height: half }
  const second = isWide
    ? { ...within, left: left + half, width: width - half }
    : { ...within, top: top + half, height: height - half }
  for (const part of [first, second]) yield* spotsOf(mask, boundsOf(mask, part), cuts - 1)
}

function markedIn({ width: across, data }: Plane, { left, top, width, height }: PixelBox): number {
  let marked = 0
  for (let y = top; y < top + height; y++) {
    for (let at = y * across + left; at < y * across + left + width; at++) if (data[at] !== 0) marked += 1
  }
  return marked
}
