import { colourPlanes, sizeWithin, type ColourPlanes } from './colour-planes.ts'
import { decided } from './decide.ts'
import type { FloatPlane } from './float-plane.ts'
import { edgeColours } from './foreground.ts'
import { toFullSize } from './full-size.ts'
import { guidedLine } from './guided-line.ts'
import { matte } from './matte.ts'
import { sameSize, type Plane, type Raster } from './raster.ts'
import { resample, wholeOf } from './resample.ts'
import { leastMaximum, saliency } from './saliency.ts'
import { reconciled, secondLook } from './second-look.ts'
import { trimap } from './trimap.ts'

export interface Cutout {
  readonly kind: 'cutout'
  /** How much of each pixel is subject, of the photo's size; the photo's own opacity is not counted in. */
  readonly alpha: Plane
  /** The subject's own colours, of the photo's size: the photo byte for byte wherever alpha is 255 (or 0). */
  readonly foreground: Raster
  /** How often the network ran. */
  readonly passes: number
  /** The network's highest value over the whole photo, 0..1. */
  readonly rawMaximum: number
}

export interface NoSubject {
  readonly kind: 'no-subject'
  readonly rawMaximum: number
}

// Matting costs about 0.4 s a megapixel; finer than this it changes no edge that a guided enlargement would not bring.
const workingPixels = 1_200_000

/**
 * Cuts the subject out of a photo: on two cores about 1.5 s for a small one, 3 s where the network looks twice, 5 s
 * for twelve megapixels. It blocks its thread: run it in a worker. The same photo always gives the same bytes, and the
 * photo itself is not written to. Throws when the network cannot be loaded.
 */
export async function segment(photo: Raster): Promise<Cutout | NoSubject> {
  const picture = colourPlanes(photo, sizeWithin(photo, workingPixels))
  const first = await saliency(picture, wholeOf(picture[0]))
  if (first.maximum < leastMaximum) return { kind: 'no-subject', rawMaximum: first.maximum }
  const { map, passes } = await lookedAtAgain(picture, first.map)
  const belief = decided(picture, map)
  const alpha = matte(picture, trimap(belief, picture[0]), resample(belief, wholeOf(belief), picture[0]))
  const colours = edgeColours(picture, alpha)
  const parts = sameSize(photo, alpha)
    ? { alpha, colours }
    : { alpha, colours, line: guidedLine(picture, alpha) }
  return { kind: 'cutout', ...toFullSize(photo, parts), passes, rawMaximum: first.maximum }
}

async function lookedAtAgain(
  picture: ColourPlanes,
  first: FloatPlane,
): Promise<{ map: FloatPlane; passes: number }> {
  const look = secondLook(first)
  if (look === undefined) return { map: first, passes: 1 }
  const across = picture[0].width / first.width
  const down = picture[0].height / first.height
  const { left, top, width, height } = look.region
  const second = await saliency(picture, {
    left: left * across,
    top: top * down,
    width: width * across,
    height: height * down,
  })
  return { map: reconciled(first, look, second.map), passes: 2 }
}
