import type { AspectRatio, ImageSize } from '../contract/request.ts'
import type { Usage } from '../contract/result.ts'
import type { Model, Surface } from '../models/model.ts'
import type { Call } from './call.ts'
import type { BlockReason, FinishReason } from './reasons.ts'

/** An image that came with a request, or was stored by one. */
export interface AskedImage {
  readonly bytes: Uint8Array
  /** As labelled, not as it is. */
  readonly mimeType: string
}

/** What a model is asked to do, whichever dialect said it. */
export interface Asked {
  readonly surface: Surface
  /** `null` for a model that answers text. */
  readonly model: Model | null
  readonly modelId: string
  /** The words of the last turn of the user. */
  readonly instruction: string
  /** The images an edit starts from: those of the last user turn, or the last one before it. The first is the photo. */
  readonly images: readonly AskedImage[]
  /** White is what may change: Imagen has masks, Gemini has none. */
  readonly mask?: Uint8Array
  /** Images and characters of all turns, for the bill. */
  readonly inputImages: number
  readonly inputChars: number
  readonly wantsText: boolean
  readonly wantsImage: boolean
  readonly thoughts: boolean
  readonly aspectRatio?: AspectRatio
  readonly imageSize?: ImageSize
  readonly mimeType?: 'image/png' | 'image/jpeg'
  readonly jpegQuality?: number
  readonly seed?: number
  /** Images wanted: 1 to 4 where Imagen is asked, else 1. */
  readonly count: number
}

export type TurnPart =
  | { readonly kind: 'text'; readonly text: string; readonly thought: boolean }
  | {
      readonly kind: 'image'
      /** Standard base64, as ASCII bytes ready to be sent. */
      readonly base64: Uint8Array
      /** Hex SHA-256 of the image's bytes. */
      readonly sha256: string
      readonly byteLength: number
      readonly mimeType: string
      readonly thought: boolean
      /** Base64; `null` on models that sign nothing. */
      readonly signature: string | null
    }

/** What the model did, before a dialect writes it down. */
export interface Turn {
  readonly parts: readonly TurnPart[]
  /** `null`: no candidate at all. */
  readonly finishReason: FinishReason | null
  readonly finishMessage?: string
  readonly blockReason?: BlockReason
  readonly usage: Usage
  /** Whether the answer keeps silent about it. */
  readonly hidesUsage?: true
  readonly responseId: string
}

/** Makes what a model answers: waits, fails or refuses as the call's faults say, and bills. */
export type TurnMaker = (asked: Asked, call: Call) => Promise<Turn>
