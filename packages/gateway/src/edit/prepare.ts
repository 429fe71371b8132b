import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { PlantainError } from '../contract/error.ts'
import type { EditRequest, EncodedImage } from '../contract/request.ts'
import { type Thumbprint, thumbprint } from '../image/compare.ts'
import type { ImageLimits } from '../image/limits.ts'
import { encodePlane, readMask } from '../image/mask.ts'
import { inspectPhoto, mustHoldBytes, type PhotoFacts } from '../image/photo.ts'
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
    mask: request.mask ? await maskFor(request.mask, looks[0]?.source, inspection.imageLimits) : null,
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
    const seen = await glance(image, name, inspection)
    return inspection.verify === 'headers' ? seen : await study(seen, name, inspection)
  } catch (thrown) {
    if (!inspection.lenient || !PlantainError.is(thrown)) throw thrown
    return { source: { image, sha256: null, facts: null, unreadable: thrown.fault }, print: null }
  }
}

/** Decodes it, once there is room for its pixels: a bomb of two kilobytes may have fifty million. */
function study(seen: Glance, name: string, { pixels, imageLimits }: Inspection): Promise<Look> {
  const { image, facts } = seen.source
  return pixels.run(facts.width * facts.height, async () => {
    const bytes = image.bytes()
    return {
      // Whether it is as a model should see it can only be told of the whole.
      source: { ...seen.source, facts: await inspectPhoto(bytes, imageLimits, name) },
      print: await thumbprint(bytes, imageLimits, name),
    }
  })
}

interface Glance {
  readonly source: Extract<SourceImage, { unreadable: null }>
  readonly print: null
}

async function glance(
  image: EncodedImage,
  name: string,
  { imageLimits, hashing }: Inspection,
): Promise<Glance> {
  mustHoldBytes(image.byteLength, imageLimits, name)
  const { head, sha256 } = await hashing.run(1, () => scan(image))
  const facts = await factsFrom(head, image, { name, limits: imageLimits })
  return { source: { image, sha256, facts, unreadable: null }, print: null }
}

/** Sizes stand behind EXIF and its thumbnail, which have at most 64 KiB together, and colour profiles. */
const HEAD_BYTES = 256 * 1024

/** A picture with more than that before its pixels is looked at whole. */
async function factsFrom(
  head: Buffer,
  image: EncodedImage,
  { name, limits }: { readonly name: string; readonly limits: ImageLimits },
): Promise<PhotoFacts> {
  const isAll = head.length < HEAD_BYTES
  try {
    const facts = await inspectPhoto(head, limits, name)
    // What stands behind the pixels, such as more metadata, has not been seen.
    return isAll ? facts : { ...facts, plain: false }
  } catch (thrown) {
    if (isAll || !PlantainError.is(thrown) || thrown.code !== 'image_corrupt') throw thrown
    return inspectPhoto(image.bytes(), limits, name)
  }
}

interface Scanned {
  readonly head: Buffer
  readonly sha256: string
}

/** Hashes an image as it is decoded, and keeps its beginning. What cannot be decoded in pieces is as a whole. */
async function scan(image: EncodedImage): Promise<Scanned> {
  try {
    return await scanPieces(image.pieces())
  } catch (thrown) {
    if (PlantainError.is(thrown)) throw thrown
    return scanPieces([image.bytes()])
  }
}

/** A megabyte takes a millisecond or two: between them others get their turn. */
const STEP_BYTES = 1024 * 1024

async function scanPieces(pieces: Iterable<Uint8Array>): Promise<Scanned> {
  const hash = createHash('sha256')
  const head: Buffer[] = []
  let headBytes = 0
  let sinceTurn = 0
  for (const piece of pieces) {
    // The piece is overwritten by the next one.
    if (headBytes < HEAD_BYTES) head.push(Buffer.from(piece.subarray(0, HEAD_BYTES - headBytes)))
    headBytes += piece.length
    for (let at = 0; at < piece.length; at += STEP_BYTES) {
      const step = piece.subarray(at, at + STEP_BYTES)
      hash.update(step)
      sinceTurn += step.length
      if (sinceTurn < STEP_BYTES) continue
      sinceTurn = 0
      await nextTurn()
    }
  }
  return { head: Buffer.concat(head), sha256: hash.digest('hex') }
}

async function maskFor(
  mask: Uint8Array,
  first: SourceImage | undefined,
  limits: ImageLimits,
): Promise<Uint8Array> {
  if (!first?.facts)
    throw new PlantainError('mask_unusable', 'A mask came without a photo: send the photo it belongs to.')
  return encodePlane(await readMask(mask, first.facts, limits))
}

function nameOf(index: number, count: number): string {
  return count === 1 ? 'The image' : `Image ${index + 1}`
}
