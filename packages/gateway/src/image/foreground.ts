import { boxFilter } from './box-filter.ts'
import { sizeWithin, type ColourPlanes } from './colour-planes.ts'
import type { FloatPlane } from './float-plane.ts'
import { resample, wholeOf } from './resample.ts'

/** What the colours on either side of an edge are: smooth, and known at every pixel. */
export interface EdgeColours {
  readonly foreground: ColourPlanes
  readonly background: ColourPlanes
}

// The colours are smooth: this size shows all there is to them, and the last step at full size adds the detail.
const colourPixels = 100_000

/**
 * Blur fusion (Forte, "Approximate Fast Foreground Colour Estimation", 2021), twice: a wide blur carries the pure
 * colours into the edge band, a narrow one lets them follow the local shading. The answer may be smaller than the
 * picture; {@link pureColour} is the third step, for each pixel of the photo.
 */
export function edgeColours(picture: ColourPlanes, matte: FloatPlane): EdgeColours {
  const size = sizeWithin(matte, colourPixels)
  const alpha = reduced(matte, size).data.map((value) => Math.min(Math.max(value, 0), 1))
  const box = boxFilter(size)
  const wide = Math.max(4, Math.round(Math.max(size.width, size.height) / 12))
  const narrow = 3
  // Squared, so that a half-covered pixel, whose colour is half the other side's, counts a quarter.
  const solid = alpha.map((value) => value * value)
  const clear = alpha.map((value) => (1 - value) * (1 - value))
  const blurs = [wide, narrow].map((radius) => {
    const blur = (source: Float32Array): Float32Array => {
      const target = new Float32Array(source.length)
      box(source, radius, target)
      return target
    }
    return { blur, solidShare: blur(solid), clearShare: blur(clear) }
  })
  const sides = picture.map((plane) => {
    const image = reduced(plane, size).data
    let foreground = image
    let background = image
    for (const { blur, solidShare, clearShare } of blurs) {
      const inside = blur(foreground.map((value, i) => value * solid[i]!))
      const outside = blur(background.map((value, i) => value * clear[i]!))
      for (let i = 0; i < alpha.length; i++) {
        const within = inside[i]! / Math.max(solidShare[i]!, 1e-5)
        const without = outside[i]! / Math.max(clearShare[i]!, 1e-5)
        inside[i] = pureColour(image[i]!, alpha[i]!, within, without)
        outside[i] = pureColour(image[i]!, 1 - alpha[i]!, without, within)
      }
      foreground = inside
      background = outside
    }
    return { foreground: { ...size, data: foreground }, background: { ...size, data: background } }
  })
  const [red, green, blue] = [sides[0]!, sides[1]!, sides[2]!]
  return {
    foreground: [red.foreground, green.foreground, blue.foreground],
    background: [red.background, green.background, blue.background],
  }
}

/** The subject's colour (0..1) in a pixel of which it is one part: what the blurred colours leave unexplained is its. */
export function pureColour(pixel: number, alpha: number, foreground: number, background: number): number {
  const value = foreground + alpha * (pixel - alpha * foreground - (1 - alpha) * background)
  return value < 0 ? 0 : value > 1 ? 1 : value
}

function reduced(plane: FloatPlane, size: { readonly width: number; readonly height: number }): FloatPlane {
  return size.width === plane.width ? plane : resample(plane, wholeOf(plane), size)
}
