import { PlantainError } from '../contract/error.ts'
import type { EditRequest, EncodedImage } from '../contract/request.ts'
import { type Thumbprint, thumbprint } from '../image/compare.ts'
import type { ImageLimits } from '../image/limits.ts'
import { encodePlane, readMask } from '../image/mask.ts'
import { inspectPhoto } from '../image/photo.ts'
import { seeImage } from './seen.ts'
import type { Inspection, SourceImage, Spec } from './spec.ts'

/**
 * Looks at what came in: sniffs, limits, hashes and decodes every picture, and reads the mask. No target is known yet.
 * Throws `PlantainError` with an input code, or `invalid_request` where there is nothing to do. Of a request in the
 * dialect of a target nothing is refused here that the target can judge for itself.
 */
export async function prepare(request: EditRequest, inspection: Inspection): Promise<Spec> {
  const instruction = request.input
    .flatMap((part) => (part.kind === 'text' ? [part.text.trim()] : []))
    .filter((text) => text !== '')
    .join('\n')
  if (instruction === '' && request.wire === undefined) {
    throw new PlantainError('invalid_request', 'There is no instruction: say in words what is to be changed.')
  }
  const parts = request.input.filter((part) => part.kind === 'image')
  const lenient = request.wire !== undefined
  const looks = await allDone(
    parts.map(({ image }, i) => look(image, nameOf(i, parts.length), { ...inspection, lenient })),
  )
  return {
    request,
    instruction,
    images: looks.map(({ source }) => source),
    source: looks[0]?.print ?? null,
    mask: await maskFor(request, looks[0]?.source, inspection.imageLimits),
  }
}

/**
 * Fails as `Promise.all` does, but not before all are through: where the bytes of a request lie, others' will lie once it
 * has its answer, and nobody may still be reading then.
 */
async function allDone<Result>(works: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(works)
  return Promise.all(works)
}

interface Look {
  readonly source: SourceImage
  readonly print: Thumbprint | null
}

async function look(
  image: EncodedImage,
  name: string,
  inspection: Inspection & { readonly lenient: boolean },
): Promise<Look> {
  try {
    const source = { image, ...(await seeImage(image, name, inspection)), unreadable: null }
    return inspection.verify === 'headers' ? { source, print: null } : await study(source, name, inspection)
  } catch (thrown) {
    if (!inspection.lenient || !PlantainError.is(thrown)) throw thrown
    return { source: { image, sha256: null, facts: null, unreadable: thrown.fault }, print: null }
  }
}

/** Decodes it, once there is room for its pixels: a bomb of two kilobytes may have fifty million. */
function study(
  source: Extract<SourceImage, { unreadable: null }>,
  name: string,
  { pixels, imageLimits }: Inspection,
): Promise<Look> {
  const { image, facts } = source
  return pixels.run(facts.width * facts.height, async () => {
    const bytes = image.bytes()
    return {
      // Whether it is as a model should see it can only be told of the whole.
      source: { ...source, facts: await inspectPhoto(bytes, imageLimits, name) },
      print: await thumbprint(bytes, imageLimits, name),
    }
  })
}

async function maskFor(
  { mask, maskBy }: EditRequest,
  first: SourceImage | undefined,
  limits: ImageLimits,
): Promise<Uint8Array | null> {
  if (mask === undefined) return null
  if (!first?.facts)
    throw new PlantainError('mask_unusable', 'A mask came without a photo: send the photo it belongs to.')
  return encodePlane(await readMask(mask, first.facts, { ...limits, by: maskBy }))
}

function nameOf(index: number, count: number): string {
  return count === 1 ? 'The image' : `Image ${index + 1}`
}
