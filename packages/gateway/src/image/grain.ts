import type { Raster } from './raster.ts'

const CELL = 8

/**
 * Standard deviation of a photo's noise in byte steps, read where the photo is smoothest: the fifth of its cells with
 * the weakest second differences (Immerkær's mask, which straight gradients pass without a trace). Texture can only
 * raise a cell's figure, so the low end is the noise. Never over 8: beyond that it is texture everywhere.
 */
export function grainOf({ width, height, data }: Raster): number {
  const deviations: number[] = []
  // 2000 cells settle the figure; more would only cost time.
  const stride = Math.max(CELL, Math.floor(Math.sqrt((width * height) / 2000)))
  for (let top = 1; top + CELL < height; top += stride) {
    for (let left = 1; left + CELL < width; left += stride) {
      let sum = 0
      for (let y = top; y < top + CELL; y++) {
        for (let x = left; x < left + CELL; x++) sum += Math.abs(secondDifference(data, width, x, y))
      }
      // 6 is the root of the mask's squared weights; √(π/2) turns a mean distance into a deviation.
      deviations.push((Math.sqrt(Math.PI / 2) * sum) / (CELL * CELL * 6))
    }
  }
  deviations.sort((a, b) => a - b)
  return Math.min(8, deviations[Math.floor(deviations.length / 5)] ?? 0)
}

function secondDifference(data: Uint8Array, width: number, x: number, y: number): number {
  const at = (dx: number, dy: number): number => data[((y + dy) * width + x + dx) * 4 + 1]!
  const corners = at(-1, -1) + at(1, -1) + at(-1, 1) + at(1, 1)
  const sides = at(0, -1) + at(-1, 0) + at(1, 0) + at(0, 1)
  return corners - 2 * sides + 4 * at(0, 0)
}
