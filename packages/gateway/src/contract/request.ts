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

/** Encoded image bytes as the caller sent them; what they are is told by looking at them. */
export interface ImagePart {
  readonly kind: 'image'
  readonly bytes: Uint8Array
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

/** One instruction applied to zero or more images, as a caller asks for it. */
export interface EditRequest {
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
