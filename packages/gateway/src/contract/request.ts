import type { ProviderCredential } from './caller.ts'
import type { ProviderKind } from './provider-kind.ts'
import type { TakeMemory, WireDocument } from './wire.ts'

export const ASPECT_RATIOS = [
  '1:1',
  '2:3',
  '3:2',
  '3:4',
  '4:3',
  '4:5',
  '5:4',
  '9:16',
  '16:9',
  '21:9',
  '1:4',
  '4:1',
  '1:8',
  '8:1',
  '9:21',
] as const
export type AspectRatio = (typeof ASPECT_RATIOS)[number]

export const IMAGE_SIZES = ['512', '1K', '2K', '4K'] as const
export type ImageSize = (typeof IMAGE_SIZES)[number]

/** Formats a result can be written in. */
export const OUTPUT_TYPES = ['image/png', 'image/jpeg', 'image/webp'] as const
export type OutputType = (typeof OUTPUT_TYPES)[number]

/** Of a conversation that is sent whole. */
interface Said {
  /** Whose turn it is part of; missing: the caller's. The last turn is the edit, and what was before is told with it. */
  readonly by?: 'model'
}

export interface TextPart extends Said {
  readonly kind: 'text'
  readonly text: string
}

/** An image as the caller sent it, wherever it lies; what it is, is told by looking at it. */
export interface EncodedImage {
  /** Of `bytes()`, or a few more where that is not known before it is read. */
  readonly byteLength: number
  /** Of `bytes()`, hex, where it is known already. */
  readonly sha256?: string
  /**
   * All of it. May have to be decoded anew at every call, so that an image of ten megabytes is in memory once and
   * not twice: ask when it is needed, and let it go.
   */
  bytes(): Uint8Array
  /**
   * The same in order, a piece at a time; each is good only until the next is asked for. May throw in the middle, where
   * only `bytes` can tell what it is.
   */
  pieces(): Iterable<Uint8Array>
  /** Its base64, standard and padded, where it lies like that; missing or `null`: it has to be made. */
  base64?(): readonly Uint8Array[] | null
}

/** An image that is in memory as it is. */
export function heldImage(bytes: Uint8Array): EncodedImage {
  return { byteLength: bytes.byteLength, bytes: () => bytes, pieces: () => [bytes] }
}

export interface ImagePart extends Said {
  readonly kind: 'image'
  readonly image: EncodedImage
  /** By which a model knows a picture for one that it made. */
  readonly signature?: string
}

/** Text and images in the caller's order: models refer to images by it. */
export type InputPart = TextPart | ImagePart

export interface OutputOptions {
  /** `match`: the ratio of the first image, as near as the model offers it. */
  readonly aspectRatio?: AspectRatio | 'match'
  readonly imageSize?: ImageSize
  readonly mimeType?: OutputType
  /** Of JPEG and lossy WebP, 1 to 100, where `mimeType` asks for one of them. */
  readonly quality?: number
}

/** What has to come back pixel for pixel: nothing, or all that lies outside the mask. */
export const PRESERVES = ['none', 'unmasked'] as const
export type Preserve = (typeof PRESERVES)[number]

/** Results one edit may ask for. */
export const MAX_COUNT = 10

/** What Google's models are told beside the edit, by the names of `generateContent`. Other targets refuse it. */
export interface ModelSettings {
  readonly systemInstruction?: string
  readonly safetySettings?: readonly { readonly category: string; readonly threshold: string }[]
  readonly generationConfig?: {
    readonly temperature?: number
    readonly topP?: number
    readonly maxOutputTokens?: number
    readonly stopSequences?: readonly string[]
    readonly thinkingConfig?: { readonly thinkingLevel: string }
  }
}

/** A day: longer than any edit, and within what timers take. */
export const MAX_TIMEOUT_MS = 86_400_000

/** One instruction applied to zero or more images, as a caller asks for it. */
export interface EditRequest {
  /** Where the caller has to know the id before the end; else one is made. */
  readonly id?: string
  /** The caller's own, in place of the gateway's. */
  readonly credential?: ProviderCredential
  /** Whose it is; missing: nobody's who could come back for it. */
  readonly owner?: string
  /** Providers the caller may use; missing: all. */
  readonly providers?: readonly ProviderKind[]
  /** Only credentials of that environment, and those of none, may be used; missing: those of none. */
  readonly environment?: string
  /** What the edit may not leave; missing: it may go anywhere. */
  readonly regions?: readonly string[]
  /** What the edit may cost at most, by what can be foreseen of it; missing: anything. */
  readonly maxCostMicroUsd?: number
  /** Addresses at Google it refers to, where the target may not be let in: that says nothing of the target's key. */
  readonly references?: readonly string[]
  /** Kinds that can read what the request refers to, such as a file that lies at Google; missing: all. */
  readonly readableBy?: readonly ProviderKind[]
  /** Where what it builds on was made, by the name that results give: it goes there first, where it may. */
  readonly prefer?: string
  /** Where the request came in Google's own dialect: the document, to be forwarded as it is. */
  readonly wire?: WireDocument
  /** A model id or alias; missing: the default of the first target. */
  readonly model?: string
  readonly input: readonly InputPart[]
  /** Same size as the first image; white, or transparent where alpha varies, is what to edit. */
  readonly mask?: Uint8Array
  /** The mask is read by this alone: one whose alpha marks nothing is none. Missing: by whichever says something. */
  readonly maskBy?: 'alpha'
  /** Missing: `unmasked` with a mask, else `none`. */
  readonly preserve?: Preserve
  /** How many results, 1 to `MAX_COUNT`, each an edit of its own under one id and one bill; missing: one. */
  readonly count?: number
  readonly output?: OutputOptions
  readonly settings?: ModelSettings
  /** How many interim images come back beside the result, where the model made any; missing: none. */
  readonly drafts?: number
  /** `any` also accepts images that failed a check. */
  readonly accept?: 'edited' | 'any'
  readonly seed?: number
  /** May a stored result of the very same question answer? */
  readonly cache?: boolean
  readonly timeoutMs?: number
  /** What the request is written in as it goes out, and its answers are collected in; see `WireDocument`. */
  readonly memory?: TakeMemory
}
