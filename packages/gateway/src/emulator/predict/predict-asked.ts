import type { AspectRatio, ImageSize } from '../../contract/request.ts'
import type { Model } from '../../models/model.ts'
import { ApiError, invalidArgument } from '../../wire/api-error.ts'
import type { Asked, AskedImage } from '../asked.ts'
import type { Call } from '../call.ts'
import { editWords } from './edit-words.ts'
import { inSizeOf } from './imagen-model.ts'
import type { MaskWish, PredictWish } from './read-predict.ts'
import { type OpenFile, readPicture } from './read-picture.ts'

export interface PredictSources {
  readonly call: Call
  /** Opens `gs://` objects. */
  readonly files: OpenFile
  readonly segmentMask: SegmentMask
}

/**
 * Marks the wanted part of a photo: white, at the photo's size, PNG. `semantic` asks for classes of things, which are
 * not named. `null`: nothing of the kind is to be seen.
 */
export type SegmentMask = (
  photo: Uint8Array,
  mode: 'foreground' | 'background' | 'semantic',
  signal: AbortSignal,
) => Promise<Uint8Array | null>

/** What the model is asked for by a `:predict` request. Throws `ApiError` 400 where the two do not fit. */
export async function predictAsked(
  wish: PredictWish,
  { model, modelId }: { readonly model: Model; readonly modelId: string },
  sources: PredictSources,
): Promise<Asked> {
  const { prompt, mode, parameters } = wish
  const sizes = { ...ratioOf(parameters.aspectRatio, model), ...sizeOf(parameters.sampleImageSize, model) }
  if (parameters.mode === 'upscale') throw new ApiError(501, 'Upscaling is not emulated.')
  const photo = wish.photo && (await readPicture(wish.photo.picture, wish.photo.path, sources))
  const others = await Promise.all(
    wish.others.map(({ picture, path }) => readPicture(picture, path, sources)),
  )
  const images = photo ? [photo, ...others] : others
  if (images.length > 0 && !edits(model)) {
    throw invalidArgument(`Image editing is not supported by the model ${modelId}.`, 'instances[0]')
  }
  const masked = photo && wish.mask && (await maskedBy(wish.mask, photo, sources))
  const { mimeType, compressionQuality } = parameters.outputOptions ?? {}
  return {
    surface: sources.call.surface,
    model: masked ? inSizeOf(masked.size, model) : model,
    modelId,
    instruction: photo ? editWords(mode, prompt, masked !== null) : prompt,
    images,
    ...(masked && { mask: masked.mask }),
    inputImages: images.length,
    inputChars: prompt.length,
    wantsText: false,
    wantsImage: true,
    thoughts: false,
    ...(!masked && sizes),
    ...(mimeType !== undefined && { mimeType }),
    ...(compressionQuality !== undefined && { jpegQuality: compressionQuality }),
    ...(parameters.seed !== undefined && { seed: parameters.seed }),
    count: parameters.sampleCount ?? 1,
  }
}

async function maskedBy(
  { picture, find, dilation, path }: MaskWish,
  photo: AskedImage,
  sources: PredictSources,
): Promise<{ readonly mask: Uint8Array; readonly size: { width: number; height: number } }> {
  // Pixels are looked at by a library that takes its time to load.
  const { editMask, storedSize } = await import('./edit-mask.ts')
  const size = await storedSize(photo.bytes)
  const drawn = picture && (await readPicture(picture, path, sources))
  const mask = drawn?.bytes ?? (await sources.segmentMask(photo.bytes, find, sources.call.signal))
  if (mask === null) throw invalidArgument(`No ${find} was found in the image to be masked.`, path)
  return { mask: await editMask(mask, size, { dilation, found: drawn === null, path }), size }
}

/** The models made for editing; the others make pictures from words. */
function edits({ id }: Model): boolean {
  return id.startsWith('imagegeneration@') || id.startsWith('imagen-3.0-capability-')
}

function ratioOf(asked: string | undefined, { aspectRatios }: Model): { readonly aspectRatio?: AspectRatio } {
  if (asked === undefined) return {}
  const aspectRatio = aspectRatios?.find((offered) => offered === asked)
  if (aspectRatio !== undefined) return { aspectRatio }
  const path = 'parameters.aspectRatio'
  throw invalidArgument(
    `The value '${asked}' is not supported for 'aspectRatio' at 'parameters'. Supported are ${aspectRatios?.join(', ')}.`,
    path,
  )
}

function sizeOf(asked: string | undefined, { id, imageSizes }: Model): { readonly imageSize?: ImageSize } {
  if (asked === undefined) return {}
  const imageSize = imageSizes?.find((offered) => offered === asked)
  if (imageSize !== undefined) return { imageSize }
  throw invalidArgument(
    `The value '${asked}' is not supported for 'sampleImageSize' at 'parameters' by the model ${id}.`,
    'parameters.sampleImageSize',
  )
}
