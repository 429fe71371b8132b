import { type Fault, fault } from '../contract/error.ts'
import type { FittedImage, FittedPart, ProviderRequest, TargetLimits } from '../contract/provider.ts'
import type { AspectRatio, InputPart, OutputType } from '../contract/request.ts'
import type { Notice } from '../contract/result.ts'
import { recompress } from '../image/recompress.ts'
import { inspectPhoto, megabytes } from '../image/photo.ts'
import { nearestRatio } from '../models/pixels.ts'
import type { ImageLimits } from '../image/limits.ts'
import type { Target } from '../route/target.ts'
import { withoutThePast } from './conversation.ts'
import type { SourceImage, Spec } from './spec.ts'
import { isPutBack, maskAsPicture, maskRefusal } from './unmasked.ts'

export type Fitted =
  | { readonly kind: 'fitted'; readonly request: ProviderRequest; readonly notices: readonly Notice[] }
  | { readonly kind: 'fault'; readonly fault: Fault }

/** Makes an edit suit one target's limits: converts and shrinks pictures where that helps, else says why it cannot. */
export async function fit(
  spec: Spec,
  { provider, model }: Target,
  { imageLimits, imagesOnly }: { readonly imageLimits: ImageLimits; readonly imagesOnly: boolean },
): Promise<Fitted> {
  const limits = provider.limits(model)
  const refusal = refused(spec, model, limits)
  if (refusal) return { kind: 'fault', fault: refusal }

  const notices: Notice[] = []
  const input: FittedPart[] = []
  const goesOut = limits.converses ? () => true : withoutThePast(spec.request)
  let index = 0
  for (const [at, part] of spec.request.input.entries()) {
    const source = part.kind === 'image' ? spec.images[index++] : undefined
    if (!goesOut(at)) continue
    if (part.kind === 'text') {
      if (part.text.trim() !== '') input.push({ kind: 'text', text: part.text, ...speakerOf(part, limits) })
      continue
    }
    if (!source) continue
    if (source.facts === null) return { kind: 'fault', fault: source.unreadable }
    const { fitted, reencoded } = await fitImage(source, limits, imageLimits)
    if (reencoded) notices.push(reencodedNotice({ ...source, index }, fitted))
    input.push({ ...fitted, ...(!reencoded && speakerOf(part, limits)) })
  }

  const request: ProviderRequest = {
    model,
    input: [...input, ...maskAsPicture(spec, limits)],
    ...shape(spec, limits),
    ...(spec.mask && limits.mask && { mask: spec.mask }),
    ...(spec.request.settings && { settings: spec.request.settings }),
    ...(imagesOnly && { imagesOnly }),
    ...(spec.request.memory && { memory: spec.request.memory }),
  }
  const oversize = tooLarge(request, limits)
  return oversize ? { kind: 'fault', fault: oversize } : { kind: 'fitted', request, notices }
}

/**
 * A model knows a picture it made by its signature, and refuses what is said to be its own without one; written anew it
 * is another. As the caller's it does as well.
 */
function speakerOf(part: InputPart, { converses }: TargetLimits): Pick<FittedImage, 'by' | 'signature'> {
  if (!converses || part.by === undefined) return {}
  if (part.kind === 'text') return { by: part.by }
  return part.signature === undefined ? {} : { by: part.by, signature: part.signature }
}

function refused(spec: Spec, model: string, limits: TargetLimits): Fault | null {
  const { aspectRatio, imageSize } = spec.request.output ?? {}
  if (spec.images.length > limits.maxImages) {
    return fault(
      'unsupported_option',
      `${model} takes ${limits.maxImages} images, ${spec.images.length} came. Send fewer.`,
    )
  }
  if (aspectRatio && aspectRatio !== 'match' && !limits.aspectRatios.includes(aspectRatio)) {
    return fault(
      'unsupported_option',
      `${model} does not make ${aspectRatio}. It makes ${limits.aspectRatios.join(', ')}.`,
    )
  }
  if (imageSize && !limits.imageSizes.includes(imageSize)) {
    const offer =
      limits.imageSizes.length > 0
        ? `It makes ${limits.imageSizes.join(', ')}.`
        : 'It has one size: leave it out.'
    return fault('unsupported_option', `${model} does not make size ${imageSize}. ${offer}`)
  }
  if (spec.request.settings && !limits.converses) {
    return fault(
      'unsupported_option',
      `${model} is told an instruction and nothing besides: no ${Object.keys(spec.request.settings).join(', no ')}. Leave it out.`,
    )
  }
  return maskRefusal(spec, model, limits)
}

type ReadableImage = Extract<SourceImage, { unreadable: null }>

async function fitImage(
  { facts, image }: ReadableImage,
  limits: TargetLimits,
  imageLimits: ImageLimits,
): Promise<{ readonly fitted: FittedImage; readonly reencoded: boolean }> {
  const bytes = image.bytes()
  const fits = limits.imageTypes.includes(facts.type) && bytes.length <= limits.maxImageBytes
  // Where only the headers were looked at, all of it is here for the first time.
  const asIs = fits && (facts.plain || (await inspectPhoto(bytes, imageLimits, 'The image')).plain)
  const takesAnything = limits.maxImageBytes === Infinity && limits.imageTypes.includes(facts.type)
  if (asIs || takesAnything) {
    const { type: mimeType, width, height } = facts
    return { fitted: { kind: 'image', bytes, mimeType, width, height }, reencoded: false }
  }
  const smaller = await recompress(bytes, facts, { maxBytes: limits.maxImageBytes, limits: imageLimits })
  return { fitted: { kind: 'image', ...smaller }, reencoded: true }
}

/** @param source.index Counted from 1. */
export function reencodedNotice(
  { facts, image, index }: ReadableImage & { readonly index: number },
  fitted: Pick<FittedImage, 'width' | 'height' | 'mimeType' | 'bytes'>,
): Notice {
  const size = `${fitted.width}x${fitted.height} ${fitted.mimeType.slice('image/'.length)}, ${megabytes(fitted.bytes.length)}`
  const from = `${facts.type.slice('image/'.length)}, ${megabytes(image.byteLength)}`
  return {
    code: 'image_reencoded',
    text: `Image ${index} was sent upright, in sRGB and without metadata as ${size} (was ${from}).`,
  }
}

export function shape(
  spec: Spec,
  limits: TargetLimits,
): Pick<ProviderRequest, 'aspectRatio' | 'imageSize' | 'mimeType' | 'quality' | 'seed'> {
  const { aspectRatio, imageSize, mimeType, quality } = spec.request.output ?? {}
  // What is to be put back into the photo needs the photo's frame.
  const wanted = aspectRatio ?? (isPutBack(spec, { takesMask: limits.mask }) ? 'match' : undefined)
  const ratio = wanted === 'match' ? matching(spec, limits) : wanted
  return {
    ...(ratio && { aspectRatio: ratio }),
    ...(imageSize && { imageSize }),
    ...(mimeType && { mimeType: mimeType satisfies OutputType }),
    ...(quality !== undefined && { quality }),
    ...(spec.request.seed !== undefined && { seed: spec.request.seed }),
  }
}

function matching(spec: Spec, { keepsFrame, aspectRatios }: TargetLimits): AspectRatio | null {
  const facts = spec.photo?.facts
  return facts && !keepsFrame ? nearestRatio(aspectRatios, facts) : null
}

function tooLarge(request: ProviderRequest, limits: TargetLimits): Fault | null {
  const largest = Math.max(0, ...request.input.map((part) => (part.kind === 'image' ? part.bytes.length : 0)))
  if (largest > limits.maxImageBytes) {
    return fault(
      'image_too_large',
      `An image still has ${megabytes(largest)} after compression; ${request.model} takes ${megabytes(limits.maxImageBytes)} there. Resize it first.`,
    )
  }
  // Base64 takes four bytes for three; the JSON around it is small change.
  const total = request.input.reduce(
    (sum, part) =>
      sum + (part.kind === 'image' ? Math.ceil(part.bytes.length / 3) * 4 : Buffer.byteLength(part.text)),
    4096,
  )
  return requestTooLarge(total, limits)
}

/** The whole request, as it goes out. */
export function requestTooLarge(requestBytes: number, { maxRequestBytes }: TargetLimits): Fault | null {
  if (requestBytes <= maxRequestBytes) return null
  return fault(
    'image_too_large',
    `The request has ${megabytes(requestBytes)} in all; the limit there is ${megabytes(maxRequestBytes)}. Send fewer or smaller images.`,
  )
}
