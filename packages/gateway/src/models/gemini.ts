import type { Model, SurfaceStatus } from './model.ts'
import { GEMINI_3_PIXELS } from './pixel-tables.ts'
import { FOURTEEN_RATIOS, TEN_RATIOS } from './ratio-sets.ts'
import { documented, observed, thirdParty, unconfirmed } from './sources.ts'

const INPUT_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif'] as const

/** AI Studio answers JPEG and refuses to be asked for PNG; on Vertex `imageOutputOptions` chooses. */
const OUTPUT_TYPES: Model['outputTypes'] = {
  'ai-studio': ['image/jpeg'],
  vertex: ['image/png', 'image/jpeg'],
}

const GA_2026_05_28: SurfaceStatus = {
  released: { on: '2026-05-28', ...documented('deprecations') },
  deprecated: null,
  ends: null,
}

export const NANO_BANANA_2_1: Model = {
  id: 'gemini-nano-banana-2.1',
  marketName: 'Nano Banana 2.1',
  family: 'gemini-image',
  stage: 'ga',
  surfaces: {
    'ai-studio': {
      released: { on: '2026-10-06', ...documented('changelog') },
      deprecated: null,
      ends: null,
    },
    vertex: {
      released: { on: '2026-10-06', ...observed('vertex-sample-2.1') },
      deprecated: null,
      ends: null,
    },
  },
  successor: null,
  vertexLocations: ['global'],
  maxInputTokens: 131_072,
  maxOutputTokens: 32_768,
  maxInputImages: 14,
  aspectRatios: FOURTEEN_RATIOS,
  imageSizes: ['1K', '2K', '4K'],
  defaultImageSize: '1K',
  pixels: GEMINI_3_PIXELS,
  inputTypes: INPUT_TYPES,
  outputTypes: OUTPUT_TYPES,
  thinking: { kind: 'levels', levels: ['minimal', 'medium', 'high'], default: 'medium' },
  prices: {
    perMillion: { inputText: 1.5, inputImage: 1.5, outputText: 7.5, outputImage: 30 },
    perImage: { '1K': 0.0336, '2K': 0.0504, '4K': 0.113 },
    batchFactor: 0.5,
  },
  tokensPerImage: { '1K': 1120, '2K': 1680 },
  tokensPerInputImage: 1120,
  enforcesThoughtSignatures: true,
  evidence: {
    maxInputTokens: thirdParty('litellm-2.1'),
    maxOutputTokens: thirdParty('litellm-2.1'),
    maxInputImages: thirdParty('laozhang-2.1'),
    vertexLocations: observed('vertex-sample-2.1'),
    aspectRatios: thirdParty('tanstack-2.1'),
    imageSizes: thirdParty('tanstack-2.1'),
    pixels: thirdParty('laozhang-2.1'),
    inputTypes: unconfirmed(),
    outputTypes: observed('edit-drift'),
    thinking: thirdParty('skill-2.1'),
    prices: thirdParty('litellm-2.1'),
    tokensPerImage: thirdParty('genai-prices'),
    tokensPerInputImage: unconfirmed(),
    enforcesThoughtSignatures: observed('live-signatures'),
  },
  disputes: [
    {
      about: 'imageSizes',
      text: 'Size 512: two integrations and a reseller say it answers 400, a skill page of 2026-10-18 lists it as usable. Treated as not offered.',
      sources: ['tanstack-2.1', 'laozhang-2.1', 'skill-2.1'],
    },
    {
      about: 'tokensPerImage',
      text: 'Tokens of a 4K image: the listed $0.113 means about 3,780 at $30 per million, Google Cloud’s card implies 2,520 ($0.0756). Left open; estimates use the dearer listed price, bills use the tokens Google reports.',
      sources: ['pricing', 'genai-prices'],
    },
    {
      about: 'pixels',
      text: 'No pixel table of this model has been seen; Nano Banana 2’s is used, which matches the sizes users report (16:9 at 1K and 2K, 9:16 at 1K).',
      sources: ['guide', 'laozhang-2.1'],
    },
  ],
}

export const GEMINI_3_PRO_IMAGE: Model = {
  id: 'gemini-3-pro-image',
  marketName: 'Nano Banana Pro',
  family: 'gemini-image',
  stage: 'ga',
  surfaces: { 'ai-studio': GA_2026_05_28, vertex: { released: null, deprecated: null, ends: null } },
  successor: null,
  vertexLocations: ['global'],
  maxInputTokens: 65_536,
  maxOutputTokens: 32_768,
  maxInputImages: 14,
  aspectRatios: TEN_RATIOS,
  imageSizes: ['1K', '2K', '4K'],
  defaultImageSize: '1K',
  pixels: GEMINI_3_PIXELS,
  inputTypes: INPUT_TYPES,
  outputTypes: OUTPUT_TYPES,
  thinking: { kind: 'always' },
  prices: {
    perMillion: { inputText: 2, inputImage: 2, outputText: 12, outputImage: 120 },
    perImage: { '1K': 0.134, '2K': 0.134, '4K': 0.24 },
    batchFactor: 0.5,
  },
  tokensPerImage: { '1K': 1120, '2K': 1120, '4K': 2000 },
  tokensPerInputImage: 560,
  enforcesThoughtSignatures: true,
  evidence: {
    maxInputTokens: documented('vertex-3-pro'),
    maxOutputTokens: documented('vertex-3-pro'),
    maxInputImages: documented('vertex-3-pro'),
    vertexLocations: documented('vertex-3-pro'),
    aspectRatios: documented('vertex-3-pro'),
    imageSizes: documented('guide'),
    pixels: documented('guide'),
    inputTypes: documented('vertex-3-pro'),
    outputTypes: observed('live-reports'),
    thinking: observed('live-reports'),
    prices: thirdParty('genai-prices'),
    tokensPerImage: documented('guide'),
    tokensPerInputImage: documented('pricing'),
    enforcesThoughtSignatures: observed('live-signatures'),
  },
  disputes: [
    {
      about: 'tokensPerInputImage',
      text: 'Tokens of an input image: the price page says 560 ($0.0011), the guide says 1,120 for Gemini 3.x, a live edit counted 516. At $2 per million the difference is a tenth of a cent.',
      sources: ['pricing', 'guide'],
    },
  ],
}

export const GEMINI_3_1_FLASH_IMAGE: Model = {
  id: 'gemini-3.1-flash-image',
  marketName: 'Nano Banana 2',
  family: 'gemini-image',
  stage: 'ga',
  surfaces: {
    'ai-studio': {
      ...GA_2026_05_28,
      deprecated: { on: '2026-10-06', ...documented('changelog') },
      ends: { on: '2026-10-29', ...thirdParty('litellm-2.1') },
    },
    vertex: {
      released: { on: '2026-05-28', ...documented('vertex-3.1-flash') },
      deprecated: null,
      ends: null,
      extraAspectRatios: ['9:21'],
    },
  },
  successor: 'gemini-nano-banana-2.1',
  vertexLocations: ['global'],
  maxInputTokens: 131_072,
  maxOutputTokens: 32_768,
  maxInputImages: 14,
  aspectRatios: FOURTEEN_RATIOS,
  imageSizes: ['512', '1K', '2K', '4K'],
  defaultImageSize: '1K',
  pixels: GEMINI_3_PIXELS,
  inputTypes: INPUT_TYPES,
  outputTypes: OUTPUT_TYPES,
  thinking: { kind: 'levels', levels: ['minimal', 'high'], default: 'minimal' },
  prices: {
    perMillion: { inputText: 0.5, inputImage: 0.5, outputText: 3, outputImage: 60 },
    perImage: { '512': 0.045, '1K': 0.067, '2K': 0.101, '4K': 0.151 },
    batchFactor: 0.5,
  },
  tokensPerImage: { '512': 747, '1K': 1120, '2K': 1680, '4K': 2520 },
  tokensPerInputImage: 1120,
  enforcesThoughtSignatures: true,
  evidence: {
    maxInputTokens: documented('vertex-3.1-flash'),
    maxOutputTokens: documented('vertex-3.1-flash'),
    maxInputImages: documented('vertex-3.1-flash'),
    vertexLocations: documented('vertex-3.1-flash'),
    aspectRatios: documented('vertex-3.1-flash'),
    imageSizes: documented('vertex-3.1-flash'),
    pixels: documented('guide'),
    inputTypes: documented('vertex-3.1-flash'),
    outputTypes: observed('live-reports'),
    thinking: documented('guide'),
    prices: thirdParty('genai-prices'),
    tokensPerImage: documented('vertex-3.1-flash'),
    tokensPerInputImage: documented('vertex-3.1-flash'),
    enforcesThoughtSignatures: observed('live-signatures'),
    successor: thirdParty('litellm-2.1'),
  },
  disputes: [
    {
      about: 'ends',
      text: 'AI Studio: two third parties say it was shut down on 2026-10-29, two resellers say that Google has named no date and still serve it; Google’s deprecations page named none in autumn 2026. Kept, with a warning.',
      sources: ['litellm-2.1', 'skill-2.1', 'laozhang-2.1', 'deprecations'],
    },
    {
      about: 'tokensPerImage',
      text: 'Early preview tables gave 1,120 tokens at 2K and 2,000 at 4K; the guide and the Vertex card now say 1,680 and 2,520, which matches the prices.',
      sources: ['guide', 'vertex-3.1-flash'],
    },
    {
      about: 'pixels',
      text: 'Google prints 792x168 for 21:9 at 512, which is not 21:9 and does not halve its 1K size (1584x672). Left open. The pixels of 9:21, which only the Vertex card lists, are not documented.',
      sources: ['guide', 'vertex-3.1-flash'],
    },
  ],
}

export const GEMINI_3_1_FLASH_LITE_IMAGE: Model = {
  id: 'gemini-3.1-flash-lite-image',
  marketName: 'Nano Banana 2 Lite',
  family: 'gemini-image',
  stage: 'ga',
  surfaces: {
    'ai-studio': {
      released: { on: '2026-06-30', ...documented('flash-lite-page') },
      deprecated: null,
      ends: null,
    },
    vertex: {
      released: { on: '2026-06-30', ...documented('vertex-3.1-flash-lite') },
      deprecated: null,
      ends: null,
    },
  },
  successor: null,
  vertexLocations: ['global'],
  maxInputTokens: 65_536,
  maxOutputTokens: 4_096,
  maxInputImages: 14,
  aspectRatios: FOURTEEN_RATIOS,
  imageSizes: ['1K'],
  defaultImageSize: '1K',
  pixels: GEMINI_3_PIXELS,
  inputTypes: INPUT_TYPES,
  outputTypes: OUTPUT_TYPES,
  thinking: { kind: 'levels', levels: ['minimal', 'high'], default: null },
  prices: {
    perMillion: { inputText: 0.25, inputImage: 0.25, outputText: 1.5, outputImage: 30 },
    perImage: { '1K': 0.0336 },
    batchFactor: 0.5,
  },
  tokensPerImage: { '1K': 1120 },
  tokensPerInputImage: 1120,
  enforcesThoughtSignatures: true,
  evidence: {
    maxInputTokens: documented('flash-lite-page'),
    maxOutputTokens: documented('flash-lite-page'),
    maxInputImages: documented('vertex-3.1-flash-lite'),
    vertexLocations: documented('vertex-3.1-flash-lite'),
    aspectRatios: documented('vertex-3.1-flash-lite'),
    imageSizes: documented('flash-lite-page'),
    pixels: thirdParty('guide'),
    inputTypes: documented('vertex-3.1-flash-lite'),
    outputTypes: thirdParty('live-reports'),
    thinking: documented('flash-lite-page'),
    prices: thirdParty('genai-prices'),
    tokensPerImage: thirdParty('genai-prices'),
    tokensPerInputImage: thirdParty('genai-prices'),
    enforcesThoughtSignatures: observed('live-signatures'),
  },
  disputes: [
    {
      about: 'aspectRatios',
      text: 'The Vertex card lists 14 ratios; the AI Studio page speaks of 14 and then lists 10, without 1:4, 4:1, 1:8 and 8:1.',
      sources: ['vertex-3.1-flash-lite', 'flash-lite-page'],
    },
    {
      about: 'imageSizes',
      text: 'The AI Studio page accepts an imageSize of 1K; an integrator on Vertex saw 400 for any imageSize. Leaving it out is safe: 1K is all there is.',
      sources: ['flash-lite-page', 'genai-prices'],
    },
    {
      about: 'maxOutputTokens',
      text: 'The Vertex card says 4,096 in one place and 32,768 in another; the AI Studio page says 4,096.',
      sources: ['vertex-3.1-flash-lite', 'flash-lite-page'],
    },
    {
      about: 'pixels',
      text: 'No complete pixel table of this model is published; the 1K sizes of Nano Banana 2 are used.',
      sources: ['guide'],
    },
  ],
}

export const GEMINI_MODELS: readonly Model[] = [
  NANO_BANANA_2_1,
  GEMINI_3_PRO_IMAGE,
  GEMINI_3_1_FLASH_IMAGE,
  GEMINI_3_1_FLASH_LITE_IMAGE,
]
