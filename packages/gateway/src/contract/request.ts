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

export interface TextPart {
  readonly kind: 'text'
  readonly text: string
}

/** An image as the caller sent it, wherever it lies; what it is, is told by looking at it. */
export interface EncodedImage {
  /** Of `bytes()`, or a few more where that is not known before it is read. */
  readonly byteLength: number
  /**
   * All of it. May have to be decoded anew at every call, so that an image of ten megabytes is in memory once and
   * not twice: ask when it is needed, and let it go.
   */
  bytes(): Uint8Array
}

/** An image that is in memory as it is. */
export function heldImage(bytes: Uint8Array): EncodedImage {
  return { byteLength: bytes.byteLength, bytes: () => bytes }
}

export interface ImagePart {
  readonly kind: 'image'
  readonly image: EncodedImage
}

/** Text and images in the caller's order: models refer to images by it. */
export type InputPart = TextPart | ImagePart

export interface OutputOptions {
  /** `match`: the ratio of the first image, as near as the model offers it. */
  readonly aspectRatio?: AspectRatio | 'match'
  readonly imageSize?: ImageSize
  readonly mimeType?: OutputType
}

/** A day: longer than any edit, and within what timers take. */
export const MAX_TIMEOUT_MS = 86_400_000

/** The methods of a model that are forwarded in their own dialect. */
export type WireMethod = 'generateContent' | 'streamGenerateContent' | 'countTokens'

/** A value of a document in its place; `remove`: the member or element is taken out. */
export type WireChange = { readonly path: readonly (string | number)[] } & (
  | { readonly value: unknown }
  | { readonly image: Uint8Array }
  | { readonly remove: true }
)

/** A request as it was received, in the dialect of Gemini. */
export interface WireDocument {
  readonly method: WireMethod
  /** The version the caller asked for, such as `v1beta`; empty where the path named none. */
  readonly apiVersion: string
  /** Where the images of `input` stand in the document, in their order: paths of the objects that hold `mimeType` and `data`. */
  readonly images: readonly (readonly (string | number)[])[]
  /** The document with changes, in pieces to be sent one after the other: every other byte is as it was received. */
  pieces(changes: readonly WireChange[]): readonly Uint8Array[]
  /** Takes what is streamed back, as it comes. */
  readonly sink?: WireSink
}

/** Where the events of a streamed answer go. */
export interface WireSink {
  /** One event, or the head of an answer that is not a stream. Events are handed over one after the other. */
  write(event: readonly Uint8Array[]): void
}

/** One instruction applied to zero or more images, as a caller asks for it. */
export interface EditRequest {
  /** Where the request came in Google's own dialect: the document, to be forwarded as it is. */
  readonly wire?: WireDocument
  /** A model id or alias; missing: the default of the first target. */
  readonly model?: string
  readonly input: readonly InputPart[]
  /** Same size as the first image; white, or transparent where alpha varies, is what to edit. */
  readonly mask?: Uint8Array
  readonly output?: OutputOptions
  /** `any` also accepts images that failed a check. */
  readonly accept?: 'edited' | 'any'
  readonly seed?: number
  /** May a stored result of the very same question answer? */
  readonly cache?: boolean
  readonly timeoutMs?: number
}
