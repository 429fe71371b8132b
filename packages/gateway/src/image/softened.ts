import type { Raster } from './raster.ts'

/** The colours of a picture as seen out of the corner of the eye: cheap to ask anywhere. */
export interface Softened {
  /** sRGB bytes (not rounded) around a pixel; the answer is only good until the next call. */
  at(x: number, y: number): Float64Array
}

/** Averages a picture over cells of 1/`cells` of its longer side and reads between them. */
export function softened(picture: Raster, cells: number): Softened {
  const cell = Math.max(1, Math.max(picture.width, picture.height) / cells)
  const columns = Math.max(1, Math.ceil(picture.width / cell))
  const rows = Math.max(1, Math.ceil(picture.height / cell))
  const means = cellMeans(picture, { cell, columns, rows })
  const colour = new Float64Array(3)
  return {
    at(x, y) {
      const sx = Math.min(columns - 1, Math.max(0, (x + 0.5) / cell - 0.5))
      const sy = Math.min(rows - 1, Math.max(0, (y + 0.5) / cell - 0.5))
      const left = Math.floor(sx)
      const top = Math.floor(sy)
      const right = Math.min(columns - 1, left + 1)
      const bottom = Math.min(rows - 1, top + 1)
      for (let c = 0; c < 3; c++) {
        const upper = blend(means, (top * columns + left) * 3 + c, (top * columns + right) * 3 + c, sx - left)
        const lower = blend(
          means,
          (bottom * columns + left) * 3 + c,
          (bottom * columns + right) * 3 + c,
          sx - left,
        )
        colour[c] = upper + (lower - upper) * (sy - top)
      }
      return colour
    },
  }
}

function blend(values: Float64Array, from: number, to: number, share: number): number {
  return values[from]! + (values[to]! - values[from]!) * share
}

interface Grid {
  readonly cell: number
  readonly columns: number
  readonly rows: number
}

function cellMeans({ width, height, data }: Raster, { cell, columns, rows }: Grid): Float64Array {
  const means = new Float64Array(columns * rows * 3)
  const counts = new Float64Array(columns * rows)
  // A few hundred samples a cell are plenty for its mean: 12 megapixels need not be read whole.
  const stride = Math.max(1, Math.floor(cell / 16))
  for (let y = 0; y < height; y += stride) {
    for (let x = 0; x < width; x += stride) {
      const to = Math.floor(y / cell) * columns + Math.floor(x / cell)
      const at = (y * width + x) * 4
      counts[to]! += data[at + 3]!
      for (let c = 0; c < 3; c++) means[to * 3 + c]! += data[at + c]! * data[at + 3]!
    }
  }
  for (let i = 0; i < counts.length; i++) {
    for (let c = 0; c < 3; c++) means[i * 3 + c]! /= Math.max(1, counts[i]!)
  }
  return means
}
