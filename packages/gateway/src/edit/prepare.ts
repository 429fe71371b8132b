import { PlantainError } from '../contract/error.ts'
import type { EditRequest, EncodedImage } from '../contract/request.ts'
import { type Thumbprint, thumbprint } from '../image/compare.ts'
import type { ImageLimits } from '../image/limits.ts'
import { encodePlane, readMask } from '../image/mask.ts'
import { inspectPhoto } from '../image/photo.ts'
import type { SourceImage, Spec } from './spec.ts'

/**
 * Looks at what came in: sniffs, limits and decodes every picture, and reads the mask. No target is known yet.
 * Throws `PlantainError` with an input code, or `invalid_request` where there is nothing to do.
 */
export async function prepare(request: EditRequest, imageLimits: ImageLimits): Promise<Spec> {
  const instruction = request.input
    .flatMap((part) => (part.kind === 'text' ? [part.text.trim()] : []))
    .filter((text) => text !== '')
    .join('\n')
  if (instruction === '') {
    throw new PlantainError('invalid_request', 'There is no instruction: say in words what is to be changed.')
  }
  const parts = request.input.filter((part) => part.kind === 'image')
  const looks = await Promise.all(
    parts.map(({ image }, i) => look(image, nameOf(i, parts.length), imageLimits)),
  )
  const images = looks.map(({ source }) => source)
  const first = images[0]
  return {
    request,
    instruction,
    images,
    source: looks[0]?.print ?? null,
    mask: request.mask ? await maskFor(request.mask, first, imageLimits) : null,
  }
}

interface Look {
  readonly source: SourceImage
  readonly print: Thumbprint
}

async function look(image: EncodedImage, name: string, limits: ImageLimits): Promise<Look> {
  const bytes = image.bytes()
  const facts = await inspectPhoto(bytes, limits, name)
  return { source: { image, facts }, print: await thumbprint(bytes, limits, name) }
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
