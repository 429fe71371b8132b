import type { ImageSize } from '../contract/request.ts'
import type { Notice, Usage } from '../contract/result.ts'
import type { Model, Prices } from './model.ts'

/** English text, by Google's own rule of thumb. */
export const CHARACTERS_PER_TOKEN = 4

/** Sums are kept in whole nano-dollars: a price of $0.25 per million is 250 of them a token, and nothing is lost. */
const NANO_PER_MICRO = 1000

/**
 * What the provider bills for the tokens it counted, in whole micro-dollars, at the standard tier's list price.
 * Thinking is billed as text output. Rounded half up, once, at the end.
 * A model without a known price costs 0: ask `priceUnknownNotice` and say so.
 */
export function costMicroUsd(model: Model, usage: Usage): number {
  if (model.prices === null) return 0
  return roundToMicro(tokenCost(model.prices, usage))
}

/** The notice owed to a caller whose cost reads 0 because no price is known; `null` where the price is known. */
export function priceUnknownNotice(model: Model): Notice | null {
  if (model.prices !== null) return null
  return {
    code: 'price_unknown',
    text: `No price of ${model.id} is on record, so its cost is counted as $0; Google’s bill decides.`,
  }
}

export interface EstimateOptions {
  /** Missing, or not offered by the model: the model's default size. */
  readonly imageSize?: ImageSize
  readonly inputImages: number
  readonly instructionChars: number
}

export interface Estimate {
  readonly microUsd: number
  /** What was counted and what was not, for people. */
  readonly basis: string
}

/**
 * What one edit that returns one image will cost, before it is sent: the listed price of the image, plus input tokens.
 * Text and thinking that come with the image are not foreseeable and are left out; `basis` says so.
 */
export function estimateMicroUsd(model: Model, options: EstimateOptions): Estimate {
  const { prices, defaultImageSize } = model
  if (model.family === 'local') return { microUsd: 0, basis: 'made on this machine, free of charge' }
  if (prices === null || defaultImageSize === null) {
    return { microUsd: 0, basis: `no price of ${model.id} is on record` }
  }
  const { imageSize, inputImages, instructionChars } = options
  const size =
    imageSize !== undefined && prices.perImage[imageSize] !== undefined ? imageSize : defaultImageSize
  const perImage = prices.perImage[size] ?? 0
  const perInputImage = model.tokensPerInputImage ?? 0
  const inputTextTokens = Math.ceil(instructionChars / CHARACTERS_PER_TOKEN)
  const nano =
    nanoPerUnit(perImage) +
    inputImages * perInputImage * nanoPerToken(prices.perMillion.inputImage) +
    inputTextTokens * nanoPerToken(prices.perMillion.inputText)
  const images =
    perInputImage > 0
      ? `${count(inputImages, 'input image')} of ${perInputImage.toLocaleString('en-US')} tokens`
      : `${count(inputImages, 'input image')} of a token count not on record`
  return {
    microUsd: roundToMicro(nano),
    basis:
      `one ${size} image at ${formatUsd(perImage * 1e6)}, ${images} and ` +
      `${count(inputTextTokens, 'token')} of instruction, at list price; ` +
      'text and thinking in the answer come on top',
  }
}

/** Micro-dollars as dollars: at least cents, and as many decimals as it takes, up to six. `$0.0336` */
export function formatUsd(microUsd: number): string {
  const whole = Math.round(microUsd)
  const decimals = (Math.abs(whole) / 1e6).toFixed(6).replace(/0{1,4}$/, '')
  return `${whole < 0 ? '-' : ''}$${decimals}`
}

function tokenCost({ perMillion }: Prices, usage: Usage): number {
  return (
    usage.inputTextTokens * nanoPerToken(perMillion.inputText) +
    usage.inputImageTokens * nanoPerToken(perMillion.inputImage) +
    (usage.outputTextTokens + usage.thoughtTokens) * nanoPerToken(perMillion.outputText) +
    usage.outputImageTokens * nanoPerToken(perMillion.outputImage)
  )
}

/** Dollars per million tokens are micro-dollars per token. */
function nanoPerToken(dollarsPerMillion: number): number {
  return Math.round(dollarsPerMillion * NANO_PER_MICRO)
}

function nanoPerUnit(dollars: number): number {
  return Math.round(dollars * 1e6 * NANO_PER_MICRO)
}

function roundToMicro(nano: number): number {
  return Math.floor((nano + NANO_PER_MICRO / 2) / NANO_PER_MICRO)
}

function count(many: number, what: string): string {
  return `${many.toLocaleString('en-US')} ${what}${many === 1 ? '' : 's'}`
}
