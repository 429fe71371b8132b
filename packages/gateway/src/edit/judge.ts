import { createHash } from 'node:crypto'
import { ERRORS, type Fault, fault, PlantainError } from '../contract/error.ts'
import type { Outcome } from '../contract/outcome.ts'
import type { Answer, ProviderRequest } from '../contract/provider.ts'
import { type AspectRatio, type EncodedImage, heldImage, type ImageSize } from '../contract/request.ts'
import type { Checks, Notice, ResultImage } from '../contract/result.ts'
import { compareThumbprints, type Difference, type Thumbprint, thumbprint } from '../image/compare.ts'
import type { ImageLimits } from '../image/limits.ts'
import { mustFit, openPhoto, type PhotoFacts, write } from '../image/photo.ts'
import { AREA, ratioOf } from '../models/pixels.ts'
import { seeImage } from './seen.ts'
import type { Inspection, Spec } from './spec.ts'

/** What an answer is worth: the outcome, why, and the image that goes out. */
export interface Judgement {
  readonly outcome: Outcome
  readonly fault: Fault | null
  readonly images: readonly ResultImage[]
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

/**
 * How far an answer's ratio may be off, as a quotient. Google's own pixel tables are up to 2.8 % off their ratio
 * (896x1152 for 4:5), and the nearest two ratios are 6.7 % apart.
 */
const RATIO_TOLERANCE = 1.033

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
  return { outcome, fault: why, images: [], text, checks: NO_CHECKS, notices: [] }
}

async function judgeImage(
  spec: Spec,
  request: ProviderRequest,
  answer: Extract<Answer, { kind: 'image' }>,
  inspection: Inspection,
): Promise<Judgement> {
  const { mimeType: label } = answer.image
  const { imageLimits } = inspection
  let image: ResultImage
  let difference: Difference | null
  try {
    const { facts, sha256 } = await seeImage(answer.image, NAME, inspection)
    difference = await differenceTo(spec.source, { image: answer.image, facts }, inspection)
    image = resultImage(answer.image, { ...facts, sha256 })
  } catch (thrown) {
    if (!PlantainError.is(thrown)) throw thrown
    const text = `The model's image is damaged, or none at all (${thrown.code}). Try again.`
    const why = fault('upstream_unreadable', text, { charged: answer.charged })
    return without('failed', why, answer.text)
  }

  const checks: Checks = {
    changed: answer.changed ?? difference?.changed ?? null,
    ratio: request.aspectRatio ? ratioFits(image, request.aspectRatio) : null,
    size: request.imageSize ? sizeFits(image, request.imageSize) : null,
    preserved: null,
    label: label === image.mimeType,
    drift: difference && round(difference.drift),
  }
  const notices = [...noticesOf(answer, image, checks)]
  const wanted = request.mimeType
  const images = [wanted && wanted !== image.mimeType ? await convert(image, wanted, imageLimits) : image]
  const flaw = flawOf(checks, image, request)
  return {
    outcome: flaw?.code ?? 'edited',
    fault: flaw && fault(flaw.code, flaw.message, { charged: answer.charged }),
    images,
    text: answer.text,
    checks,
    notices,
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
  image: ResultImage,
  { model, aspectRatio, imageSize }: ProviderRequest,
): { code: 'wrong_shape' | 'unchanged'; message: string } | null {
  if (checks.ratio === false || checks.size === false) {
    const asked = [aspectRatio, imageSize].filter(Boolean).join(' at ')
    const message = `${model} returned ${image.width}x${image.height} where ${asked} was asked. Try again, or take it as it is (accept: any).`
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
  image: ResultImage,
  checks: Checks,
): Generator<Notice> {
  yield* answer.notices
  if (answer.drafts.length > 0) {
    yield {
      code: 'drafts_dropped',
      text: `${answer.drafts.length} interim image(s) were left out; the last one is the result.`,
    }
  }
  if (checks.label === false) {
    yield {
      code: 'mime_mislabelled',
      text: `The model called it ${answer.image.mimeType}; it is ${image.mimeType}.`,
    }
  }
}

function ratioFits({ width, height }: ResultImage, ratio: AspectRatio): boolean {
  const quotient = width / height / ratioOf(ratio)
  return Math.max(quotient, 1 / quotient) <= RATIO_TOLERANCE
}

function sizeFits({ width, height }: ResultImage, size: ImageSize): boolean {
  const quotient = (width * height) / AREA[size]
  return Math.max(quotient, 1 / quotient) <= 1.25
}

async function convert(
  image: ResultImage,
  type: NonNullable<ProviderRequest['mimeType']>,
  limits: ImageLimits,
): Promise<ResultImage> {
  mustFit(image, type)
  const bytes = await write(openPhoto(image.bytes, limits), type).toBuffer()
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return resultImage(heldImage(bytes), { ...image, type, sha256 })
}

function resultImage(
  image: EncodedImage,
  {
    type,
    width,
    height,
    sha256,
  }: Pick<PhotoFacts, 'width' | 'height'> & { readonly type: string; readonly sha256: string },
): ResultImage {
  let held: Uint8Array | undefined
  return {
    // Whoever forwards the answer as it came never asks.
    get bytes() {
      return (held ??= image.bytes())
    },
    byteLength: image.byteLength,
    mimeType: type,
    width,
    height,
    sha256,
  }
}

function round(drift: number): number {
  return Math.round(drift * 1e4) / 1e4
}
