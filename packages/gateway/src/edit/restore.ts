import { createHash } from 'node:crypto'
import type { Fault } from '../contract/error.ts'
import { heldImage } from '../contract/request.ts'
import type { AnswerImage, ProviderRequest } from '../contract/provider.ts'
import type { Checks, Notice, ResultImage } from '../contract/result.ts'
import type { PhotoFacts } from '../image/photo.ts'
import { RESTORE_TASK, type Restoration, type Restored } from '../image/tasks.ts'
import { fitsRatio } from '../models/pixels.ts'
import { resultImage } from './result-image.ts'
import type { Inspection, Spec } from './spec.ts'

export type PutBack =
  | {
      readonly kind: 'put-back'
      readonly image: ResultImage
      readonly checks: Pick<Checks, 'changed' | 'preserved' | 'drift'>
      readonly notices: readonly Notice[]
    }
  /** It cannot be put back, or not in place. */
  | { readonly kind: 'failed'; readonly message: string }
  /** What the model made is no picture. */
  | { readonly kind: 'unreadable'; readonly fault: Fault }

/** Puts what a model made into the photo, inside the mask only; `model` is how messages call it. */
export async function putBack(
  { images, mask }: Spec,
  { image, facts }: { readonly image: AnswerImage; readonly facts: PhotoFacts },
  { model, mimeType = 'image/png', quality }: ProviderRequest,
  { pixels, pool, imageLimits }: Inspection,
): Promise<PutBack> {
  const [photo] = images
  if (!photo?.facts || mask === null) throw new TypeError('There is no photo to put anything back into.')
  const [made, own] = [sizeOf(facts), sizeOf(photo.facts)]
  if (!fitsRatio(facts, photo.facts.width / photo.facts.height)) {
    return {
      kind: 'failed',
      message: `${model} returned ${made}, which is not the frame of the photo (${own}): put back into it, it would be askew. Try again.`,
    }
  }
  const weight = facts.width * facts.height + photo.facts.width * photo.facts.height
  const restored = await pixels.run(weight, () => {
    const work: Restoration = {
      photo: photo.image.bytes(),
      answer: image.bytes(),
      mask,
      mimeType,
      imageLimits,
      ...(quality !== undefined && { quality }),
    }
    return pool.run<Restored>(RESTORE_TASK, work, { signal: NEVER })
  })
  if (restored.kind === 'fault') {
    return restored.of === 'answer'
      ? { kind: 'unreadable', fault: restored.fault }
      : { kind: 'failed', message: restored.fault.message }
  }
  const { bytes, width, height, changed, preserved, drift } = restored
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return {
    kind: 'put-back',
    image: resultImage(heldImage(bytes), { type: mimeType, width, height, sha256 }),
    checks: { changed, preserved, drift },
    notices: preserved ? [PUT_BACK] : [PUT_BACK, lossy(mimeType)],
  }
}

/** Every step of it has a time limit of its own. */
const NEVER = new AbortController().signal

function sizeOf({ width, height }: PhotoFacts): string {
  return `${width}x${height}`
}

const PUT_BACK: Notice = {
  code: 'put_back',
  text: 'Only what lies inside the mask is the model’s; the rest is the photo’s own, and bears no watermark (SynthID).',
}

function lossy(mimeType: string): Notice {
  return {
    code: 'lossy_output',
    text: `${mimeType} is lossy here: untouched pixels are near the photo’s, not equal. Take PNG for equal ones, or WebP without a quality.`,
  }
}
