import type { Size } from './raster.ts'

/**
 * Means over a `2 * radius + 1` square, cut at the picture's borders (the mean is then over what is left of it).
 * Running sums make the cost independent of the radius. One instance keeps its scratch rows, so that the many filters
 * of a matte allocate nothing.
 */
export function boxFilter({ width, height }: Size): BoxFilter {
  const across = new Float32Array(width * height)
  const columns = new Float64Array(width)
  return (source, radius, target) => {
    for (let y = 0; y < height; y++) {
      const row = y * width
      let sum = 0
      for (let x = 0; x < Math.min(radius, width); x++) sum += source[row + x]!
      for (let x = 0; x < width; x++) {
        if (x + radius < width) sum += source[row + x + radius]!
        if (x - radius > 0) sum -= source[row + x - radius - 1]!
        across[row + x] = sum / (Math.min(width - 1, x + radius) - Math.max(0, x - radius) + 1)
      }
    }
    columns.fill(0)
    for (let y = 0; y < Math.min(radius, height); y++) add(columns, across, y * width, 1)
    for (let y = 0; y < height; y++) {
      if (y + radius < height) add(columns, across, (y + radius) * width, 1)
      if (y - radius > 0) add(columns, across, (y - radius - 1) * width, -1)
      const share = 1 / (Math.min(height - 1, y + radius) - Math.max(0, y - radius) + 1)
      for (let x = 0, i = y * width; x < width; x++, i++) target[i] = columns[x]! * share
    }
  }
}

/** `target` may be `source`. */
export type BoxFilter = (source: Float32Array, radius: number, target: Float32Array) => void

function add(sums: Float64Array, rows: Float32Array, from: number, sign: number): void {
  for (let x = 0; x < sums.length; x++) sums[x]! += sign * rows[from + x]!
}
