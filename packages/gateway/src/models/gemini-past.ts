import { GEMINI_3_1_FLASH_IMAGE, GEMINI_3_PRO_IMAGE } from './gemini.ts'
import type { Model, SurfaceStatus } from './model.ts'
import { GEMINI_2_5_PIXELS } from './pixel-tables.ts'
import { TEN_RATIOS } from './ratio-sets.ts'
import { documented, observed, thirdParty, unconfirmed } from './sources.ts'

const NO_DATES: SurfaceStatus = { released: null, deprecated: null, ends: null }

const GEMINI_2_5_FLASH_IMAGE: Model = {
  id: 'gemini-2.5-flash-image',
  marketName: 'Nano Banana',
  family: 'gemini-image',
  stage: 'ga',
  surfaces: {
    'ai-studio': {
      released: { on: '2025-10-02', ...documented('deprecations') },
      deprecated: null,
      ends: { on: '2026-10-02', ...documented('deprecations') },
    },
    vertex: {
      released: { on: '2025-10-02', ...documented('vertex-2.5-flash') },
      deprecated: null,
      ends: { on: '2026-10-02', ...documented('vertex-2.5-flash') },
    },
  },
  successor: 'gemini-3.1-flash-image',
  vertexLocations: [
    'global',
    'us-central1',
    'us-east1',
    'us-east4',
    'us-east5',
    'us-south1',
    'us-west1',
    'us-west4',
    'europe-central2',
    'europe-north1',
    'europe-southwest1',
    'europe-west1',
    'europe-west4',
    'europe-west8',
  ],
  maxInputTokens: 32_768,
  maxOutputTokens: 32_768,
  maxInputImages: 3,
  aspectRatios: TEN_RATIOS,
  imageSizes: [],
  defaultImageSize: '1K',
  pixels: GEMINI_2_5_PIXELS,
  inputTypes: ['image/png', 'image/jpeg', 'image/webp'],
  outputTypes: { 'ai-studio': ['image/png'], vertex: ['image/png', 'image/jpeg'] },
  thinking: { kind: 'none' },
  prices: {
    perMillion: { inputText: 0.3, inputImage: 0.3, outputText: 2.5, outputImage: 30 },
    perImage: { '1K': 0.039 },
    batchFactor: 0.5,
  },
  tokensPerImage: { '1K': 1290 },
  tokensPerInputImage: null,
  enforcesThoughtSignatures: false,
  evidence: {
    maxInputTokens: documented('vertex-2.5-flash'),
    maxOutputTokens: documented('vertex-2.5-flash'),
    maxInputImages: documented('vertex-2.5-flash'),
    vertexLocations: documented('vertex-2.5-flash'),
    aspectRatios: documented('vertex-2.5-flash'),
    imageSizes: documented('guide'),
    pixels: thirdParty('live-reports'),
    inputTypes: documented('vertex-2.5-flash'),
    outputTypes: unconfirmed(),
    thinking: documented('guide'),
    prices: thirdParty('genai-prices'),
    tokensPerImage: thirdParty('genai-prices'),
    enforcesThoughtSignatures: observed('live-signatures'),
    successor: documented('deprecations'),
  },
  disputes: [
    {
      about: 'ends',
      text: 'Google listed 2026-10-02 as the earliest shutdown on both surfaces; a reseller reports that it still answered afterwards. Treated as ended.',
      sources: ['deprecations', 'vertex-2.5-flash', 'laozhang-2.1'],
    },
    {
      about: 'prices',
      text: 'The $2.50 per million of text output is common knowledge and was found on no page read for this registry.',
      sources: ['common-knowledge'],
    },
    {
      about: 'successor',
      text: 'Google’s page recommended gemini-3.1-flash-image-preview, an id that had itself been switched off by then; its general release is meant here.',
      sources: ['deprecations'],
    },
  ],
}

/** A preview is what its general release is, but for its dates. */
function previewOf(model: Model, differences: Pick<Model, 'id' | 'surfaces' | 'disputes'>): Model {
  return {
    ...model,
    ...differences,
    marketName: null,
    stage: 'preview',
    successor: model.id,
    evidence: { ...model.evidence, successor: documented('deprecations') },
  }
}

const GEMINI_2_5_FLASH_IMAGE_PREVIEW = previewOf(GEMINI_2_5_FLASH_IMAGE, {
  id: 'gemini-2.5-flash-image-preview',
  surfaces: {
    'ai-studio': { ...NO_DATES, ends: { on: '2026-01-15', ...documented('changelog') } },
    vertex: {
      released: { on: '2025-08-26', ...documented('vertex-2.5-flash') },
      deprecated: null,
      ends: { on: '2026-03-19', ...observed('preview-2.5-vertex') },
    },
  },
  disputes: [
    {
      about: 'ends',
      text: 'Vertex AI: Google’s pages announced 2025-10-31, users saw it answer until about 2026-03-19.',
      sources: ['vertex-2.0-caution', 'preview-2.5-vertex'],
    },
  ],
})

const GEMINI_3_PRO_IMAGE_PREVIEW = previewOf(GEMINI_3_PRO_IMAGE, {
  id: 'gemini-3-pro-image-preview',
  surfaces: {
    'ai-studio': {
      released: { on: '2025-11-20', ...documented('deprecations') },
      deprecated: null,
      ends: { on: '2026-06-25', ...documented('deprecations') },
    },
    vertex: NO_DATES,
  },
  disputes: [
    {
      about: 'ends',
      text: 'AI Studio: announced for 2026-06-25; some report that it still answers. For Vertex AI no date was found. Treated as ended: its general release is the same model at the same price.',
      sources: ['deprecations', 'common-knowledge'],
    },
    ...GEMINI_3_PRO_IMAGE.disputes,
  ],
})

const GEMINI_3_1_FLASH_IMAGE_PREVIEW = previewOf(GEMINI_3_1_FLASH_IMAGE, {
  id: 'gemini-3.1-flash-image-preview',
  surfaces: {
    'ai-studio': {
      released: { on: '2026-02-26', ...documented('deprecations') },
      deprecated: null,
      ends: { on: '2026-06-25', ...documented('deprecations') },
    },
    vertex: {
      released: { on: '2026-02-26', ...documented('vertex-3.1-flash') },
      deprecated: null,
      ends: { on: '2026-07-17', ...documented('vertex-3.1-flash') },
    },
  },
  disputes: GEMINI_3_1_FLASH_IMAGE.disputes.filter(({ about }) => about !== 'ends'),
})

/** The image trials of Gemini 2.0: known by name, and that they are gone. */
function gemini20(id: string, vertex: SurfaceStatus): Model {
  return {
    id,
    marketName: null,
    family: 'gemini-image',
    stage: 'preview',
    surfaces: {
      'ai-studio': { ...NO_DATES, ends: { on: '2025-11-30', ...observed('preview-2.0-gone') } },
      vertex,
    },
    successor: 'gemini-2.5-flash-image',
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
    thinking: null,
    prices: null,
    tokensPerImage: null,
    tokensPerInputImage: null,
    enforcesThoughtSignatures: null,
    evidence: { successor: documented('vertex-2.0-caution') },
    disputes: [
      {
        about: 'ends',
        text: 'AI Studio: it answered 404 in November 2025; the day it was switched off was not found, so the month’s last day stands here.',
        sources: ['preview-2.0-gone'],
      },
    ],
  }
}

/** Ids that ended or whose end is announced. */
export const PAST_GEMINI_MODELS: readonly Model[] = [
  GEMINI_3_PRO_IMAGE_PREVIEW,
  GEMINI_3_1_FLASH_IMAGE_PREVIEW,
  GEMINI_2_5_FLASH_IMAGE,
  GEMINI_2_5_FLASH_IMAGE_PREVIEW,
  gemini20('gemini-2.0-flash-preview-image-generation', {
    ...NO_DATES,
    ends: { on: '2025-10-31', ...documented('vertex-2.0-caution') },
  }),
  gemini20('gemini-2.0-flash-exp-image-generation', NO_DATES),
]
