import { PlantainError } from '../contract/error.ts'
import { type EditRequest, type EncodedImage, MAX_COUNT } from '../contract/request.ts'
import { type Thumbprint, thumbprint } from '../image/compare.ts'
import { inspectPhoto } from '../image/photo.ts'
import { type MaskRead, type MaskReading, READ_MASK_TASK } from '../image/tasks.ts'
import { conversationOf } from './conversation.ts'
import { seeImage } from './seen.ts'
import type { Inspection, SourceImage, Spec } from './spec.ts'

/**
 * Looks at what came in: sniffs, limits, hashes and decodes every picture, and reads the mask. No target is known yet.
 * Throws `PlantainError` with an input code, or `invalid_request` where there is nothing to do. Of a request in the
 * dialect of a target nothing is refused here that the target can judge for itself.
 */
export async function prepare(request: EditRequest, inspection: Inspection): Promise<Spec> {
  const { lastTurnAt, editedAt } = conversationOf(request.input)
  const instruction = request.input
    .slice(lastTurnAt)
    .flatMap((part) => (part.kind === 'text' ? [part.text.trim()] : []))
    .filter((text) => text !== '')
    .join('\n')
  if (instruction === '' && request.wire === undefined) {
    throw new PlantainError('invalid_request', 'There is no instruction: say in words what is to be changed.')
  }
  mustBeSound(request)
  const parts = request.input.filter((part) => part.kind === 'image')
  const lenient = request.wire !== undefined
  // Nothing can be put back into a photo that cannot be decoded: better known before anything is paid for.
  const verify = request.mask === undefined ? inspection.verify : 'pixels'
  const looking = { ...inspection, lenient, verify }
  const looks = await allDone(parts.map(({ image }, i) => look(image, nameOf(i, parts.length), looking)))
  const edited = looks[parts.findIndex((part) => part === request.input[editedAt])]
  return {
    request,
    instruction,
    images: looks.map(({ source }) => source),
    photo: edited?.source ?? null,
    source: edited?.print ?? null,
    mask: request.mask
      ? await maskFor(request.mask, request.maskBy, { first: looks[0]?.source, inspection })
      : null,
    preserve: request.preserve ?? (request.mask === undefined ? 'none' : 'unmasked'),
    variant: 0,
  }
}

/** Throws for options that contradict each other, or that nobody could follow. */
function mustBeSound({ count = 1, input, output, preserve, mask, wire }: EditRequest): void {
  if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT) {
    throw new PlantainError(
      'invalid_request',
      `The number of results (count) is a whole one from 1 to ${MAX_COUNT}.`,
    )
  }
  if (count > 1 && wire !== undefined) {
    throw new PlantainError(
      'unsupported_option',
      'Several results (count) cannot be told in one answer of Google’s. Ask for each by itself, or ask POST /v1/edits.',
    )
  }
  if (preserve === 'unmasked' && mask === undefined) {
    throw new PlantainError(
      'invalid_request',
      'preserve: unmasked keeps what lies outside the mask, and no mask came. Send one.',
    )
  }
  if (mask !== undefined && conversationOf(input).lastTurnAt > 0) {
    throw new PlantainError(
      'unsupported_option',
      'A mask belongs to one photo, and a conversation came with it. Send the photo and the mask by themselves.',
    )
  }
  const { quality, mimeType } = output ?? {}
  if (quality === undefined) return
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) {
    throw new PlantainError('invalid_request', 'The quality is a whole number from 1 to 100.')
  }
  if (mimeType === 'image/jpeg' || mimeType === 'image/webp') return
  throw new PlantainError(
    'unsupported_option',
    'The quality is of JPEG and WebP: ask for one of them (mimeType), or leave the quality out.',
  )
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
  mask: Uint8Array,
  by: EditRequest['maskBy'],
  { first, inspection }: { readonly first: SourceImage | undefined; readonly inspection: Inspection },
): Promise<Uint8Array> {
  const { pixels, pool, imageLimits } = inspection
  if (!first?.facts)
    throw new PlantainError('mask_unusable', 'A mask came without a photo: send the photo it belongs to.')
  const { width, height } = first.facts
  const reading: MaskReading = { mask, by, photo: { width, height }, imageLimits }
  const read = await pixels.run(width * height, () =>
    pool.run<MaskRead>(READ_MASK_TASK, reading, { signal: NEVER }),
  )
  if (read.kind === 'read') return read.mask
  throw new PlantainError('mask_unusable', read.fault.message)
}

/** Decoding has a time limit of its own. */
const NEVER = new AbortController().signal

function nameOf(index: number, count: number): string {
  return count === 1 ? 'The image' : `Image ${index + 1}`
}
