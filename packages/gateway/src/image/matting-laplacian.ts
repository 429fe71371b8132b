import type { ColourPlanes } from './colour-planes.ts'
import type { Trimap } from './trimap.ts'

/**
 * The rows of the matting Laplacian (Levin, Lischinski and Weiss, "A Closed-Form Solution to Natural Image Matting",
 * 2008) that belong to unknown pixels: every 3 by 3 window wants alpha to be a straight line in colour. Each row
 * touches the 25 pixels around its own.
 */
export interface MattingLaplacian {
  /** Pixels a row of the padded plane has: two more on either side than the picture. */
  readonly stride: number
  /** Numbers in a padded plane, which also has two rows above and below. */
  readonly length: number
  /** The unknown pixels, as offsets into a padded plane. */
  readonly unknown: Int32Array
  /** `25 * unknown.length` coefficients, row-major about each unknown pixel. */
  readonly rows: Float32Array
}

export const margin = 2

// Colour variance taken for noise or texture: 2.5 steps of 8 bits in each channel. Less, and alpha copies the grass.
const epsilon = 1e-4

export function mattingLaplacian(picture: ColourPlanes, known: Trimap): MattingLaplacian {
  const { width, height } = known
  const stride = width + 2 * margin
  const number = new Int32Array(width * height).fill(-1)
  const places: number[] = []
  for (let i = 0; i < number.length; i++) {
    if (known.data[i] !== 0.5) continue
    number[i] = places.length
    places.push((Math.floor(i / width) + margin) * stride + (i % width) + margin)
  }
  const rows = new Float32Array(places.length * 25)
  const window = windowOver(picture)
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      if (!touchesUnknown(number, width, y * width + x)) continue
      addWindow(rows, number, window(y * width + x), width, y * width + x)
    }
  }
  return { stride, length: stride * (height + 2 * margin), unknown: Int32Array.from(places), rows }
}

function touchesUnknown(number: Int32Array, width: number, centre: number): boolean {
  for (let dy = -width; dy <= width; dy += width) {
    if (number[centre + dy - 1]! >= 0 || number[centre + dy]! >= 0 || number[centre + dy + 1]! >= 0)
      return true
  }
  return false
}

interface ColourWindow {
  /** Each of the nine colours less their mean. */
  readonly centred: Float64Array
  /** The same times the inverse of their covariance. */
  readonly whitened: Float64Array
}

function windowOver([red, green, blue]: ColourPlanes): (centre: number) => ColourWindow {
  const { width } = red
  const centred = new Float64Array(27)
  const whitened = new Float64Array(27)
  const answer = { centred, whitened }
  return (centre) => {
    let [mr, mg, mb] = [0, 0, 0]
    for (let k = 0, n = 0; k < 9; k++, n += 3) {
      const i = centre + (Math.floor(k / 3) - 1) * width + (k % 3) - 1
      mr += centred[n] = red.data[i]!
      mg += centred[n + 1] = green.data[i]!
      mb += centred[n + 2] = blue.data[i]!
    }
    mr /= 9
    mg /= 9
    mb /= 9
    let [s00, s01, s02, s11, s12, s22] = [0, 0, 0, 0, 0, 0]
    for (let n = 0; n < 27; n += 3) {
      const r = (centred[n]! -= mr)
      const g = (centred[n + 1]! -= mg)
      const b = (centred[n + 2]! -= mb)
      s00 += r * r
      s01 += r * g
      s02 += r * b
      s11 += g * g
      s12 += g * b
      s22 += b * b
    }
    s00 = s00 / 9 + epsilon
    s11 = s11 / 9 + epsilon
    s22 = s22 / 9 + epsilon
    s01 /= 9
    s02 /= 9
    s12 /= 9
    const m00 = s11 * s22 - s12 * s12
    const m01 = s02 * s12 - s01 * s22
    const m02 = s01 * s12 - s02 * s11
    const m11 = s00 * s22 - s02 * s02
    const m12 = s01 * s02 - s00 * s12
    const m22 = s00 * s11 - s01 * s01
    const inverse = 1 / (s00 * m00 + s01 * m01 + s02 * m02)
    for (let n = 0; n < 27; n += 3) {
      const [r, g, b] = [centred[n]!, centred[n + 1]!, centred[n + 2]!]
      whitened[n] = (m00 * r + m01 * g + m02 * b) * inverse
      whitened[n + 1] = (m01 * r + m11 * g + m12 * b) * inverse
      whitened[n + 2] = (m02 * r + m12 * g + m22 * b) * inverse
    }
    return answer
  }
}

function addWindow(
  rows: Float32Array,
  number: Int32Array,
  { centred, whitened }: ColourWindow,
  width: number,
  centre: number,
): void {
  for (let a = 0; a < 9; a++) {
    const ay = Math.floor(a / 3)
    const ax = a % 3
    const row = number[centre + (ay - 1) * width + ax - 1]!
    if (row < 0) continue
    const [r, g, b] = [whitened[a * 3]!, whitened[a * 3 + 1]!, whitened[a * 3 + 2]!]
    for (let c = 0, n = 0; c < 9; c++, n += 3) {
      const along = 1 + r * centred[n]! + g * centred[n + 1]! + b * centred[n + 2]!
      const at = row * 25 + (Math.floor(c / 3) - ay + 2) * 5 + (c % 3) - ax + 2
      rows[at]! += (a === c ? 1 : 0) - along / 9
    }
  }
}
