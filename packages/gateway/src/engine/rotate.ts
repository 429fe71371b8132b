import { blankRaster, type Raster, type Size } from '../image/raster.ts'

/**
 * Turned clockwise. Quarter turns move pixels and change none; other angles are resampled (Catmull-Rom, colours weighed
 * by their opacity), the frame grows to hold the whole picture and the corners are transparent.
 * `mustFit` is asked before the larger frame is made.
 */
export function rotated(raster: Raster, degrees: number, mustFit: (size: Size) => void): Raster {
  const quarter = (((degrees % 360) + 360) % 360) / 90
  if (Number.isInteger(quarter)) return quarterTurns(raster, quarter)
  const angle = (degrees * Math.PI) / 180
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  const size = {
    width: Math.ceil(Math.abs(raster.width * cos) + Math.abs(raster.height * sin) - 1e-6),
    height: Math.ceil(Math.abs(raster.width * sin) + Math.abs(raster.height * cos) - 1e-6),
  }
  mustFit(size)
  const result = blankRaster(size)
  const read = bicubicReader(raster)
  for (let y = 0, at = 0; y < size.height; y++) {
    const dy = y + 0.5 - size.height / 2
    for (let x = 0; x < size.width; x++, at += 4) {
      const dx = x + 0.5 - size.width / 2
      read(
        dx * cos + dy * sin + raster.width / 2 - 0.5,
        dy * cos - dx * sin + raster.height / 2 - 0.5,
        result.data,
        at,
      )
    }
  }
  return result
}

function quarterTurns(raster: Raster, quarter: number): Raster {
  const { width, height } = raster
  const upright = quarter % 2 === 0
  const size = upright ? { width, height } : { width: height, height: width }
  const result = blankRaster(size)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [toX, toY] = turned(x, y, raster, quarter)
      const from = (y * width + x) * 4
      const to = (toY * size.width + toX) * 4
      for (let c = 0; c < 4; c++) result.data[to + c] = raster.data[from + c]!
    }
  }
  return result
}

function turned(
  x: number,
  y: number,
  { width, height }: Size,
  quarter: number,
): readonly [x: number, y: number] {
  switch (quarter) {
    case 1:
      return [height - 1 - y, x]
    case 2:
      return [width - 1 - x, height - 1 - y]
    case 3:
      return [y, width - 1 - x]
    default:
      return [x, y]
  }
}

type Reader = (x: number, y: number, onto: Uint8Array, at: number) => void

/** Outside the picture is nothing: rims fade into transparency over one pixel. */
function bicubicReader({ width, height, data }: Raster): Reader {
  const across = new Float64Array(4)
  const down = new Float64Array(4)
  return (x, y, onto, at) => {
    if (x <= -1 || y <= -1 || x >= width || y >= height) return
    const left = Math.floor(x)
    const top = Math.floor(y)
    catmullRom(x - left, across)
    catmullRom(y - top, down)
    let red = 0
    let green = 0
    let blue = 0
    let alpha = 0
    for (let j = 0; j < 4; j++) {
      const row = Math.min(height - 1, Math.max(0, top - 1 + j)) * width
      for (let i = 0; i < 4; i++) {
        const from = (row + Math.min(width - 1, Math.max(0, left - 1 + i))) * 4
        const share = across[i]! * down[j]! * data[from + 3]!
        red += share * data[from]!
        green += share * data[from + 1]!
        blue += share * data[from + 2]!
        alpha += share
      }
    }
    if (alpha <= 0) return
    onto[at] = toByte(red / alpha)
    onto[at + 1] = toByte(green / alpha)
    onto[at + 2] = toByte(blue / alpha)
    // How much of this pixel still lies over the picture.
    const inside = Math.min(1, x + 1, width - x) * Math.min(1, y + 1, height - y)
    onto[at + 3] = toByte(alpha * inside)
  }
}

function catmullRom(t: number, shares: Float64Array): void {
  shares[0] = ((-0.5 * t + 1) * t - 0.5) * t
  shares[1] = (1.5 * t - 2.5) * t * t + 1
  shares[2] = ((-1.5 * t + 2) * t + 0.5) * t
  shares[3] = (0.5 * t - 0.5) * t * t
}

function toByte(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)))
}
