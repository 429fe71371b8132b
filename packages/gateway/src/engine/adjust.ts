import { blankRaster, sameSize, type Plane, type Raster } from '../image/raster.ts'
import { encoded, linear, LUMA } from '../image/srgb.ts'
import type { Adjustment } from './operation.ts'
import { blurred } from './lens-blur.ts'
import { sharpened } from './sharpen.ts'

type Unplaced<A> = A extends Adjustment ? Omit<A, 'where'> : never

/** Everything of an {@link Adjustment} but the place: that is the weight. */
export type Adjusting = Unplaced<Adjustment>

/**
 * A copy of the picture with one adjustment. `weight` says where: result = mix(original, adjusted, weight), and a pixel
 * of weight 0 keeps its bytes. Transparency is never changed.
 */
export function adjust(raster: Raster, adjusting: Adjusting, weight?: Plane): Raster {
  if (weight !== undefined && !sameSize(raster, weight)) {
    throw new RangeError(
      `a weight of ${weight.width} × ${weight.height} does not fit a picture of ${raster.width} × ${raster.height}: ` +
        'bring the mask to the size of the picture first',
    )
  }
  return limited(raster, adjusted(raster, adjusting, weight), weight)
}

function adjusted(raster: Raster, adjusting: Adjusting, weight: Plane | undefined): Raster {
  switch (adjusting.op) {
    case 'brightness':
      return throughCurves(raster, sameForAll(brightness(clamped(adjusting.amount))))
    case 'contrast':
      return throughCurves(raster, sameForAll(contrast(clamped(adjusting.amount))))
    case 'warmth':
      return throughCurves(raster, warmth(clamped(adjusting.amount)))
    case 'saturation':
      return recoloured(raster, saturation(clamped(adjusting.amount)))
    case 'greyscale':
      return recoloured(raster, GREY)
    case 'sepia':
      return recoloured(raster, SEPIA)
    case 'blur':
      return blurred(raster, { amount: adjusting.amount, ...(weight && { weight }) })
    case 'sharpen':
      return sharpened(raster, adjusting.amount)
  }
}

function clamped(amount: number): number {
  return Math.max(-1, Math.min(1, amount))
}

type Curve = (value: number) => number
type Curves = readonly [red: Curve, green: Curve, blue: Curve]

function sameForAll(curve: Curve): Curves {
  return [curve, curve, curve]
}

/**
 * Exposure: linear light times up to 2.4, with a roll-off that keeps black black and white white, so that nothing clips.
 * A power of the sRGB value would do that too, but greys out colours as it lifts them.
 */
function brightness(amount: number): Curve {
  const gain = 2.4 ** amount
  return (value) => {
    const light = linear(value * 255)
    return encoded((light * gain) / (1 + (gain - 1) * light ** 1.5)) / 255
  }
}

/** An S round middle grey, steeper for more and flatter for less; its ends stay where they are when it steepens. */
function contrast(amount: number): Curve {
  if (amount < 0) return (value) => 0.5 + (value - 0.5) * (1 + 0.75 * amount)
  const power = 1 + 1.1 * amount
  return (value) => {
    const rise = value ** power
    return rise / (rise + (1 - value) ** power)
  }
}

/** A white balance: red against blue on a logarithmic scale, green a little, white kept from clipping. */
function warmth(amount: number): Curves {
  const tilt = (stops: number): Curve => {
    const gain = 2 ** (stops * amount)
    return (value) => (value * gain) / (1 + (gain - 1) * value * value)
  }
  return [tilt(0.42), tilt(0.06), tilt(-0.5)]
}

function throughCurves(raster: Raster, curves: Curves): Raster {
  const tables = curves.map((curve) =>
    Uint8Array.from({ length: 256 }, (_, byte) =>
      Math.round(255 * Math.min(1, Math.max(0, curve(byte / 255)))),
    ),
  )
  const result = blankRaster(raster)
  for (let at = 0; at < raster.data.length; at += 4) {
    for (let c = 0; c < 3; c++) result.data[at + c] = tables[c]![raster.data[at + c]!]!
    result.data[at + 3] = raster.data[at + 3]!
  }
  return result
}

/** Nine shares: what each channel takes from red, green and blue. */
type Mixer = readonly number[]

const GREY: Mixer = [...LUMA, ...LUMA, ...LUMA]
// Grey toned towards the brown of a print in selenium: warm in the middle tones, paper white hardly yellowed.
const SEPIA: Mixer = [1.1, 0.955, 0.76].flatMap((tone) => LUMA.map((share) => share * tone))

/** Round each pixel's own brightness; -1 is grey, 1 a little over twice the colour. */
function saturation(amount: number): Mixer {
  const strength = amount < 0 ? 1 + amount : 1 + 1.1 * amount
  return [0, 1, 2].flatMap((to) =>
    LUMA.map((share, from) => (1 - strength) * share + (to === from ? strength : 0)),
  )
}

function recoloured(raster: Raster, mixer: Mixer): Raster {
  const result = blankRaster(raster)
  const { data } = raster
  for (let at = 0; at < data.length; at += 4) {
    for (let c = 0; c < 3; c++) {
      const value =
        mixer[c * 3]! * data[at]! + mixer[c * 3 + 1]! * data[at + 1]! + mixer[c * 3 + 2]! * data[at + 2]!
      result.data[at + c] = Math.min(255, Math.max(0, Math.round(value)))
    }
    result.data[at + 3] = data[at + 3]!
  }
  return result
}

/** Overwrites `after`, which is this module's own copy. */
function limited(before: Raster, after: Raster, weight: Plane | undefined): Raster {
  if (weight === undefined) return after
  for (let i = 0, at = 0; i < weight.data.length; i++, at += 4) {
    const share = weight.data[i]!
    if (share === 255) continue
    for (let c = 0; c < 3; c++) {
      const kept = before.data[at + c]!
      after.data[at + c] = Math.round(kept + ((after.data[at + c]! - kept) * share) / 255)
    }
  }
  return after
}
