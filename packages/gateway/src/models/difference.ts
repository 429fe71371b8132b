import type { ImageSize } from '../contract/request.ts'
import type { Model } from './model.ts'
import { ratiosOf } from './pixels.ts'
import { formatUsd } from './price.ts'

/** What a caller notices of the change from one model to another. Each is `null` where it is not on record. */
export interface ModelDifference {
  readonly ratios: Choices | null
  readonly sizes: Choices | null
  /** Types of images that can be sent. */
  readonly inputTypes: Choices | null
  /** How many images can be sent. */
  readonly inputImages: { readonly before: number; readonly after: number } | null
  /** List price of an image, in dollars. */
  readonly price: { readonly size: ImageSize; readonly before: number | null; readonly after: number } | null
}

/** Both are empty where nothing changes. */
export interface Choices {
  readonly lost: readonly string[]
  readonly gained: readonly string[]
}

export function differenceOf(from: Model, to: Model): ModelDifference {
  return {
    ratios: from.aspectRatios === null ? null : choices(ratiosOf(from), ratiosOf(to)),
    sizes: choices(from.imageSizes, to.imageSizes ?? []),
    inputTypes: choices(from.inputTypes, to.inputTypes),
    inputImages:
      from.maxInputImages === null || to.maxInputImages === null
        ? null
        : { before: from.maxInputImages, after: to.maxInputImages },
    price: priceOf(from, to),
  }
}

/** The same as a sentence. */
export function differenceText(from: Model, to: Model): string {
  const { ratios, sizes, inputTypes, inputImages, price } = differenceOf(from, to)
  const told = [
    ...choiceTexts('ratio', ratios),
    ...choiceTexts('size', sizes),
    ...choiceTexts('input type', inputTypes, 'sent'),
    ...(inputImages === null || inputImages.before === inputImages.after
      ? []
      : [`at most ${inputImages.after} input images instead of ${inputImages.before}`]),
    ...(price === null || price.before === price.after ? [] : [priceText(price)]),
  ]
  if (told.length > 0) return `What differs: ${told.join('; ')}.`
  return ratios === null && price === null
    ? 'What differs in ratios, sizes, inputs and price is not on record.'
    : 'Ratios, sizes, inputs and price are the same.'
}

function choices(before: readonly string[] | null, after: readonly string[] | null): Choices | null {
  if (before === null || after === null) return null
  return {
    lost: before.filter((one) => !after.includes(one)),
    gained: after.filter((one) => !before.includes(one)),
  }
}

function choiceTexts(what: string, changed: Choices | null, verb = 'asked for'): readonly string[] {
  const { lost, gained } = changed ?? { lost: [], gained: [] }
  return [
    ...(lost.length > 0 ? [`no ${plural(what, lost)}`] : []),
    ...(gained.length > 0 ? [`${plural(what, gained)} can be ${verb} too`] : []),
  ]
}

function plural(what: string, values: readonly string[]): string {
  return `${what}${values.length === 1 ? '' : 's'} ${values.join(', ')}`
}

/** Of the size that comes unasked. */
function priceOf(from: Model, to: Model): ModelDifference['price'] {
  const size = from.defaultImageSize ?? to.defaultImageSize
  const after = size === null ? undefined : to.prices?.perImage[size]
  if (size === null || after === undefined) return null
  return { size, before: from.prices?.perImage[size] ?? null, after }
}

function priceText({ size, before, after }: NonNullable<ModelDifference['price']>): string {
  const former =
    before === null ? '(the former price is not on record)' : `instead of ${formatUsd(before * 1e6)}`
  return `a ${size} image lists at ${formatUsd(after * 1e6)} ${former}`
}
