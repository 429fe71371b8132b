import type { ColourPlanes } from './colour-planes.ts'
import { blankFloatPlane, type FloatPlane } from './float-plane.ts'

/** Alpha as a local straight line in colour: `alpha = red*r + green*g + blue*b + offset` at every pixel. */
export interface ColourLine {
  readonly red: FloatPlane
  readonly green: FloatPlane
  readonly blue: FloatPlane
  readonly offset: FloatPlane
}

// Windows of 5 by 5: an edge of the working size, and nothing of its neighbour.
const radius = 2
// Colour variance (0..1 squared) below which alpha does not follow the colours: noise would show as grain.
const epsilon = 1e-4

/**
 * How a matte follows the colours of its picture, so that it can be read off a larger copy of the same picture: the
 * coefficients of the colour guided filter (He, Sun and Tang, "Guided Image Filtering", 2013). Only edges need them:
 * where the matte is evenly 0 or 1 the line is that constant.
 */
export function guidedLine(picture: ColourPlanes, matte: FloatPlane): ColourLine {
  const { width, height } = matte
  const line = {
    red: blankFloatPlane(matte),
    green: blankFloatPlane(matte),
    blue: blankFloatPlane(matte),
    offset: { ...matte, data: Float32Array.from(matte.data) },
  }
  const fitted = new Float32Array(matte.data.length * 4)
  const edge = widened(matte, 2 * radius + 1)
  const needed = widened(matte, radius + 1)
  const fit = fitter(picture, matte)
  for (let i = 0; i < edge.length; i++) {
    if (edge[i] === 1) fit(i, fitted)
  }
  for (let i = 0; i < needed.length; i++) {
    if (needed[i] !== 1) continue
    const x = i % width
    const y = (i - x) / width
    let [r, g, b, o, count] = [0, 0, 0, 0, 0]
    for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
      for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++, count++) {
        const at = (v * width + u) * 4
        r += fitted[at]!
        g += fitted[at + 1]!
        b += fitted[at + 2]!
        o += fitted[at + 3]!
      }
    }
    line.red.data[i] = r / count
    line.green.data[i] = g / count
    line.blue.data[i] = b / count
    line.offset.data[i] = o / count
  }
  return line
}

/** 1 within `reach` pixels (square) of where the matte is neither 0 nor 1, or steps between them; else 0. */
function widened({ width, height, data }: FloatPlane, reach: number): Uint8Array {
  const across = new Uint8Array(data.length)
  const out = new Uint8Array(data.length)
  const changes = (i: number): boolean => {
    const value = data[i]!
    if (value > 0 && value < 1) return true
    return (
      (i + 1 < data.length && data[i + 1]! !== value) ||
      (i + width < data.length && data[i + width]! !== value)
    )
  }
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!changes(i)) continue
      across.fill(1, i - Math.min(x, reach), i + Math.min(width - 1 - x, reach) + 1)
    }
  }
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (across[i] === 0) continue
      const last = Math.min(height - 1, y + reach)
      for (let v = Math.max(0, y - reach); v <= last; v++) out[v * width + x] = 1
    }
  }
  return out
}

/** Fits the line of the window about one pixel and writes its four coefficients. */
function fitter([red, green, blue]: ColourPlanes, matte: FloatPlane): (i: number, out: Float32Array) => void {
  const { width, height } = matte
  return (i, out) => {
    const x = i % width
    const y = (i - x) / width
    let [n, sr, sg, sb, sp] = [0, 0, 0, 0, 0]
    let [rr, rg, rb, gg, gb, bb] = [0, 0, 0, 0, 0, 0]
    let [rp, gp, bp] = [0, 0, 0]
    for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
      for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++, n++) {
        const j = v * width + u
        const r = red.data[j]!
        const g = green.data[j]!
        const b = blue.data[j]!
        const p = matte.data[j]!
        sr += r
        sg += g
        sb += b
        sp += p
        rr += r * r
        rg += r * g
        rb += r * b
        gg += g * g
        gb += g * b
        bb += b * b
        rp += r * p
        gp += g * p
        bp += b * p
      }
    }
    const [mr, mg, mb, mp] = [sr / n, sg / n, sb / n, sp / n]
    // The window's colour covariance, a symmetric 3 by 3, with epsilon on its diagonal.
    const s00 = rr / n - mr * mr + epsilon
    const s01 = rg / n - mr * mg
    const s02 = rb / n - mr * mb
    const s11 = gg / n - mg * mg + epsilon
    const s12 = gb / n - mg * mb
    const s22 = bb / n - mb * mb + epsilon
    const c0 = rp / n - mr * mp
    const c1 = gp / n - mg * mp
    const c2 = bp / n - mb * mp
    const m00 = s11 * s22 - s12 * s12
    const m01 = s02 * s12 - s01 * s22
    const m02 = s01 * s12 - s02 * s11
    const m11 = s00 * s22 - s02 * s02
    const m12 = s01 * s02 - s00 * s12
    const m22 = s00 * s11 - s01 * s01
    const inverse = 1 / (s00 * m00 + s01 * m01 + s02 * m02)
    const a0 = (m00 * c0 + m01 * c1 + m02 * c2) * inverse
    const a1 = (m01 * c0 + m11 * c1 + m12 * c2) * inverse
    const a2 = (m02 * c0 + m12 * c1 + m22 * c2) * inverse
    const at = i * 4
    out[at] = a0
    out[at + 1] = a1
    out[at + 2] = a2
    out[at + 3] = mp - a0 * mr - a1 * mg - a2 * mb
  }
}
