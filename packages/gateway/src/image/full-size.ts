import type { FloatPlane } from './float-plane.ts'
import { pureColour, type EdgeColours } from './foreground.ts'
import type { ColourLine } from './guided-line.ts'
import { blankPlane, type Plane, type Raster, type Size } from './raster.ts'

export interface FullSize {
  readonly alpha: Plane
  readonly foreground: Raster
}

export interface FullSizeParts {
  /** Alpha at the working size; 0 and 1 are final there. */
  readonly alpha: FloatPlane
  readonly colours: EdgeColours
  /** For a photo larger than the working size: how alpha between 0 and 1 follows the photo's colours. */
  readonly line?: ColourLine
}

/** Carries a matte from the working size to the photo's, pixel by pixel, so that no plane of floats is photo-sized. */
export function toFullSize(photo: Raster, { alpha, line, colours }: FullSizeParts): FullSize {
  const out = blankPlane(photo)
  // A copy by construction: a Buffer's own slice() would share the photo's memory.
  const foreground = { width: photo.width, height: photo.height, data: new Uint8Array(photo.data) }
  const matteAt = sampler(photo, alpha)
  const colourAt = sampler(photo, colours.foreground[0])
  for (let y = 0, i = 0; y < photo.height; y++) {
    matteAt.row(y)
    colourAt.row(y)
    for (let x = 0; x < photo.width; x++, i++) {
      const p = i * 4
      // The photo's own opacity stays with the photo; only what it hides altogether cannot be subject.
      if (photo.data[p + 3] === 0) continue
      matteAt.column(x)
      let value = matteAt.read(alpha)
      if (value <= 0) continue
      if (value < 1 && line !== undefined) {
        const [r, g, b] = [photo.data[p]!, photo.data[p + 1]!, photo.data[p + 2]!]
        const { red, green, blue, offset } = line
        value =
          (r * matteAt.read(red) + g * matteAt.read(green) + b * matteAt.read(blue)) / 255 +
          matteAt.read(offset)
      }
      const byte = value <= 0 ? 0 : value >= 1 ? 255 : Math.round(value * 255)
      out.data[i] = byte
      if (byte === 0 || byte === 255) continue
      colourAt.column(x)
      for (let c = 0; c < 3; c++) {
        const within = colourAt.read(colours.foreground[c]!)
        const outside = colourAt.read(colours.background[c]!)
        foreground.data[p + c] = Math.round(
          255 * pureColour(photo.data[p + c]! / 255, value, within, outside),
        )
      }
    }
  }
  return { alpha: out, foreground }
}

interface Sampler {
  readonly row: (y: number) => void
  readonly column: (x: number) => void
  readonly read: (plane: FloatPlane) => number
}

/** Bilinear reading of planes of one size at the pixel centres of another. */
function sampler(of: Size, { width, height }: Size): Sampler {
  const columns = Array.from({ length: of.width }, (_, x) => position(x, of.width, width))
  const lefts = Int32Array.from(columns, ({ at }) => at)
  const shares = Float32Array.from(columns, ({ share }) => share)
  let [top, below, down, left, right, across] = [0, 0, 0, 0, 0, 0]
  return {
    row: (y) => {
      const { at, share } = position(y, of.height, height)
      top = at * width
      below = Math.min(at + 1, height - 1) * width
      down = share
    },
    column: (x) => {
      left = lefts[x]!
      right = Math.min(left + 1, width - 1)
      across = shares[x]!
    },
    read: ({ data }) => {
      const a = data[top + left]!
      const b = data[top + right]!
      const c = data[below + left]!
      const d = data[below + right]!
      if (a === b && a === c && a === d) return a
      const high = a + across * (b - a)
      return high + down * (c + across * (d - c) - high)
    },
  }
}

function position(index: number, length: number, count: number): { at: number; share: number } {
  const exact = Math.min(Math.max(((index + 0.5) * count) / length - 0.5, 0), count - 1)
  const at = Math.floor(exact)
  return { at, share: exact - at }
}
