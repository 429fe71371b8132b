import sharp from 'sharp'
import { PlantainError } from '../../contract/error.ts'
import { DEFAULT_IMAGE_LIMITS } from '../../image/limits.ts'
import { grown, MARK, readMarks } from '../../image/marks.ts'
import { encodePlane } from '../../image/mask.ts'
import { inspectPhoto } from '../../image/photo.ts'
import { sameSize, type Size } from '../../image/raster.ts'
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
  const marks = await readMarks(mask, { least, limits: DEFAULT_IMAGE_LIMITS }).catch(() =>
    Promise.reject(invalidArgument('The mask cannot be decoded: its data is incomplete.', path)),
  )
  if (!marks.data.includes(MARK)) throw invalidArgument('The mask marks nothing: it is black all over.', path)
  const by = Math.round(dilation * Math.max(photo.width, photo.height))
  return encodePlane(by === 0 ? marks : grown(marks, by))
}

const HALF = 128
/** JPEG leaves ripples in black. */
const LEAST_MARK: Readonly<Record<string, number>> = { 'image/jpeg': 16 }

async function tried<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read()
  } catch (thrown) {
    if (PlantainError.is(thrown)) throw invalidArgument(thrown.message)
    throw thrown
  }
}
