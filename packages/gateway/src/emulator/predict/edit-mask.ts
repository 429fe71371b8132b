import sharp from 'sharp'
import { PlantainError } from '../../contract/error.ts'
import { DEFAULT_IMAGE_LIMITS } from '../../image/limits.ts'
import { encodePlane } from '../../image/mask.ts'
import { inspectPhoto, openPhoto } from '../../image/photo.ts'
import { type Plane, sameSize, type Size } from '../../image/raster.ts'
import { invalidArgument } from '../../wire/api-error.ts'

export interface MaskOptions {
  /** Share of the longer side by which the marked area grows on every side: of what, Google's pages leave open. */
  readonly dilation: number
  /** Whether it was found in the photo, with soft edges, instead of drawn by somebody. */
  readonly found: boolean
  readonly path: string
}

/**
 * Width and height of a photo as it is stored: models do not turn it as EXIF says. Throws `ApiError` 400 where it has
 * none, or more than is taken.
 */
export async function storedSize(photo: Uint8Array): Promise<Size> {
  await tried(() => inspectPhoto(photo, DEFAULT_IMAGE_LIMITS, 'The image'))
  const { width, height } = await sharp(photo, { limitInputPixels: false }).metadata()
  return { width, height }
}

/**
 * A mask of the request as the models take it, grey PNG: white where Google would edit, which is wherever a drawn mask
 * is not black. Throws `ApiError` 400 for a mask of another size than the photo's, or one that marks nothing.
 */
export async function editMask(
  mask: Uint8Array,
  photo: Size,
  { dilation, found, path }: MaskOptions,
): Promise<Uint8Array> {
  const facts = await tried(() => inspectPhoto(mask, DEFAULT_IMAGE_LIMITS, 'The mask'))
  if (!sameSize(facts, photo)) {
    throw invalidArgument(
      `The mask has ${facts.width}x${facts.height} pixels and the image ${photo.width}x${photo.height}. Both must be of the same size.`,
      path,
    )
  }
  const least = found ? HALF : (LEAST_MARK[facts.type] ?? 1)
  const data = await openPhoto(mask, DEFAULT_IMAGE_LIMITS)
    .removeAlpha()
    .greyscale()
    .threshold(least)
    .toColourspace('b-w')
    .raw()
    .toBuffer()
    .catch(() => Promise.reject(invalidArgument('The mask cannot be decoded: its data is incomplete.', path)))
  if (!data.includes(MARK)) throw invalidArgument('The mask marks nothing: it is black all over.', path)
  const by = Math.round(dilation * Math.max(photo.width, photo.height))
  return encodePlane({ ...photo, data: by === 0 ? data : grown({ ...photo, data }, by) })
}

const MARK = 255
const HALF = 128
/** JPEG leaves ripples in black. */
const LEAST_MARK: Readonly<Record<string, number>> = { 'image/jpeg': 16 }

/** Every pixel at most so far from a marked one, along rows and then along columns: a square brush. */
function grown({ width, height, data }: Plane, by: number): Uint8Array {
  const across = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) spread(data, across, { from: y * width, step: 1, count: width, by })
  const all = new Uint8Array(data.length)
  for (let x = 0; x < width; x++) spread(across, all, { from: x, step: width, count: height, by })
  return all
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

async function tried<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read()
  } catch (thrown) {
    if (PlantainError.is(thrown)) throw invalidArgument(thrown.message)
    throw thrown
  }
}
