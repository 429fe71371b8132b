import type { Plane, Size } from './raster.ts'

/** A rectangle of whole pixels. */
export interface PixelBox extends Size {
  readonly left: number
  readonly top: number
}

export function wholeBox({ width, height }: Size): PixelBox {
  return { left: 0, top: 0, width, height }
}

/** The smallest box around everything that is not 0; of a plane that has nothing, one without pixels. */
export function boundsOf({ width, height, data }: Plane): PixelBox {
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width)
    const first = row.findIndex((value) => value > 0)
    if (first < 0) continue
    left = Math.min(left, first)
    right = Math.max(
      right,
      row.findLastIndex((value) => value > 0),
    )
    top = Math.min(top, y)
    bottom = y
  }
  return { left, top, width: Math.max(0, right - left + 1), height: Math.max(0, bottom - top + 1) }
}
