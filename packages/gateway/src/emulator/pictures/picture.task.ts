import sharp from 'sharp'
import { PlantainError } from '../../contract/error.ts'
import { DEFAULT_IMAGE_LIMITS } from '../../image/limits.ts'
import { encodePlane, readMask } from '../../image/mask.ts'
import { write } from '../../image/photo.ts'
import type { Plane, Raster, Size } from '../../image/raster.ts'
import type { Drift } from './drift.ts'
import { drifted } from './drifted.ts'
import { type Edited, edited, wholeRegion } from './edited.ts'
import { generated } from './generated.ts'
import type { Affine } from './placement.ts'
import { seen } from './seen.ts'

/** What the worker is given. */
export interface PictureTask {
  readonly instruction: string
  /** The first is the photo; none: a picture is made from words alone. */
  readonly images: readonly { readonly bytes: Uint8Array }[]
  /** An image file of the photo's size. White may change, or what is transparent where its alpha varies. */
  readonly mask?: Uint8Array
  /** The model's output size; exactly this comes out. */
  readonly pixels: Size
  readonly drift: Drift
  readonly seed: number
  readonly mimeType: 'image/png' | 'image/jpeg'
  /** Of a JPEG, 0 to 100; its encoder's lowest is 1. Missing: the drift's own. */
  readonly jpegQuality?: number
  /** `none`: the photo comes back rendered anew and unedited. */
  readonly change: 'edit' | 'none'
  /** Whether the model follows EXIF orientation. */
  readonly orient: boolean
}

export interface Picture {
  readonly kind: 'picture'
  readonly bytes: Uint8Array
  readonly mimeType: PictureTask['mimeType']
  readonly width: number
  readonly height: number
  /** What the local engine made of the instruction, one phrase an operation; empty where it understood nothing. */
  readonly understood: readonly string[]
  readonly truth: Truth
}

/** What the model really did, which no caller of a real one ever learns. */
export interface Truth {
  /** PNG of the edit before any drift, in the photo's own frame and size (in its new frame where `reframed`). */
  readonly edit: Uint8Array
  /** 8-bit grey PNG of the edit's size: above 0 where it changed the photo, 255 where fully. */
  readonly region: Uint8Array
  /** From the edit's pixels to the picture's, which are the photo's unless `reframed`; local displacement comes on top. */
  readonly transform: Affine
  /** The edit cropped, turned, flipped or resized: nothing lies where it lay, and the region is everything. */
  readonly reframed: boolean
}

/** An input no model could have read: damaged, of an unknown kind, too large, or a mask that does not fit. */
export interface Unreadable {
  readonly kind: 'unreadable'
  /** Its place among the images, from 0. */
  readonly input: number | 'mask'
  readonly reason: string
}

/** One picture as a model would return it, in a worker: decode, edit, drift, encode. The same task gives the same bytes. */
export default async function makePicture(task: PictureTask): Promise<Picture | Unreadable> {
  const inputs = await read(task)
  if (inputs.kind === 'unreadable') return inputs
  const [photo, ...others] = inputs.pictures
  if (!photo) return paintedPicture(task)
  const { mask } = inputs
  const made =
    task.change === 'none'
      ? unedited(photo)
      : await edited({
          instruction: task.instruction,
          pictures: [photo, ...others],
          seed: task.seed,
          ...(mask && { mask }),
        })
  // Started before the drift, which keeps this thread busy while sharp's own threads compress.
  const truth = truthOf(made)
  const { rgb, transform } = drifted(made.picture, task.pixels, task.drift, task.seed)
  const bytes = await encoded(rgb, 3, task)
  return {
    kind: 'picture',
    bytes,
    mimeType: task.mimeType,
    ...task.pixels,
    understood: made.understood,
    truth: { ...(await truth), transform, reframed: made.reframed },
  }
}

/** No photo, no drift: there is nothing that the picture could have drifted from. */
async function paintedPicture(task: PictureTask): Promise<Picture> {
  const { pixels, mimeType } = task
  const picture = generated(task.instruction, pixels, task.seed)
  const truth = truthOf({ picture, region: wholeRegion(picture), reframed: false, understood: [] })
  const bytes = await encoded(picture.data, 4, task)
  return {
    kind: 'picture',
    bytes,
    mimeType,
    ...pixels,
    understood: [],
    truth: { ...(await truth), transform: [1, 0, 0, 0, 1, 0], reframed: false },
  }
}

function unedited(photo: Raster): Edited {
  const { width, height } = photo
  const region = { width, height, data: new Uint8Array(width * height) }
  return { picture: photo, region, reframed: false, understood: [] }
}

interface Inputs {
  readonly kind: 'inputs'
  readonly pictures: readonly Raster[]
  readonly mask?: Plane
}

async function read({ images, mask, orient }: PictureTask): Promise<Inputs | Unreadable> {
  const pictures: Raster[] = []
  for (const [input, { bytes }] of images.entries()) {
    const picture = await attempted(input, () => seen(bytes, `Image ${input + 1}`, orient))
    if ('kind' in picture) return picture
    pictures.push(picture)
  }
  const [photo] = pictures
  if (!photo || !mask) return { kind: 'inputs', pictures }
  const plane = await attempted('mask', () => readMask(mask, photo, DEFAULT_IMAGE_LIMITS))
  return 'kind' in plane ? plane : { kind: 'inputs', pictures, mask: plane }
}

/** Errors lose their class on the way out of a worker; values keep theirs. */
async function attempted<Value>(
  input: Unreadable['input'],
  make: () => Promise<Value>,
): Promise<Value | Unreadable> {
  try {
    return await make()
  } catch (thrown) {
    if (!PlantainError.is(thrown)) throw thrown
    return { kind: 'unreadable', input, reason: thrown.message }
  }
}

async function truthOf({ picture, region }: Edited): Promise<Pick<Truth, 'edit' | 'region'>> {
  const { width, height } = picture
  const raw = sharp(picture.data, { raw: { width, height, channels: 4 }, limitInputPixels: false })
  const [edit, grey] = await Promise.all([
    write(raw.removeAlpha(), 'image/png').toBuffer(),
    encodePlane(region),
  ])
  return { edit, region: grey }
}

function encoded(
  pixels: Uint8Array,
  channels: 3 | 4,
  { pixels: size, mimeType, jpegQuality, drift }: PictureTask,
): Promise<Uint8Array> {
  const raw = sharp(pixels, { raw: { ...size, channels }, limitInputPixels: false }).removeAlpha()
  if (mimeType === 'image/png') return write(raw, mimeType).toBuffer()
  return raw.jpeg({ quality: Math.max(1, jpegQuality ?? drift.jpegQuality) }).toBuffer()
}
