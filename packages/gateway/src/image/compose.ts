import { blankRaster, sameSize, type Plane, type Raster, type Size } from './raster.ts'
import { softened } from './softened.ts'

/** The main light of a background, in the picture's own fractions (it may lie outside 0 … 1). */
export interface Light {
  readonly x: number
  readonly y: number
  /** sRGB bytes. */
  readonly colour: readonly [red: number, green: number, blue: number]
  /** 0 an overcast day, 1 a low sun in the picture: how much of the light a subject's outline catches. */
  readonly strength: number
  /** Height of the horizon, where the scene has one. */
  readonly horizon?: number
}

export interface Layers {
  readonly photo: Raster
  /** 255 is the subject, 0 the background, between them the soft edge. */
  readonly alpha: Plane
  /** The subject's own colours, also where the photo shows them mixed with the old background. */
  readonly foreground: Raster
}

export interface Composition extends Layers {
  readonly background: Raster
  /** The background's light, if it has one: the subject's outline takes a little of it. */
  readonly light?: Light
}

/** How much of its surroundings an outline reflects where it is thinnest. */
const WRAP = 0.3

/**
 * Lays the subject over a background of the same size.
 * Where alpha is 255 and the photo opaque the photo's bytes, where alpha is 0 the background's bytes, unchanged;
 * between, the subject's own colour over the background, tinted towards the light behind it. Mixed in sRGB, not in linear light: a matte is
 * measured on sRGB values, and mixed otherwise hair before a bright sky would thin out.
 */
export function compose({ photo, alpha, foreground, background, light }: Composition): Raster {
  mustMatch(photo, alpha, foreground, background)
  const result: Raster = { width: photo.width, height: photo.height, data: new Uint8Array(background.data) }
  const surroundings = softened(background, 24)
  const glow = light === undefined ? undefined : rimOf(light, photo)
  const colour = new Float64Array(3)
  for (let y = 0, i = 0; y < photo.height; y++) {
    for (let x = 0; x < photo.width; x++, i++) {
      const cover = alpha.data[i]!
      if (cover === 0) continue
      const at = i * 4
      if (cover === 255 && photo.data[at + 3] === 255) {
        for (let c = 0; c < 4; c++) result.data[at + c] = photo.data[at + c]!
        continue
      }
      // Widest open at the thin end of the edge, closed where the subject begins: no seam against the photo's bytes.
      const open = WRAP * (1 - cover / 255)
      const rim = glow === undefined ? 0 : open * glow(x, y)
      const near = surroundings.at(x, y)
      for (let c = 0; c < 3; c++) {
        const own = foreground.data[at + c]!
        const wrapped = own + (near[c]! - own) * open
        colour[c] = light === undefined ? wrapped : wrapped + (light.colour[c]! - wrapped) * rim
      }
      over(colour, (cover / 255) * (photo.data[at + 3]! / 255), result.data, at)
    }
  }
  return result
}

/** The subject alone: the photo's bytes where alpha is 255, its own colours under a soft edge, nothing elsewhere. */
export function cutOut({ photo, alpha, foreground }: Layers): Raster {
  mustMatch(photo, alpha, foreground)
  const result = blankRaster(photo)
  for (let i = 0; i < alpha.data.length; i++) {
    const cover = alpha.data[i]!
    if (cover === 0) continue
    const at = i * 4
    const source = cover === 255 ? photo : foreground
    for (let c = 0; c < 3; c++) result.data[at + c] = source.data[at + c]!
    result.data[at + 3] =
      cover === 255 ? photo.data[at + 3]! : Math.round((cover * photo.data[at + 3]!) / 255)
  }
  return result
}

/** How much a place on the outline sees of the light: all of it beside the light, less with distance. */
function rimOf(light: Light, { width, height }: Size): (x: number, y: number) => number {
  const unit = Math.sqrt(width * height)
  return (x, y) => {
    const dx = light.x * width - x
    const dy = light.y * height - y
    return light.strength * Math.exp(-Math.sqrt(dx * dx + dy * dy) / (0.45 * unit))
  }
}

/** Straight-alpha "over" of one colour onto the pixel at `at`. */
function over(colour: Float64Array, cover: number, onto: Uint8Array, at: number): void {
  const under = (onto[at + 3]! / 255) * (1 - cover)
  const total = cover + under
  if (total <= 0) return
  for (let c = 0; c < 3; c++) onto[at + c] = Math.round((colour[c]! * cover + onto[at + c]! * under) / total)
  onto[at + 3] = Math.round(total * 255)
}

function mustMatch(photo: Raster, ...layers: readonly Size[]): void {
  for (const layer of layers) {
    if (sameSize(photo, layer)) continue
    throw new RangeError(
      `a layer of ${layer.width} × ${layer.height} does not fit the photo of ${photo.width} × ${photo.height}: ` +
        'bring every layer to the size of the photo first',
    )
  }
}
