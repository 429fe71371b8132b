import type { ImageSize } from '../../contract/request.ts'
import type { Usage } from '../../contract/result.ts'
import type { Seeded } from '../../image/seeded.ts'
import type { Model } from '../../models/model.ts'
import { CHARACTERS_PER_TOKEN } from '../../models/price.ts'
import type { Asked } from '../asked.ts'

/** A tile of an image, as models that answer text count it. */
const TOKENS_PER_IMAGE_TILE = 258

/** What a model's answer consisted of. */
export interface Produced {
  readonly images: number
  readonly textChars: number
  /** Whether the model thought at all; it does not, or says nothing of it, at the lowest level. */
  readonly thought: boolean
}

/** What is counted before the model has said anything. */
export function inputUsageOf(asked: Asked): Usage {
  // Nothing is drawn for an answer without images and thoughts.
  return usageOf(asked, { images: 0, textChars: 0, thought: false }, () => 0)
}

/**
 * Tokens as Google would count them: images by the registry's table, text by its length, and the excess of 88 to 630
 * tokens by which `candidatesTokenCount` has been seen to exceed its details, drawn by seed.
 */
export function usageOf(asked: Asked, produced: Produced, random: Seeded): Usage {
  const { model, inputChars, inputImages } = asked
  const inputTextTokens = Math.ceil(inputChars / CHARACTERS_PER_TOKEN)
  const inputImageTokens = inputImages * (model?.tokensPerInputImage ?? TOKENS_PER_IMAGE_TILE)
  const outputImageTokens =
    model === null ? 0 : produced.images * tokensOf(model, asked.imageSize ?? model.defaultImageSize ?? '1K')
  const excess = produced.images > 0 ? 88 + Math.floor(random() * 543) : 0
  const outputTextTokens = Math.ceil(produced.textChars / CHARACTERS_PER_TOKEN) + excess
  const thoughtTokens = produced.thought ? 64 + Math.floor(random() * 192) : 0
  return {
    inputTextTokens,
    inputImageTokens,
    outputTextTokens,
    outputImageTokens,
    thoughtTokens,
    totalTokens: inputTextTokens + inputImageTokens + outputTextTokens + outputImageTokens + thoughtTokens,
  }
}

/** Where no count is on record, the listed price tells it. */
function tokensOf(model: Model, size: ImageSize): number {
  const listed = model.tokensPerImage?.[size]
  if (listed !== undefined) return listed
  const price = model.prices?.perImage[size]
  const perMillion = model.prices?.perMillion.outputImage
  return price === undefined || perMillion === undefined ? 0 : Math.round((price * 1e6) / perMillion)
}
