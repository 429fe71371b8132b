import type { Attempt } from './attempt.ts'
import type { ErrorCode } from './error.ts'
import type { JsonObject } from './json-object.ts'
import type { Charged, Outcome } from './outcome.ts'
import type { WireAnswer } from './wire.ts'

/** An image of a result, encoded. `mimeType` is sniffed from the bytes. */
export interface ResultImage {
  /** May be decoded only once it is asked for. */
  readonly bytes: Uint8Array
  readonly byteLength: number
  /** See `EncodedImage`. */
  readonly base64?: (() => readonly Uint8Array[] | null) | undefined
  readonly mimeType: string
  readonly width: number
  readonly height: number
  /** Hex. */
  readonly sha256: string
  /** By which the model will know it again, where it is as the model gave it. */
  readonly signature?: string
}

/** Tokens as the provider counted them. */
export interface Usage {
  readonly inputTextTokens: number
  readonly inputImageTokens: number
  readonly outputTextTokens: number
  readonly outputImageTokens: number
  readonly thoughtTokens: number
  readonly totalTokens: number
}

/** Something the caller should know although the edit went on. */
export interface Notice {
  readonly code:
    | 'model_alias'
    | 'model_migrated'
    | 'model_ending'
    | 'image_reencoded'
    | 'mime_mislabelled'
    | 'drafts_dropped'
    | 'lossy_output'
    | 'put_back'
    | 'understood'
    | 'price_unknown'
    | 'late_result'
  readonly text: string
  /** Of `model_migrated` and `model_ending`: the same for programs. */
  readonly model?: ModelNews
}

/** A model that is over, or will be. */
export interface ModelNews {
  readonly id: string
  /** What takes its place; `null`: nothing is on record. */
  readonly successor: string | null
  /** As a sentence without its full stop. */
  readonly why: string
}

/** What was found out about the answer. `null`: the check does not apply. */
export interface Checks {
  /** Does the image differ from the photo beyond what re-encoding does? */
  readonly changed: boolean | null
  /** Is the ratio the one asked for, within 3.3 %? */
  readonly ratio: boolean | null
  /** Is the size the one asked for? */
  readonly size: boolean | null
  /** Is what lies outside the mask as it was, pixel for pixel? */
  readonly preserved: boolean | null
  /** Was the image labelled as what it is? */
  readonly label: boolean | null
  /** Mean absolute difference to the photo, 0 (same) to 1, compared at 64 by 64 px. */
  readonly drift: number | null
}

export interface ResultError {
  readonly code: ErrorCode
  readonly message: string
  /** Where the code is explained. */
  readonly docs: string
  /** How long the provider asks to wait, where it does. */
  readonly waitMs?: number
  /** Google's finishReason or blockReason, where it gave one. */
  readonly reason?: string
  /** Google's safety ratings, where it gave any. */
  readonly safety?: readonly JsonObject[]
}

/** A picture of a request by what can be said of it without showing it. */
export interface SourceSeen {
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
  /** As sniffed. */
  readonly type: string
}

/** A result of several that did not come. */
export interface MissingResult {
  /** Which one, counted from 0. */
  readonly index: number
  readonly code: ErrorCode
  readonly message: string
}

export interface EditResult {
  readonly id: string
  readonly outcome: Outcome
  /** Why, where the outcome is not `edited`. */
  readonly error: ResultError | null
  /** What made it; `null` where the edit ended before one was chosen. */
  readonly model: string | null
  readonly requestedModel: string | null
  readonly target: string | null
  /** Whether a fallback the caller did not name first made this. */
  readonly degraded: boolean
  readonly images: readonly ResultImage[]
  /** Interim images as the model made them, oldest first, where they were asked for; none where only the mask was put back. */
  readonly drafts?: readonly ResultImage[]
  /** Of several results those that did not come; empty where one was asked for. */
  readonly missing: readonly MissingResult[]
  readonly text: string
  readonly checks: Checks
  readonly attempts: readonly Attempt[]
  readonly charged: Charged
  readonly costMicroUsd: number
  readonly usage: Usage | null
  readonly notices: readonly Notice[]
  /** The pictures that came in, as far as they were looked at. */
  readonly sources: readonly SourceSeen[]
  /** What the target answered, verbatim, where the request was forwarded in its own dialect. */
  readonly wire?: WireAnswer
}

/** What is told of an image, wherever its bytes are. */
export type ImageFacts = Omit<ResultImage, 'bytes' | 'byteLength' | 'base64' | 'signature'>

export interface InlineImage extends ImageFacts {
  /** Standard base64. */
  readonly data: string
}

/** `EditResult` as JSON: what the native door, `plantain edit --json` and `editImage()` give, its images in it. */
export interface ResultDocument<Image extends ImageFacts = InlineImage> extends Omit<
  EditResult,
  'images' | 'drafts' | 'sources' | 'wire'
> {
  readonly images: readonly Image[]
}
