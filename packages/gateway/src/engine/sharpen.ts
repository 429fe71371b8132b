import { blankRaster, type Raster } from '../image/raster.ts'
import { LUMA } from '../image/srgb.ts'

/**
 * Unsharp masking of the brightness alone, so that coloured edges get no fringes. The radius follows the size of the
 * picture (0.7 px at 512, 2 px at 12 megapixels); differences below noise are left, and no edge overshoots by more than
 * 40 byte steps. Negative amounts soften instead.
 */
export function sharpened(raster: Raster, amount: number): Raster {
  const { width, height, data } = raster
  const result = blankRaster(raster)
  result.data.set(data)
  const kernel = gauss(Math.max(0.7, Math.sqrt(width * height) / 1700))
  const reach = (kernel.length - 1) / 2
  // Only as many blurred rows are kept as the kernel is tall: no second picture in floats.
  const rows = new Map<number, Float32Array>()
  const rowAt = (y: number): Float32Array => {
    const clamped = Math.min(height - 1, Math.max(0, y))
    let row = rows.get(clamped)
    if (row === undefined) rows.set(clamped, (row = softRow(raster, clamped, kernel)))
    return row
  }
  for (let y = 0; y < height; y++) {
    rows.delete(y - reach - 1)
    const window = kernel.map((_, k) => rowAt(y - reach + k))
    for (let x = 0, at = y * width * 4; x < width; x++, at += 4) {
      let soft = 0
      for (let k = 0; k < kernel.length; k++) soft += kernel[k]! * window[k]![x]!
      const detail = luma(data, at) - soft
      // A core of ±1.5 byte steps is noise or dither.
      const cored = detail * Math.min(1, (detail * detail) / 4.5)
      const change = Math.max(-40, Math.min(40, cored * amount * 1.5))
      for (let c = 0; c < 3; c++)
        result.data[at + c] = Math.min(255, Math.max(0, Math.round(data[at + c]! + change)))
    }
  }
  return result
}

function gauss(deviation: number): number[] {
  const reach = Math.ceil(deviation * 2.5)
  const raw = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * deviation ** 2)),
  )
  const total = raw.reduce((sum, value) => sum + value, 0)
  return raw.map((value) => value / total)
}

function softRow({ width, data }: Raster, y: number, kernel: readonly number[]): Float32Array {
  const reach = (kernel.length - 1) / 2
  const bright = Float32Array.from({ length: width }, (_, x) => luma(data, (y * width + x) * 4))
  const row = new Float32Array(width)
  for (let x = 0; x < width; x++) {
    let sum = 0
    for (let k = 0; k < kernel.length; k++)
      sum += kernel[k]! * bright[Math.min(width - 1, Math.max(0, x + k - reach))]!
    row[x] = sum
  }
  return row
}

function luma(data: Uint8Array, at: number): number {
  return LUMA[0] * data[at]! + LUMA[1] * data[at + 1]! + LUMA[2] * data[at + 2]!
}
