import { blankFloatPlane, type FloatPlane } from './float-plane.ts'

const diagonal = Math.SQRT2

/**
 * Every pixel's distance in pixels to the nearest pixel on the other side of one half, positive above it and negative below, by two sweeps over the eight
 * neighbours (up to 8 % too far off the axes). Where there is only one side, more than any
 * distance within the plane.
 */
export function distanceToBorder({ width, height, data }: FloatPlane): FloatPlane {
  const out = blankFloatPlane({ width, height })
  const far = out.data.fill(2 * (width + height))
  const inside = Uint8Array.from(data, (value) => (value > 0.5 ? 1 : 0))
  const reach = (i: number, j: number, step: number): void => {
    const distance = inside[i] === inside[j] ? far[j]! + step : step
    if (distance < far[i]!) far[i] = distance
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      if (x > 0) reach(i, i - 1, 1)
      if (y === 0) continue
      reach(i, i - width, 1)
      if (x > 0) reach(i, i - width - 1, diagonal)
      if (x < width - 1) reach(i, i - width + 1, diagonal)
    }
  }
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) {
      const i = y * width + x
      if (x < width - 1) reach(i, i + 1, 1)
      if (y === height - 1) continue
      reach(i, i + width, 1)
      if (x < width - 1) reach(i, i + width + 1, diagonal)
      if (x > 0) reach(i, i + width - 1, diagonal)
    }
  }
  for (let i = 0; i < far.length; i++) if (inside[i] === 0) far[i] = -far[i]!
  return out
}
