import { blankFloatPlane, type FloatPlane } from './float-plane.ts'
import type { Size } from './raster.ts'

/** A rectangle in pixel edges: `left` 0 is the left edge of the first pixel; fractions are allowed. */
export interface Region {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export function wholeOf({ width, height }: Size): Region {
  return { left: 0, top: 0, width, height }
}

/** The weights of one axis: output `i` reads `taps` samples from `first[i]` on. */
interface Axis {
  readonly taps: number
  readonly first: Int32Array
  readonly weights: Float32Array
}

/**
 * Resamples a region of a plane with a Catmull-Rom kernel, widened when it shrinks, so that shrinking does not alias.
 * Pixel centres sit at half coordinates on both sides; sharp's enlargement is half a pixel off that convention,
 * which is why masks are not resampled with sharp. What lies outside the plane repeats its edge.
 */
export function resample(source: FloatPlane, region: Region, size: Size): FloatPlane {
  const across = axis(source.width, region.left, region.width, size.width)
  const down = axis(source.height, region.top, region.height, size.height)
  const firstRow = down.first[0]!
  const lastRow = down.first[size.height - 1]! + down.taps
  const wide = new Float32Array((lastRow - firstRow) * size.width)
  // One row with its ends repeated as far as the kernel reaches, so that the inner loop need not look.
  const before = Math.max(0, -across.first[0]!)
  const after = Math.max(0, across.first[size.width - 1]! + across.taps - source.width)
  const padded = new Float32Array(before + source.width + after)
  for (let y = firstRow; y < lastRow; y++) {
    const row = clamp(y, source.height) * source.width
    padded.set(source.data.subarray(row, row + source.width), before)
    padded.fill(source.data[row]!, 0, before)
    padded.fill(source.data[row + source.width - 1]!, before + source.width)
    const to = (y - firstRow) * size.width
    for (let x = 0, w = 0; x < size.width; x++) {
      let sum = 0
      for (let from = across.first[x]! + before, t = 0; t < across.taps; t++, w++) {
        sum += across.weights[w]! * padded[from + t]!
      }
      wide[to + x] = sum
    }
  }
  const out = blankFloatPlane(size)
  for (let y = 0; y < size.height; y++) {
    const to = y * size.width
    for (let t = 0; t < down.taps; t++) {
      const weight = down.weights[y * down.taps + t]!
      if (weight === 0) continue
      const from = (down.first[y]! + t - firstRow) * size.width
      for (let x = 0; x < size.width; x++) out.data[to + x]! += weight * wide[from + x]!
    }
  }
  return out
}

function axis(length: number, start: number, extent: number, count: number): Axis {
  const step = extent / count
  const stretch = Math.max(1, step)
  const taps = Math.ceil(4 * stretch) + 1
  const first = new Int32Array(count)
  const weights = new Float32Array(count * taps)
  for (let i = 0; i < count; i++) {
    const centre = start + (i + 0.5) * step - 0.5
    const from = Math.ceil(centre - 2 * stretch)
    first[i] = from
    let sum = 0
    for (let t = 0; t < taps; t++) {
      const weight = catmullRom((from + t - centre) / stretch)
      weights[i * taps + t] = weight
      sum += weight
    }
    for (let t = 0; t < taps; t++) weights[i * taps + t]! /= sum
  }
  return { taps, first, weights }
}

function catmullRom(distance: number): number {
  const x = Math.abs(distance)
  if (x >= 2) return 0
  return x < 1 ? 1 + x * x * (1.5 * x - 2.5) : 2 + x * (x * (2.5 - 0.5 * x) - 4)
}

function clamp(index: number, length: number): number {
  return index < 0 ? 0 : index >= length ? length - 1 : index
}
