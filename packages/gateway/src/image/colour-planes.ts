import { blankFloatPlane, type FloatPlane } from './float-plane.ts'
import type { Raster, Size } from './raster.ts'

/** A picture's colours as three planes of 0..1 (sRGB values, not linear light). */
export type ColourPlanes = readonly [red: FloatPlane, green: FloatPlane, blue: FloatPlane]

export function mapPlanes(
  [red, green, blue]: ColourPlanes,
  change: (plane: FloatPlane) => FloatPlane,
): ColourPlanes {
  return [change(red), change(green), change(blue)]
}

/** The largest size of the photo's shape that stays within `maxPixels`; never larger than the photo. */
export function sizeWithin({ width, height }: Size, maxPixels: number): Size {
  const scale = Math.min(1, Math.sqrt(maxPixels / (width * height)))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/**
 * The photo at `size`, each output pixel the mean of the area it covers. Colours count by their alpha, so that whatever
 * hides under transparent pixels does not bleed; where a whole area is transparent the colour is white.
 */
export function colourPlanes(photo: Raster, size: Size): ColourPlanes {
  const planes = [blankFloatPlane(size), blankFloatPlane(size), blankFloatPlane(size)] as const
  const [red, green, blue] = planes
  const columns = spans(photo.width, size.width)
  const rows = spans(photo.height, size.height)
  // One row of sums: red, green, blue, weight for each output column.
  const sums = new Float64Array(size.width * 4)
  for (let y = 0; y < size.height; y++) {
    sums.fill(0)
    for (let v = rows.first[y]!; v < rows.last[y]!; v++) {
      const rowShare = Math.min(v + 1, (y + 1) * rows.step) - Math.max(v, y * rows.step)
      for (let x = 0, s = 0, n = 0; x < size.width; x++, s += 4) {
        for (
          let u = columns.first[x]!, p = (v * photo.width + u) * 4;
          u < columns.last[x]!;
          u++, n++, p += 4
        ) {
          const weight = rowShare * columns.shares[n]! * photo.data[p + 3]!
          sums[s]! += weight * photo.data[p]!
          sums[s + 1]! += weight * photo.data[p + 1]!
          sums[s + 2]! += weight * photo.data[p + 2]!
          sums[s + 3]! += weight
        }
      }
    }
    for (let x = 0, s = 0, i = y * size.width; x < size.width; x++, s += 4, i++) {
      const weight = sums[s + 3]! * 255
      red.data[i] = weight > 0 ? sums[s]! / weight : 1
      green.data[i] = weight > 0 ? sums[s + 1]! / weight : 1
      blue.data[i] = weight > 0 ? sums[s + 2]! / weight : 1
    }
  }
  return planes
}

interface Spans {
  readonly step: number
  /** The first input of each output, and the one after its last. */
  readonly first: Int32Array
  readonly last: Int32Array
  /** How much of each such input the output covers, output after output. */
  readonly shares: Float32Array
}

function spans(length: number, count: number): Spans {
  const step = length / count
  const first = new Int32Array(count)
  const last = new Int32Array(count)
  const shares: number[] = []
  for (let i = 0; i < count; i++) {
    first[i] = Math.floor(i * step + 1e-6)
    last[i] = Math.min(length, Math.ceil((i + 1) * step - 1e-6))
    for (let u = first[i]!; u < last[i]!; u++)
      shares.push(Math.min(u + 1, (i + 1) * step) - Math.max(u, i * step))
  }
  return { step, first, last, shares: Float32Array.from(shares) }
}
