import type { Size } from '../image/raster.ts'

export interface Weighed extends Size {
  /** Four a pixel: three colours, each times the weight, and the weight, 0 … 1. */
  readonly values: Float32Array
}

/** Below this share of light a pixel leans on its surroundings. */
const THIN = 0.04

/**
 * Divides colours by their weights in place. Where there is next to no weight the colours come from ever wider
 * surroundings (a pyramid of halves), which continues them smoothly into holes of any size.
 */
export function fillHoles({ width, height, values }: Weighed): void {
  let thin = false
  for (let i = 3; i < values.length; i += 4) thin ||= values[i]! < THIN
  const wider = thin && width * height > 1 ? halved({ width, height, values }) : undefined
  if (wider !== undefined) fillHoles(wider)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const weight = values[at + 3]!
      const lent = wider === undefined ? 0 : THIN * Math.max(0, 1 - weight / (4 * THIN))
      for (let c = 0; c < 3; c++) {
        const around = lent > 0 ? between(wider!, x, y, c) : 0
        values[at + c] = (values[at + c]! + lent * around) / Math.max(1e-9, weight + lent)
      }
    }
  }
}

function halved({ width, height, values }: Weighed): Weighed {
  const size = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) }
  const sums = new Float32Array(size.width * size.height * 4)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = ((y >> 1) * size.width + (x >> 1)) * 4
      for (let c = 0; c < 4; c++, at++) sums[to + c]! += values[at]! / 4
    }
  }
  return { ...size, values: sums }
}

/** Read at a pixel of twice the size, between the four nearest. */
function between({ width, height, values }: Weighed, x: number, y: number, channel: number): number {
  const sx = Math.min(width - 1, Math.max(0, (x + 0.5) / 2 - 0.5))
  const sy = Math.min(height - 1, Math.max(0, (y + 0.5) / 2 - 0.5))
  const left = Math.floor(sx)
  const top = Math.floor(sy)
  const right = Math.min(width - 1, left + 1)
  const bottom = Math.min(height - 1, top + 1)
  const at = (column: number, row: number): number => values[(row * width + column) * 4 + channel]!
  const upper = at(left, top) + (at(right, top) - at(left, top)) * (sx - left)
  const lower = at(left, bottom) + (at(right, bottom) - at(left, bottom)) * (sx - left)
  return upper + (lower - upper) * (sy - top)
}
