import { type Fault, fault } from '../contract/error.ts'
import type { FittedImage, FittedText, TargetLimits } from '../contract/provider.ts'
import type { AspectRatio, OutputOptions } from '../contract/request.ts'
import { type PhotoFacts, sideFault } from '../image/photo.ts'
import { expectedPixels, fitsRatio, nearestRatio, ratioOf } from '../models/pixels.ts'
import { findModel } from '../models/registry.ts'
import type { Spec } from './spec.ts'

/**
 * How a mask reaches a model that has none: as one more picture behind all else, with words that explain it. Empty where
 * there is no mask, or the target has a place for it. What such a model makes is put back inside the mask afterwards
 * (`restore.ts`).
 */
export function maskAsPicture(
  { mask, images }: Spec,
  limits: TargetLimits,
): readonly [] | readonly [FittedText, FittedImage] {
  const facts = images[0]?.facts
  if (mask === null || limits.mask || !facts) return []
  const { width, height } = facts
  return [
    { kind: 'text', text: explanation(images.length) },
    { kind: 'image', bytes: mask, mimeType: 'image/png', width, height },
  ]
}

function explanation(photos: number): string {
  const photo = photos === 1 ? 'the photo to be edited' : 'the first photo, the one to be edited'
  return (
    `The image after this text is no photo but a mask of ${photo}: make the change only where the mask is white, ` +
    'leave everything where it is black exactly as it is in the photo, and do not draw the mask. ' +
    'Return the whole photo, in the same framing.'
  )
}

/** Whether what the target makes is put back inside the mask, and nothing else of it kept. */
export function isPutBack({ mask, preserve }: Spec, { takesMask }: { readonly takesMask: boolean }): boolean {
  return mask !== null && preserve === 'unmasked' && !takesMask
}

/** Why a mask cannot go to a target that has no place for one. */
export function maskRefusal(
  { mask, preserve, images, request }: Spec,
  model: string,
  limits: TargetLimits,
): Fault | null {
  if (mask === null || limits.mask) return null
  if (images.length + 1 > limits.maxImages) {
    return fault(
      'unsupported_option',
      `${model} takes ${limits.maxImages} images, and the mask is sent as one: ${images.length + 1} in all. Send fewer.`,
    )
  }
  const facts = images[0]?.facts
  if (preserve === 'none' || !facts) return null
  const { aspectRatio, mimeType } = request.output ?? {}
  const unwritable = mimeType === undefined ? null : sideFault(facts, mimeType)
  return unwritable ?? frameRefusal(facts, aspectRatio, model, limits)
}

/** What comes back in another frame than the photo's can be put back nowhere. */
export function frameRefusal(
  facts: PhotoFacts,
  asked: OutputOptions['aspectRatio'],
  model: string,
  { aspectRatios }: TargetLimits,
): Fault | null {
  const size = `${facts.width}x${facts.height}`
  if (asked !== undefined && asked !== 'match') {
    if (fitsRatio(facts, madeRatio(asked, model))) return null
    return fault(
      'unsupported_option',
      `The ratio ${asked} and a mask contradict each other: what lies outside the mask is kept, so the result has the photo's own frame (${size}). Leave the ratio out, or say preserve: none.`,
    )
  }
  const nearest = nearestRatio(aspectRatios, facts)
  if (nearest !== null && fitsRatio(facts, madeRatio(nearest, model))) return null
  return fault(
    'unsupported_option',
    `${model} makes no picture of the photo's ratio (${size}; nearest is ${nearest ?? 'none'}), so that nothing of it could be put back in place. Crop the photo to ${aspectRatios.join(', ')}, or say preserve: none.`,
  )
}

/** Of the pictures it makes, where that is on record: they are a little off the ratio that was asked for. */
function madeRatio(ratio: AspectRatio, modelId: string): number {
  const model = findModel(modelId)
  const made = model === null ? null : expectedPixels(model, ratio)
  return made === null ? ratioOf(ratio) : made.width / made.height
}
