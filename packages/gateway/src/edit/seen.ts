import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { PlantainError } from '../contract/error.ts'
import type { EncodedImage } from '../contract/request.ts'
import { inspectPhoto, mustHoldBytes, type PhotoFacts } from '../image/photo.ts'
import type { Inspection } from './spec.ts'

/** An image by what its bytes say; its pixels have not been looked at. */
export interface Seen {
  readonly facts: PhotoFacts
  /** Hex. */
  readonly sha256: string
}

/** Throws `PlantainError` with an input code; `name` is how messages call the picture. */
export async function seeImage(
  image: EncodedImage,
  name: string,
  { imageLimits, hashing }: Pick<Inspection, 'imageLimits' | 'hashing'>,
): Promise<Seen> {
  const facts = await factsOf(image, name, imageLimits)
  return { facts, sha256: image.sha256 ?? (await hashing.run(1, () => readThrough(image, hashed))) }
}

/** What its header says, of which no more is read than that takes. Throws as `seeImage` does. */
export async function factsOf(
  image: EncodedImage,
  name: string,
  imageLimits: Inspection['imageLimits'],
): Promise<PhotoFacts> {
  mustHoldBytes(image.byteLength, imageLimits, name)
  for (const headBytes of HEAD_BYTES) {
    const head = await readThrough(image, (pieces) => beginning(pieces, headBytes))
    const isAll = head.length < headBytes
    try {
      const facts = await inspectPhoto(head, imageLimits, name)
      // What stands behind the pixels, such as more metadata, has not been seen.
      return isAll ? facts : { ...facts, plain: false }
    } catch (thrown) {
      if (isAll || !PlantainError.is(thrown) || thrown.code !== 'image_corrupt') throw thrown
    }
  }
  return inspectPhoto(image.bytes(), imageLimits, name)
}

/** Sizes stand behind EXIF and its thumbnail, which have at most 64 KiB together, and colour profiles: mostly short. */
const HEAD_BYTES = [16 * 1024, 256 * 1024]

/** Reads an image in pieces, and as a whole where that tells only then what it is. */
async function readThrough<Result>(
  image: EncodedImage,
  read: (pieces: Iterable<Uint8Array>) => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await read(image.pieces())
  } catch (thrown) {
    if (PlantainError.is(thrown)) throw thrown
    return read([image.bytes()])
  }
}

function beginning(pieces: Iterable<Uint8Array>, byteLength: number): Buffer {
  const head: Buffer[] = []
  let left = byteLength
  for (const piece of pieces) {
    // The piece is overwritten by the next one.
    head.push(Buffer.from(piece.subarray(0, left)))
    left -= piece.length
    if (left <= 0) break
  }
  return Buffer.concat(head)
}

/** A megabyte takes a millisecond or two: between them others get their turn. */
const STEP_BYTES = 1024 * 1024

async function hashed(pieces: Iterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  let sinceTurn = 0
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += STEP_BYTES) {
      const step = piece.subarray(at, at + STEP_BYTES)
      hash.update(step)
      sinceTurn += step.length
      if (sinceTurn < STEP_BYTES) continue
      sinceTurn = 0
      await nextTurn()
    }
  }
  return hash.digest('hex')
}
