import type { DatedFact, Dispute, Model, SurfaceStatus } from './model.ts'
import { IMAGEN_RATIOS } from './ratio-sets.ts'
import { documented, type Evidence, thirdParty, unconfirmed } from './sources.ts'

type ImagenRow = Pick<Model, 'id' | 'surfaces' | 'disputes'> &
  Partial<Pick<Model, 'stage' | 'aspectRatios' | 'imageSizes' | 'defaultImageSize' | 'successor'>> & {
    readonly successorEvidence: Evidence
  }

/** Of Imagen, which answered `:predict`, only what a migration has to say is kept: Plantain never sends to it. */
function imagen(row: ImagenRow): Model {
  const { successorEvidence, ...known } = row
  const ratios = known.aspectRatios ?? null
  const sizes = known.imageSizes ?? null
  return {
    marketName: null,
    family: 'imagen',
    stage: 'ga',
    // Google's Imagen pages name this one for every Imagen id; it has ended since, and the chain goes on.
    successor: 'gemini-2.5-flash-image',
    vertexLocations: null,
    maxInputTokens: null,
    maxOutputTokens: null,
    maxInputImages: null,
    defaultImageSize: null,
    pixels: null,
    inputTypes: ['image/jpeg', 'image/png'],
    outputTypes: null,
    thinking: { kind: 'none' },
    prices: null,
    tokensPerImage: null,
    tokensPerInputImage: null,
    enforcesThoughtSignatures: false,
    ...known,
    aspectRatios: ratios,
    imageSizes: sizes,
    evidence: {
      inputTypes: documented('vertex-imagen-3'),
      thinking: documented('vertex-imagen-3'),
      enforcesThoughtSignatures: documented('vertex-imagen-3'),
      successor: successorEvidence,
      ...(ratios === null ? {} : { aspectRatios: documented('genai-sdk') }),
      ...(sizes === null ? {} : { imageSizes: documented('genai-sdk') }),
    },
  }
}

function dates(
  released: DatedFact | null,
  ends: DatedFact | null,
  deprecated: DatedFact | null = null,
): SurfaceStatus {
  return { released, deprecated, ends }
}

const END_OF_2: DatedFact = { on: '2025-09-24', ...documented('vertex-imagen-2') }
const DEPRECATION_OF_2: DatedFact = { on: '2025-06-24', ...documented('vertex-imagen-2') }
const END_OF_3: DatedFact = { on: '2026-06-30', ...documented('vertex-imagen-3') }
const END_OF_4_ON_VERTEX: DatedFact = { on: '2026-06-30', ...documented('vertex-imagen-4') }
const END_OF_4_ON_AI_STUDIO: DatedFact = { on: '2026-08-17', ...thirdParty('imagen-4-end') }
const RELEASE_OF_4: DatedFact = { on: '2025-06-24', ...thirdParty('imagen-4-end') }

const DIFFERENT_ENDS: readonly Dispute[] = [
  {
    about: 'ends',
    text: 'The end of Imagen differs by page: 2026-06-24 (Firebase), 2026-06-30 (Vertex AI), 2026-08-17 (AI Studio, by third parties). All have passed.',
    sources: ['vertex-imagen-4', 'imagen-4-end'],
  },
]

const imagen2 = (['002', '003', '004', '005', '006'] as const).map((version) =>
  imagen({
    id: `imagegeneration@${version}`,
    surfaces: { 'ai-studio': null, vertex: dates(null, END_OF_2, DEPRECATION_OF_2) },
    successorEvidence: documented('vertex-imagen-4'),
    disputes:
      version === '003' || version === '004'
        ? [
            {
              about: 'ends',
              text: 'Google’s notice of 2025-09-24 removes Imagen 1 and 2 and names 002, 005 and 006; 003 and 004 stand only in its later list of discontinued endpoints, to be left before 2026-06-30.',
              sources: ['vertex-imagen-2', 'vertex-imagen-4'],
            },
          ]
        : [],
  }),
)

const imagen3: readonly Model[] = [
  imagen({
    id: 'imagen-3.0-generate-001',
    surfaces: {
      'ai-studio': null,
      vertex: dates({ on: '2024-12-10', ...documented('vertex-imagen-3') }, END_OF_3),
    },
    aspectRatios: IMAGEN_RATIOS,
    successorEvidence: documented('vertex-imagen-3'),
    disputes: [],
  }),
  imagen({
    id: 'imagen-3.0-generate-002',
    surfaces: {
      'ai-studio': dates(
        { on: '2025-02-06', ...documented('deprecations') },
        { on: '2025-11-10', ...documented('deprecations') },
      ),
      vertex: dates({ on: '2025-01-29', ...documented('vertex-imagen-3') }, END_OF_3),
    },
    aspectRatios: IMAGEN_RATIOS,
    successorEvidence: documented('vertex-imagen-3'),
    disputes: [],
  }),
  imagen({
    id: 'imagen-3.0-fast-generate-001',
    surfaces: {
      'ai-studio': null,
      vertex: dates({ on: '2024-12-10', ...documented('vertex-imagen-3') }, END_OF_3),
    },
    aspectRatios: IMAGEN_RATIOS,
    successorEvidence: documented('vertex-imagen-3'),
    disputes: [],
  }),
  ...(['001', '002'] as const).map((version) =>
    imagen({
      id: `imagen-3.0-capability-${version}`,
      surfaces: { 'ai-studio': null, vertex: dates(null, END_OF_3) },
      successorEvidence: documented('vertex-imagen-3'),
      disputes: [],
    }),
  ),
]

const imagen4: readonly Model[] = [
  ...(['imagen-4.0-generate-001', 'imagen-4.0-ultra-generate-001'] as const).map((id) =>
    imagen({
      id,
      surfaces: {
        'ai-studio': dates(RELEASE_OF_4, END_OF_4_ON_AI_STUDIO),
        vertex: dates(null, END_OF_4_ON_VERTEX),
      },
      aspectRatios: IMAGEN_RATIOS,
      imageSizes: ['1K', '2K'],
      defaultImageSize: '1K',
      successorEvidence: documented('vertex-imagen-4'),
      disputes: DIFFERENT_ENDS,
    }),
  ),
  imagen({
    id: 'imagen-4.0-fast-generate-001',
    surfaces: {
      'ai-studio': dates(RELEASE_OF_4, END_OF_4_ON_AI_STUDIO),
      vertex: dates(null, END_OF_4_ON_VERTEX),
    },
    aspectRatios: IMAGEN_RATIOS,
    successorEvidence: documented('vertex-imagen-4'),
    disputes: DIFFERENT_ENDS,
  }),
  imagen({
    id: 'imagen-4.0-upscale-preview',
    stage: 'preview',
    surfaces: { 'ai-studio': null, vertex: dates(null, null) },
    // It only enlarged; of the living models without a preview in the name this is the cheapest that reaches 4K.
    successor: 'gemini-nano-banana-2.1',
    successorEvidence: unconfirmed(),
    disputes: [
      {
        about: 'ends',
        text: 'Whether and when this id ended was not found; the rest of its family ended by 2026-08-17.',
        sources: ['imagen-4-end'],
      },
      {
        about: 'successor',
        text: 'Google names no successor for enlarging. A Gemini model draws the picture anew at the larger size instead.',
        sources: ['common-knowledge'],
      },
    ],
  }),
]

export const IMAGEN_MODELS: readonly Model[] = [...imagen2, ...imagen3, ...imagen4]
