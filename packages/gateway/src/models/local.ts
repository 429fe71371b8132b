import type { Model } from './model.ts'
import { documented } from './sources.ts'

/**
 * The embedded engine as a model: free, in no place, without an end.
 * What it takes and gives is the engine's to say, so those facts are `null` here.
 */
export const LOCAL_MODEL: Model = {
  id: 'local',
  marketName: 'Plantain local engine',
  family: 'local',
  stage: 'ga',
  surfaces: { 'ai-studio': null, vertex: null },
  successor: null,
  vertexLocations: null,
  maxInputTokens: null,
  maxOutputTokens: null,
  maxInputImages: null,
  aspectRatios: null,
  imageSizes: null,
  defaultImageSize: null,
  pixels: null,
  inputTypes: null,
  outputTypes: null,
  thinking: { kind: 'none' },
  prices: {
    perMillion: { inputText: 0, inputImage: 0, outputText: 0, outputImage: 0 },
    perImage: { '512': 0, '1K': 0, '2K': 0, '4K': 0 },
    batchFactor: 1,
  },
  tokensPerImage: null,
  tokensPerInputImage: null,
  enforcesThoughtSignatures: false,
  evidence: {
    thinking: documented('own-engine'),
    prices: documented('own-engine'),
    enforcesThoughtSignatures: documented('own-engine'),
  },
  disputes: [],
}
