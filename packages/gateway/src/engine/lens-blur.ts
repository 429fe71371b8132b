import { grainOf } from '../image/grain.ts'
import { blankPlane, type Plane, type Raster, type Size } from '../image/raster.ts'
import { encoded, LINEAR } from '../image/srgb.ts'
import { discBlur } from './disc-blur.ts'
import { fillHoles } from './fill-holes.ts'
import { print } from './print.ts'

export interface LensBlurOptions {
  /** 1 is the usual portrait blur: discs of 3.6 % of the picture's mean side. */
  readonly amount: number
  /** Which pixels give their light, 255 all of it: only those shine into the result. */
  readonly weight?: Plane
}

/** Discs of nine pixels are smooth enough to be enlarged; larger ones are made on a smaller picture. */
const WORKING_RADIUS = 9
const MAX_WORKING_PIXELS = 1_500_000

/**
 * The picture as if far out of focus, in linear light, with highlights opening into discs. Where `weight` is 0 the
 * result continues the colours from around, so that a subject left out leaves no halo. Transparency stays as it is.
 */
export function blurred(raster: Raster, { amount, weight }: LensBlurOptions): Raster {
  const unit = Math.sqrt(raster.width * raster.height)
  const radius = 0.018 * unit * Math.max(0, amount)
  const shrink = Math.max(1, radius / WORKING_RADIUS, unit / Math.sqrt(MAX_WORKING_PIXELS))
  const size = {
    width: Math.max(1, Math.round(raster.width / shrink)),
    height: Math.max(1, Math.round(raster.height / shrink)),
  }
  const light = weighedLight(raster, weight, size)
  discBlur({ ...size, channels: 4, values: light }, radius / shrink)
  fillHoles({ ...size, values: light })
  const values = new Float32Array(size.width * size.height * 3)
  for (let i = 0; i < size.width * size.height; i++) {
    for (let c = 0; c < 3; c++) values[i * 3 + c] = encoded(Math.min(1, light[i * 4 + c]!))
  }
  const { width, height } = raster
  const result = print(
    { ...size, values },
    { width, height, grain: Math.max(0.5, grainOf(raster)), start: 0.37 },
  )
  for (let at = 3; at < result.data.length; at += 4) result.data[at] = raster.data[at]!
  return result
}

/**
 * The photo's background alone, out of focus. A matte's faint rim still carries the subject's colour, so all pixels with
 * a trace of subject are left out, and a few more around them.
 */
export function blurredBackground(photo: Raster, alpha: Plane, amount: number): Raster {
  return blurred(photo, { amount, weight: clearOf(alpha) })
}

const TRACE = 6

function clearOf(alpha: Plane): Plane {
  const { width, height } = alpha
  const margin = Math.max(1, Math.round(Math.sqrt(width * height) / 250))
  const across = blankPlane(alpha)
  const clear = blankPlane(alpha)
  for (let y = 0; y < height; y++)
    spreadLine(alpha.data, across.data, { start: y * width, step: 1, length: width, margin })
  // `across` marks subject by 255; the second pass turns it into weights.
  for (let x = 0; x < width; x++)
    spreadLine(across.data, clear.data, { start: x, step: width, length: height, margin })
  for (let i = 0; i < clear.data.length; i++) clear.data[i] = 255 - clear.data[i]!
  return clear
}

interface Line {
  readonly start: number
  readonly step: number
  readonly length: number
  readonly margin: number
}

function spreadLine(from: Uint8Array, to: Uint8Array, { start, step, length, margin }: Line): void {
  let until = -1
  for (let i = 0; i < Math.min(margin, length); i++) if (from[start + i * step]! >= TRACE) until = i + margin
  for (let i = 0; i < length; i++) {
    if (i + margin < length && from[start + (i + margin) * step]! >= TRACE) until = i + 2 * margin
    if (i <= until) to[start + i * step] = 255
  }
}

/** Area means at `size` of light times weight, and of the weight itself as fourth channel. */
function weighedLight(raster: Raster, weight: Plane | undefined, size: Size): Float32Array {
  const { width, height, data } = raster
  const light = new Float32Array(size.width * size.height * 4)
  const columns = Int32Array.from(
    { length: width },
    (_, x) => Math.min(size.width - 1, Math.floor((x * size.width) / width)) * 4,
  )
  const full = (size.width * size.height) / (width * height) / 255 ** 3
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.min(size.height - 1, Math.floor((y * size.height) / height)) * size.width * 4
    for (let x = 0; x < width; x++, i++) {
      const at = i * 4
      // Squared: a half weighed pixel is half something else, whose light has no business here.
      const share = data[at + 3]! * (weight === undefined ? 255 * 255 : weight.data[i]! ** 2) * full
      if (share === 0) continue
      const red = LINEAR[data[at]!]!
      const green = LINEAR[data[at + 1]!]!
      const blue = LINEAR[data[at + 2]!]!
      // A sensor clips lights that are far brighter than white; given some of that back they open into discs.
      const over = Math.max(0, 0.3 * red + 0.5 * green + 0.2 * blue - 0.75)
      const gain = share * (1 + 12 * over * over)
      const to = row + columns[x]!
      light[to] = light[to]! + red * gain
      light[to + 1] = light[to + 1]! + green * gain
      light[to + 2] = light[to + 2]! + blue * gain
      light[to + 3] = light[to + 3]! + share
    }
  }
  return light
}
