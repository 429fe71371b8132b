import { PlantainError } from '../contract/error.ts'
import type { EditRequest, ImagePart } from '../contract/request.ts'
import { thumbprint } from '../image/compare.ts'
import type { ImageLimits } from '../image/limits.ts'
import { encodePlane, readMask } from '../image/mask.ts'
import { inspectPhoto } from '../image/photo.ts'
import type { SourceImage, Spec } from './spec.ts'

/**
 * Looks at what came in: sniffs, limits and decodes every picture, and reads the mask. No target is known yet.
 * Throws `PlantainError` with an input code, or `invalid_request` where there is nothing to do.
 */
export async function prepare(request: EditRequest, limits: ImageLimits): Promise<Spec> {
  const instruction = request.input
    .flatMap((part) => (part.kind === 'text' ? [part.text.trim()] : []))
    .filter((text) => text !== '')
    .join('\n')
  if (instruction === '') {
    throw new PlantainError('invalid_request', 'There is no instruction: say in words what is to be changed.')
  }
  const parts = request.input.filter((part) => part.kind === 'image')
  const images = await Promise.all(parts.map((part, i) => look(part, nameOf(i, parts.length), limits)))
  const first = images[0]
  const prints = await Promise.all(
    images.map((image, i) => thumbprint(image.bytes, limits, nameOf(i, images.length))),
  )
  return {
    request,
    instruction,
    images,
    source: prints[0] ?? null,
    mask: request.mask ? await maskFor(request.mask, first, limits) : null,
  }
}

async function look(part: ImagePart, name: string, limits: ImageLimits): Promise<SourceImage> {
  return { bytes: part.bytes, facts: await inspectPhoto(part.bytes, limits, name) }
}

async function maskFor(
  mask: Uint8Array,
  first: SourceImage | undefined,
  limits: ImageLimits,
): Promise<Uint8Array> {
  if (!first)
    throw new PlantainError('mask_unusable', 'A mask came without a photo: send the photo it belongs to.')
  return encodePlane(await readMask(mask, first.facts, limits))
}

function nameOf(index: number, count: number): string {
  return count === 1 ? 'The image' : `Image ${index + 1}`
}
