import { fault, type Fault, PlantainError } from '../contract/error.ts'
import type { Answer, FittedImage, ProviderRequest } from '../contract/provider.ts'
import type { ImageSize } from '../contract/request.ts'
import type { Notice } from '../contract/result.ts'
import { sameOutside } from '../image/inside.ts'
import type { ImageLimits } from '../image/limits.ts'
import { decodePlane } from '../image/mask.ts'
import { decodePhoto, encodeRaster } from '../image/photo.ts'
import { type Raster, sameSize } from '../image/raster.ts'
import { AREA, ratioOf } from '../models/pixels.ts'
import { understand, type Understanding } from './grammar/understand.ts'
import type { Plan } from './operation.ts'
import { frame, perform } from './perform.ts'

/** What the worker is given. */
export interface LocalEdit {
  readonly request: ProviderRequest
  readonly imageLimits: ImageLimits
}

type Made = Extract<Answer, { kind: 'image' }>

/** An `Answer` as it can leave a worker: bytes can, and what reads them cannot. */
export type LocalAnswer =
  | Extract<Answer, { kind: 'fault' }>
  | (Omit<Made, 'image'> & { readonly image: { readonly bytes: Uint8Array; readonly mimeType: string } })

/** One offline edit, in a worker: read the instruction, decode, perform, encode. */
export default async function localEdit({ request, imageLimits }: LocalEdit): Promise<LocalAnswer> {
  try {
    return await made(request, imageLimits)
  } catch (thrown) {
    // Errors lose their class on the way out of a worker; faults are values and keep it.
    if (!PlantainError.is(thrown)) throw thrown
    return { kind: 'fault', fault: { ...thrown.fault, charged: 'no' } }
  }
}

const NOTHING_TO_EDIT = 'The local engine edits photos and makes none: send one with the instruction.'

async function made(request: ProviderRequest, imageLimits: ImageLimits): Promise<LocalAnswer> {
  const images = request.input.filter((part) => part.kind === 'image')
  const instruction = request.input.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n')
  const understanding = understand(instruction, {
    inputs: images.length,
    hasMask: request.mask !== undefined,
  })
  if (understanding.kind === 'unsupported') return { kind: 'fault', fault: unsupported(understanding) }
  if (images.length === 0) return { kind: 'fault', fault: fault('unsupported_instruction', NOTHING_TO_EDIT) }
  const { raster, ...seen } = await rendered(understanding.plan, request, { images, imageLimits })
  const mimeType = request.mimeType ?? 'image/png'
  if (mimeType === 'image/jpeg' && cutsOut(understanding.plan))
    return { kind: 'fault', fault: NO_TRANSPARENCY }
  const bytes = await encodeRaster(
    raster,
    mimeType,
    request.quality === undefined ? {} : { quality: request.quality },
  )
  const understood: Notice = { code: 'understood', text: understanding.plan.understood.join('; ') }
  const lossy: Notice = {
    code: 'lossy_output',
    text: `${mimeType} is lossy: untouched pixels are near the photo's, not equal. Take PNG for equal ones.`,
  }
  return {
    kind: 'image',
    image: { bytes, mimeType },
    drafts: [],
    text: '',
    status: null,
    changed: seen.changed,
    ...(seen.preserved !== null && { preserved: seen.preserved && mimeType === 'image/png' }),
    usage: null,
    costMicroUsd: 0,
    charged: 'no',
    notices: mimeType === 'image/png' ? [understood] : [understood, lossy],
  }
}

interface Rendered {
  readonly raster: Raster
  readonly changed: boolean
  /** Whether all outside the mask is as it was; `null`: there is no mask, or the frame is another. */
  readonly preserved: boolean | null
}

async function rendered(
  plan: Plan,
  { mask, seed = 0, aspectRatio, imageSize }: ProviderRequest,
  { images, imageLimits }: { readonly images: readonly FittedImage[]; readonly imageLimits: ImageLimits },
): Promise<Rendered> {
  const decoded = await Promise.all(
    images.map(({ bytes }, i) => decodePhoto(bytes, imageLimits, `Image ${i + 1}`)),
  )
  const [photo, ...others] = decoded
  if (!photo) throw new PlantainError('unsupported_instruction', NOTHING_TO_EDIT)
  const plane = mask && (await decodePlane(mask))
  let stage = await perform(plan, { pictures: [photo, ...others], seed, ...(plane && { mask: plane }) })
  if (aspectRatio) {
    stage = await frame(stage, { op: 'crop', ratio: [ratioOf(aspectRatio), 1] })
  }
  if (imageSize) stage = await frame(stage, { op: 'scale', factor: factorTo(imageSize, stage.picture) })
  const raster = stage.picture
  const isComparable = plane !== undefined && sameSize(photo, raster)
  return {
    raster,
    changed: differs(photo, raster),
    preserved: isComparable ? sameOutside(plane, photo, raster) : null,
  }
}

function differs(before: Raster, after: Raster): boolean {
  return !sameSize(before, after) || Buffer.compare(before.data, after.data) !== 0
}

const NO_TRANSPARENCY = fault(
  'unsupported_option',
  'JPEG has no transparency, so the background cannot be removed in it. Write PNG or WebP, or name a colour to put behind.',
)

function cutsOut({ operations }: Plan): boolean {
  return operations.some(
    (operation) => operation.op === 'background' && operation.background.kind === 'transparent',
  )
}

/** As many pixels as a square of that size has, which is how Google's sizes are meant too. */
function factorTo(size: ImageSize, { width, height }: Raster): number {
  return Math.sqrt(AREA[size] / (width * height))
}

function unsupported({ reason, understood, can }: Extract<Understanding, { kind: 'unsupported' }>): Fault {
  const known = understood.length > 0 ? ` Understood: ${understood.join('; ')}.` : ''
  return fault('unsupported_instruction', `${reason}${known}\n${can}`)
}
