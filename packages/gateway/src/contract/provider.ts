import type { AttemptBounds } from './attempt-bounds.ts'
import type { Fault } from './error.ts'
import type { JsonObject } from './json-object.ts'
import type { Charged } from './outcome.ts'
import type { ProviderCredential } from './caller.ts'
import type { ProviderKind } from './provider-kind.ts'
import type { AspectRatio, EncodedImage, ImageSize, ModelSettings, OutputType } from './request.ts'
import type { TakeMemory, WireAnswer, WireCall } from './wire.ts'
import type { Notice, Usage } from './result.ts'

export { PROVIDER_KINDS, type ProviderKind } from './provider-kind.ts'

/** What a provider takes of a model, so that a request can be made to suit it. */
export interface TargetLimits {
  /** Formats taken as they are; others are converted first. */
  readonly imageTypes: readonly string[]
  /** Largest single image, in encoded bytes before base64. */
  readonly maxImageBytes: number
  /** Largest whole request in bytes, base64 included. */
  readonly maxRequestBytes: number
  readonly maxImages: number
  readonly aspectRatios: readonly AspectRatio[]
  readonly imageSizes: readonly ImageSize[]
  /** Whether a mask can be said at all. */
  readonly mask: boolean
  /** Whether it takes what was said before, and settings of a model: a model does, that reads more than one instruction. */
  readonly converses: boolean
  /** Keeps the photo's own frame where no ratio is asked for, to the pixel. */
  readonly keepsFrame: boolean
}

interface Said {
  /** Whose turn it is part of; missing: the caller's. */
  readonly by?: 'model'
}

export interface FittedText extends Said {
  readonly kind: 'text'
  readonly text: string
}
export interface FittedImage extends Said {
  readonly kind: 'image'
  readonly bytes: Uint8Array
  readonly mimeType: string
  readonly width: number
  readonly height: number
  readonly signature?: string
}
export type FittedPart = FittedText | FittedImage

/** One attempt's request, already fitted to the target's limits. */
export interface ProviderRequest {
  /** The id the provider knows. */
  readonly model: string
  readonly input: readonly FittedPart[]
  /** An 8-bit greyscale PNG of the first image's size, white = edit. */
  readonly mask?: Uint8Array
  readonly aspectRatio?: AspectRatio
  readonly imageSize?: ImageSize
  readonly mimeType?: OutputType
  /** Of `mimeType`, 1 to 100. */
  readonly quality?: number
  readonly seed?: number
  readonly settings?: ModelSettings
  /** Whether only images are to come back, and no words. */
  readonly imagesOnly?: true
  /** For what is written and what is answered, as long as the edit lasts; missing: memory of its own. */
  readonly memory?: TakeMemory
  /** The request in its caller's own dialect, which the target speaks: sent in place of all the above. */
  readonly wire?: WireCall
}

export interface AnswerImage extends EncodedImage {
  /** As the provider labelled it. */
  readonly mimeType: string
  /** By which the model will know it again. */
  readonly signature?: string
}

interface Billed {
  readonly usage: Usage | null
  readonly costMicroUsd: number
  readonly charged: Charged
  readonly notices: readonly Notice[]
}

/** What came of one attempt. Expected failures are values, so that the route can weigh them. */
export type Answer = (
  | ({
      readonly kind: 'image'
      /** The final image: the last one that is not a thought. */
      readonly image: AnswerImage
      /** Interim images the model made on the way, oldest first. */
      readonly drafts: readonly AnswerImage[]
      readonly text: string
      readonly status: number | null
      /** Whether it differs from the first image of the request, where the target knows for sure. */
      readonly changed?: boolean
      /** Whether all that lies outside the mask is as it was, where the target took a mask and knows for sure. */
      readonly preserved?: boolean
    } & Billed)
  | ({
      /** A 200 that is not an edit: the model spoke, or was stopped. */
      readonly kind: 'refusal'
      readonly outcome: 'blocked' | 'no_image'
      /** Google's finishReason or blockReason, verbatim. */
      readonly reason: string
      /** Google's safety ratings, of the prompt or of what was made. */
      readonly safety: readonly JsonObject[]
      readonly message: string
      readonly text: string
      readonly status: number
    } & Billed)
  | { readonly kind: 'fault'; readonly fault: Fault }
) & {
  /** Where the request went out in its own dialect and anything came back. */
  readonly wire?: WireAnswer
}

export interface SendOptions extends AttemptBounds {
  /** Used in place of the target's own. */
  readonly credential?: ProviderCredential
}

export interface Provider {
  readonly kind: ProviderKind
  /** How the target is called in results and logs: `local`, `ai-studio`, `vertex:global`. */
  readonly target: string
  /** The dialect a request may be forwarded in as it came; `null`: it has to be written anew. */
  readonly dialect: 'gemini' | null
  limits(model: string): TargetLimits
  /**
   * Rejects only on a bug. An abort is a fault with code `cancelled` that knows whether it was sent, and so does the
   * fault of a timeout. Where nothing is ever billed, `leaving` ends an attempt at any time.
   */
  send(request: ProviderRequest, options: SendOptions): Promise<Answer>
}
