import { createHash } from 'node:crypto'
import { ERRORS, type Fault, fault, PlantainError } from '../contract/error.ts'
import type { Outcome } from '../contract/outcome.ts'
import type { Answer, ProviderRequest } from '../contract/provider.ts'
import { type EncodedImage, heldImage, type ImageSize } from '../contract/request.ts'
import type { Checks, Notice, ResultImage } from '../contract/result.ts'
import { compareThumbprints, type Difference, type Thumbprint, thumbprint } from '../image/compare.ts'
import { corrupt, mustFit, openPhoto, type PhotoFacts, write } from '../image/photo.ts'
import { AREA, fitsRatio, ratioOf } from '../models/pixels.ts'
import { putBack } from './restore.ts'
import { resultImage } from './result-image.ts'
import { seeImage, type Seen } from './seen.ts'
import { isPutBack } from './unmasked.ts'
import type { Inspection, Spec } from './spec.ts'

/** What an answer is worth: the outcome, why, and the image that goes out. */
export interface Judgement {
  readonly outcome: Outcome
  readonly fault: Fault | null
  readonly images: readonly ResultImage[]
  /** As many interim ones as were asked for. */
  readonly drafts?: readonly ResultImage[]
  /** Whether they are the photo with what the model made put back into it: not what it answered. */
  readonly isPutBack: boolean
  readonly text: string
  readonly checks: Checks
  readonly notices: readonly Notice[]
}

/** No image, nothing to check. */
const NO_CHECKS: Checks = {
  changed: null,
  ratio: null,
  size: null,
  preserved: null,
  label: null,
  drift: null,
}

const NAME = "The model's image"

/** Holds an answer against what was asked. A bad answer is an outcome, never an exception. */
export async function judge(
  spec: Spec,
  request: ProviderRequest,
  answer: Answer,
  inspection: Inspection,
): Promise<Judgement> {
  switch (answer.kind) {
    case 'fault':
      return noImage(answer.fault)
    case 'refusal': {
      const code = answer.outcome === 'blocked' ? 'image_blocked' : 'no_image'
      const { charged } = answer
      const upstream = { status: answer.status, reason: answer.reason, safety: answer.safety }
      return without(answer.outcome, fault(code, answer.message, { charged, upstream }), answer.text)
    }
    case 'image':
      return judgeImage(spec, request, answer, inspection)
  }
}

/** The judgement on an edit that failed or was cancelled. */
export function noImage(why: Fault): Judgement {
  return without(why.code === 'cancelled' ? 'cancelled' : 'failed', why, '')
}

function without(outcome: Outcome, why: Fault, text: string): Judgement {
  return { outcome, fault: why, images: [], isPutBack: false, text, checks: NO_CHECKS, notices: [] }
}

type MadeImage = Extract<Answer, { kind: 'image' }>

async function judgeImage(
  spec: Spec,
  request: ProviderRequest,
  answer: MadeImage,
  inspection: Inspection,
): Promise<Judgement> {
  const { charged } = answer
  let seen: Seen
  let found: Found
  try {
    seen = await seeImage(answer.image, NAME, inspection)
    found = isPutBack(spec, { takesMask: request.mask !== undefined })
      ? await restored(spec, request, { answer, seen }, inspection)
      : await compared(spec, { answer, seen }, inspection)
  } catch (thrown) {
    if (!PlantainError.is(thrown)) throw thrown
    const text = `The model's image is damaged, or none at all (${thrown.code}). Try again.`
    return without('failed', fault('upstream_unreadable', text, { charged }), answer.text)
  }
  const { facts } = seen
  const checks: Checks = {
    ...found.checks,
    ratio: request.aspectRatio ? fitsRatio(facts, ratioOf(request.aspectRatio)) : null,
    size: request.imageSize ? sizeFits(facts, request.imageSize) : null,
    label: answer.image.mimeType === facts.type,
  }
  const flaw = found.flaw ?? flawOf(checks, facts, request)
  // Those that show more than the mask lets through are none of the result.
  const drafts = found.isPutBack ? [] : await draftsOf(answer, spec.request.drafts ?? 0, inspection)
  return {
    outcome: flaw?.code ?? 'edited',
    fault: flaw && fault(flaw.code, flaw.message, { charged }),
    images: [found.isPutBack ? found.image : await asWanted(found.image, request, inspection)],
    ...(drafts.length > 0 && { drafts }),
    isPutBack: found.isPutBack,
    text: answer.text,
    checks,
    notices: [...noticesOf(answer, facts, checks, answer.drafts.length - drafts.length), ...found.notices],
  }
}

/** One that cannot be read is left out: it is only shown on the way. */
async function draftsOf(
  { drafts }: MadeImage,
  most: number,
  inspection: Inspection,
): Promise<readonly ResultImage[]> {
  const readable: ResultImage[] = []
  for (const draft of drafts.slice(0, most)) {
    try {
      const { facts, sha256 } = await seeImage(draft, NAME, inspection)
      readable.push(resultImage(draft, { ...facts, sha256 }))
    } catch (thrown) {
      if (!PlantainError.is(thrown)) throw thrown
    }
  }
  return readable
}

interface Flaw {
  readonly code: 'wrong_shape' | 'unchanged' | 'preserve_failed'
  readonly message: string
}

/** An answer held against the photo, and the image that goes out. */
interface Found {
  readonly image: ResultImage
  readonly checks: Pick<Checks, 'changed' | 'preserved' | 'drift'>
  readonly flaw: Flaw | null
  readonly isPutBack: boolean
  readonly notices: readonly Notice[]
}

interface Looked {
  readonly answer: MadeImage
  readonly seen: Seen
}

/** Throws `image_corrupt`. */
async function compared(spec: Spec, { answer, seen }: Looked, inspection: Inspection): Promise<Found> {
  const { facts } = seen
  const difference = await differenceTo(spec.source, { image: answer.image, facts }, inspection)
  return {
    image: resultImage(answer.image, { ...facts, sha256: seen.sha256 }),
    checks: {
      changed: answer.changed ?? difference?.changed ?? null,
      preserved: answer.preserved ?? null,
      drift: difference && round(difference.drift),
    },
    flaw: null,
    isPutBack: false,
    notices: [],
  }
}

/** Throws `image_corrupt`. */
async function restored(
  spec: Spec,
  request: ProviderRequest,
  { answer, seen }: Looked,
  inspection: Inspection,
): Promise<Found> {
  const result = await putBack(spec, { image: answer.image, facts: seen.facts }, request, inspection)
  switch (result.kind) {
    case 'unreadable':
      throw new PlantainError(result.fault)
    case 'failed':
      return {
        image: resultImage(answer.image, { ...seen.facts, sha256: seen.sha256 }),
        checks: { changed: null, preserved: false, drift: null },
        flaw: { code: 'preserve_failed', message: result.message },
        isPutBack: false,
        notices: [],
      }
    case 'put-back': {
      const { image, checks, notices } = result
      const drift = checks.drift === null ? null : round(checks.drift)
      return { image, checks: { ...checks, drift }, flaw: null, isPutBack: true, notices }
    }
  }
}

/** `null`: there is nothing to hold it against, or nobody wants to know. Throws `image_corrupt`. */
async function differenceTo(
  source: Thumbprint | null,
  { image, facts }: { readonly image: EncodedImage; readonly facts: PhotoFacts },
  { verify, pixels, imageLimits }: Inspection,
): Promise<Difference | null> {
  if (verify === 'headers') return null
  const print = await pixels.run(facts.width * facts.height, () =>
    thumbprint(image.bytes(), imageLimits, NAME),
  )
  return source && compareThumbprints(source, print)
}

function flawOf(
  checks: Checks,
  { width, height }: PhotoFacts,
  { model, aspectRatio, imageSize }: ProviderRequest,
): Flaw | null {
  if (checks.ratio === false || checks.size === false) {
    const asked = [aspectRatio, imageSize].filter(Boolean).join(' at ')
    const message = `${model} returned ${width}x${height} where ${asked} was asked. Try again, or take it as it is (accept: any).`
    return { code: 'wrong_shape', message }
  }
  if (checks.changed === false) {
    return {
      code: 'unchanged',
      message: `${ERRORS.unchanged.text} Name the change more plainly, or take it as it is (accept: any).`,
    }
  }
  return null
}

function* noticesOf(
  answer: Extract<Answer, { kind: 'image' }>,
  { type }: PhotoFacts,
  checks: Checks,
  dropped: number,
): Generator<Notice> {
  yield* answer.notices
  if (dropped > 0) {
    yield {
      code: 'drafts_dropped',
      text: `${dropped} interim image(s) were left out; the last one is the result.`,
    }
  }
  if (checks.label === false) {
    yield {
      code: 'mime_mislabelled',
      text: `The model called it ${answer.image.mimeType}; it is ${type}.`,
    }
  }
}

function sizeFits({ width, height }: PhotoFacts, size: ImageSize): boolean {
  const quotient = (width * height) / AREA[size]
  return Math.max(quotient, 1 / quotient) <= 1.25
}

/** In the format that was asked for, at the quality that was. */
async function asWanted(
  image: ResultImage,
  { mimeType: type, quality }: ProviderRequest,
  { imageLimits }: Inspection,
): Promise<ResultImage> {
  if (type === undefined || (type === image.mimeType && quality === undefined)) return image
  mustFit(image, type)
  const wish = quality === undefined ? {} : { quality }
  // Where only headers were looked at, its pixels are decoded here for the first time.
  const bytes = await write(openPhoto(image.bytes, imageLimits), type, wish)
    .toBuffer()
    .catch((cause: unknown) => {
      throw new PlantainError('upstream_unreadable', corrupt(NAME, cause).message, { cause })
    })
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return resultImage(heldImage(bytes), { ...image, type, sha256 })
}

function round(drift: number): number {
  return Math.round(drift * 1e4) / 1e4
}
