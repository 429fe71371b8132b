import { PlantainError } from '../contract/error.ts'
import type { ImageLimits } from './limits.ts'
import { decodePhoto, openPhoto, plainBytes } from './photo.ts'
import type { Plane } from './raster.ts'
import { sniff } from './sniff.ts'

/** What is marked; nothing is marked a little. */
export const MARK = 255

/** From here on a soft edge belongs to what it is the edge of. */
export const HALF = 128

/** JPEG leaves ripples in black. */
const LEAST_IN_JPEG = 16

/** How bright a drawn mask is at least where it marks something: all that is not black does. */
export function leastMark(mask: Uint8Array): number {
  const found = sniff(mask)
  return found.kind === 'image' && found.type === 'image/jpeg' ? LEAST_IN_JPEG : 1
}

/**
 * Reads a drawn mask in which all that has at least a certain brightness is marked, whatever its alpha says: 255 or 0.
 * Throws `image_corrupt`.
 */
export async function readMarks(
  mask: Uint8Array,
  { least, limits }: { readonly least: number; readonly limits: ImageLimits },
): Promise<Plane> {
  try {
    const { data, info } = await openPhoto(mask, limits)
      .removeAlpha()
      .greyscale()
      .threshold(least)
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, data: plainBytes(data) }
  } catch (cause) {
    throw new PlantainError(
      'image_corrupt',
      'The mask cannot be decoded: its data is incomplete or damaged. Save it again.',
      { cause },
    )
  }
}

/**
 * Marks what the eye takes for the subject of a photo, or all but that, with soft edges. Blocks its thread for seconds:
 * run it in a worker. `null`: no subject is to be seen. Throws `image_corrupt`.
 */
export async function findMarks(
  photo: Uint8Array,
  { find, limits }: { readonly find: 'foreground' | 'background'; readonly limits: ImageLimits },
): Promise<Plane | null> {
  // Much to load, for what most masks do not need.
  const { segment } = await import('./segment.ts')
  const found = await segment(await decodePhoto(photo, limits, 'The image'))
  if (found.kind === 'no-subject') return null
  const { width, height, data } = found.alpha
  return { width, height, data: find === 'background' ? data.map((value) => MARK - value) : data }
}

/**
 * Everything at most so many pixels from a mark, along rows and then along columns, which is a square brush. Takes some
 * nanoseconds a pixel, whatever the distance.
 */
export function grown({ width, height, data }: Plane, by: number): Plane {
  const across = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) spread(data, across, { from: y * width, step: 1, count: width, by })
  const all = new Uint8Array(data.length)
  for (let x = 0; x < width; x++) spread(across, all, { from: x, step: width, count: height, by })
  return { width, height, data: all }
}

interface Line {
  readonly from: number
  readonly step: number
  readonly count: number
  readonly by: number
}

function spread(source: Uint8Array, target: Uint8Array, { from, step, count, by }: Line): void {
  const last = from + (count - 1) * step
  for (const [start, stride] of [
    [from, step],
    [last, -step],
  ] as const) {
    let since = by + 1
    for (let n = 0, i = start; n < count; n++, i += stride) {
      since = source[i] === MARK ? 0 : since + 1
      if (since <= by) target[i] = MARK
    }
  }
}
