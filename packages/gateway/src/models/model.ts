import type { ProviderKind } from '../contract/provider.ts'
import type { AspectRatio, ImageSize, OutputType } from '../contract/request.ts'
import type { Evidence, SourceId } from './sources.ts'

/** The places at Google where a model is served, each with its own clock of releases and shutdowns. */
export type Surface = Exclude<ProviderKind, 'local'>
export const SURFACES = ['ai-studio', 'vertex'] as const satisfies readonly Surface[]
export const SURFACE_NAMES: Readonly<Record<Surface, string>> = {
  'ai-studio': 'AI Studio',
  vertex: 'Vertex AI',
}

/** A calendar day, UTC: `2026-10-06`. */
export type IsoDate = `${number}-${number}-${number}`

/** A day something happened or is to happen, with who says so. */
export interface DatedFact extends Evidence {
  readonly on: IsoDate
}

/** A model's life on one surface; `null` where no date is known. */
export interface SurfaceStatus {
  readonly released: DatedFact | null
  readonly deprecated: DatedFact | null
  readonly ends: DatedFact | null
  /** Ratios that only this surface offers. */
  readonly extraAspectRatios?: readonly AspectRatio[]
}

export interface Pixels {
  readonly width: number
  readonly height: number
}

/** What comes back for a ratio and a size; `null` where what Google prints cannot be right. */
export type PixelTable = Readonly<
  Partial<Record<AspectRatio, Readonly<Partial<Record<ImageSize, Pixels | null>>>>>
>

export type ThinkingLevel = 'minimal' | 'low' | 'medium' | 'high'
export type Thinking =
  | { readonly kind: 'none' }
  /** Always on: a level is accepted and has no effect. */
  | { readonly kind: 'always' }
  | {
      readonly kind: 'levels'
      readonly levels: readonly ThinkingLevel[]
      readonly default: ThinkingLevel | null
    }

/** List prices in dollars, standard tier. */
export interface Prices {
  /** Dollars per million tokens, which is micro-dollars per token. Thinking is billed as text output. */
  readonly perMillion: {
    readonly inputText: number
    readonly inputImage: number
    readonly outputText: number
    readonly outputImage: number
  }
  /** Dollars per output image, as listed (rounded by Google). */
  readonly perImage: Readonly<Partial<Record<ImageSize, number>>>
  /** What Batch and Flex cost of the standard price. */
  readonly batchFactor: number
}

/** The facts `Model.evidence` speaks of. */
export const FACTS = [
  'maxInputTokens',
  'maxOutputTokens',
  'maxInputImages',
  'vertexLocations',
  'aspectRatios',
  'imageSizes',
  'pixels',
  'inputTypes',
  'outputTypes',
  'thinking',
  'prices',
  'tokensPerImage',
  'tokensPerInputImage',
  'enforcesThoughtSignatures',
  'successor',
] as const
export type Fact = (typeof FACTS)[number]

/** Where sources disagree, or one disagrees with itself; the text is for users. */
export interface Dispute {
  readonly about: Fact | 'ends'
  readonly text: string
  readonly sources: readonly SourceId[]
}

/** One id and everything known of it. `null` says that nothing is known, never that there is nothing. */
export interface Model {
  readonly id: string
  readonly marketName: string | null
  readonly family: 'gemini-image' | 'imagen' | 'local'
  readonly stage: 'ga' | 'preview'
  /** `null`: never served there. */
  readonly surfaces: Readonly<Record<Surface, SurfaceStatus | null>>
  /** The id that takes over; `null`: none is needed or named. */
  readonly successor: string | null
  readonly vertexLocations: readonly string[] | null
  readonly maxInputTokens: number | null
  readonly maxOutputTokens: number | null
  readonly maxInputImages: number | null
  readonly aspectRatios: readonly AspectRatio[] | null
  /** Sizes that can be asked for; empty: there is no choice and the field has to be left out. */
  readonly imageSizes: readonly ImageSize[] | null
  /** What comes back when no size is asked for. */
  readonly defaultImageSize: ImageSize | null
  readonly pixels: PixelTable | null
  readonly inputTypes: readonly string[] | null
  /** Formats that can come back, the default first. */
  readonly outputTypes: Readonly<Record<Surface, readonly OutputType[]>> | null
  readonly thinking: Thinking | null
  readonly prices: Prices | null
  readonly tokensPerImage: Readonly<Partial<Record<ImageSize, number>>> | null
  readonly tokensPerInputImage: number | null
  /** Whether a model-role image without its thought signature is refused with a 400. */
  readonly enforcesThoughtSignatures: boolean | null
  /** How sure each fact above is and where it comes from; a fact that is `null` has no entry. */
  readonly evidence: Readonly<Partial<Record<Fact, Evidence>>>
  readonly disputes: readonly Dispute[]
}
