import { type Fault, PlantainError } from '../contract/error.ts'
import type { OutputType } from '../contract/request.ts'
import { compareThumbprints, thumbprintOf } from './compare.ts'
import { feathered } from './feather.ts'
import { blankFloatPlane } from './float-plane.ts'
import { onlyInside, sameOutside } from './inside.ts'
import type { ImageLimits } from './limits.ts'
import { decodePlane } from './mask.ts'
import { decodePhoto, encodeRaster } from './photo.ts'
import { blankRaster, type Plane, type Raster, sameSize, type Size } from './raster.ts'
import { boundsOf, type PixelBox, spotsOf, wholeBox } from './region.ts'
import { resample } from './resample.ts'

/** What the worker is given: pictures encoded, and what the result is to be written as. */
export interface Restoration {
  readonly photo: Uint8Array
  readonly answer: Uint8Array
  /** As `encodePlane` writes it, of the photo's size. */
  readonly mask: Uint8Array
  readonly mimeType: OutputType
  /** Missing: without loss, where the format can be. */
  readonly quality?: number
  readonly imageLimits: ImageLimits
}

export type Restored =
  | {
      readonly kind: 'restored'
      readonly bytes: Uint8Array
      readonly width: number
      readonly height: number
      /** Whether anything differs inside the mask beyond what re-encoding does. */
      readonly changed: boolean
      /** Of the whole result to the photo, 0 to 1. */
      readonly drift: number
      /** Whether every pixel outside the mask is the photo's own, in the bytes that go out. */
      readonly preserved: boolean
    }
  | { readonly kind: 'fault'; readonly of: 'photo' | 'answer'; readonly fault: Fault }

/** Puts what a model made of a photo back into it, inside the mask only, at the photo's own size. */
export default async function restore(work: Restoration): Promise<Restored> {
  const { imageLimits, mimeType, quality } = work
  const photo = await decoded('photo', work.photo, imageLimits)
  if ('kind' in photo) return photo
  const answer = await decoded('answer', work.answer, imageLimits)
  if ('kind' in answer) return answer
  const mask = await decodePlane(work.mask)
  const box = boundsOf(mask)
  const edited = partOf(answer, photo, box)
  const picture = onlyInside(feathered(mask, box), { original: photo, edited, box })
  const wish = quality === undefined ? { lossless: true } : { quality }
  const bytes = await encodeRaster(picture, mimeType, wish)
  const whole = await differenceIn(photo, picture, wholeBox(photo))
  return {
    kind: 'restored',
    bytes,
    width: photo.width,
    height: photo.height,
    changed: await changedInside(mask, photo, picture),
    drift: whole.drift,
    // Read back: what counts is what the caller will see.
    preserved: sameOutside(mask, photo, await decodePhoto(bytes, imageLimits, 'The result')),
  }
}

async function decoded(
  of: 'photo' | 'answer',
  bytes: Uint8Array,
  limits: ImageLimits,
): Promise<Raster | Extract<Restored, { kind: 'fault' }>> {
  try {
    return await decodePhoto(bytes, limits, of === 'photo' ? 'The image' : "The model's image")
  } catch (thrown) {
    // Errors lose their class on the way out of a worker; faults are values and keep it.
    if (!PlantainError.is(thrown)) throw thrown
    return { kind: 'fault', of, fault: thrown.fault }
  }
}

/** The part of a picture that lies in the box once it has been stretched to the frame. */
function partOf(picture: Raster, frame: Size, box: PixelBox): Raster {
  const part = blankRaster(box)
  if (sameSize(picture, frame)) {
    for (let y = 0; y < box.height; y++) {
      const start = ((box.top + y) * picture.width + box.left) * 4
      part.data.set(picture.data.subarray(start, start + box.width * 4), y * box.width * 4)
    }
    return part
  }
  const [across, down] = [picture.width / frame.width, picture.height / frame.height]
  const region = {
    left: box.left * across,
    top: box.top * down,
    width: box.width * across,
    height: box.height * down,
  }
  const plane = blankFloatPlane(picture)
  for (let channel = 0; channel < 4; channel++) {
    for (let i = 0, at = channel; i < plane.data.length; i++, at += 4) plane.data[i] = picture.data[at]!
    const stretched = resample(plane, region, box)
    for (let i = 0, at = channel; i < stretched.data.length; i++, at += 4) {
      part.data[at] = Math.min(255, Math.max(0, Math.round(stretched.data[i]!)))
    }
  }
  return part
}

/** Looked at spot by spot: in a box around all of them what little is marked would be lost. */
async function changedInside(mask: Plane, before: Raster, after: Raster): Promise<boolean> {
  for (const spot of spotsOf(mask)) {
    if ((await differenceIn(before, after, spot)).changed) return true
  }
  return false
}

async function differenceIn(before: Raster, after: Raster, box: PixelBox) {
  return compareThumbprints(await thumbprintOf(before, box), await thumbprintOf(after, box))
}
