import { ASPECT_RATIOS, type AspectRatio, IMAGE_SIZES, type ImageSize } from '../contract/request.ts'

/** What a `size` of OpenAI's is here. */
export interface Shape {
  readonly aspectRatio: AspectRatio
  readonly imageSize: ImageSize
}

/** Sizes that OpenAI's models have or had; `null`: the model chooses. The page for its clients is made from it. */
export const OPENAI_SIZES: Readonly<Record<string, Shape | null>> = {
  auto: null,
  '1024x1024': { aspectRatio: '1:1', imageSize: '1K' },
  '1536x1024': { aspectRatio: '3:2', imageSize: '1K' },
  '1024x1536': { aspectRatio: '2:3', imageSize: '1K' },
  '256x256': { aspectRatio: '1:1', imageSize: '512' },
  '512x512': { aspectRatio: '1:1', imageSize: '512' },
  '1792x1024': { aspectRatio: '16:9', imageSize: '1K' },
  '1024x1792': { aspectRatio: '9:16', imageSize: '1K' },
}

/** For every other `WIDTHxHEIGHT`: up to how many pixels a size class is taken. More than the last are refused. */
export const PIXELS_UP_TO: Readonly<Record<ImageSize, number>> = {
  '512': 500_000,
  '1K': 2_000_000,
  '2K': 8_000_000,
  '4K': 20_000_000,
}

/** How far the ratio of such a size may be off one of ours, as a quotient: as far as Google's own pixels are. */
export const SIZE_TOLERANCE = 1.033

/** What `quality` asks for where `size` leaves it open; `null`: the model chooses. */
export const OPENAI_QUALITIES: Readonly<Record<string, ImageSize | null>> = {
  auto: null,
  low: '512',
  medium: '1K',
  standard: '1K',
  high: '2K',
  hd: '2K',
  xhigh: '4K',
  max: '4K',
}

/** What an answer says of a picture's size class. */
const QUALITY_OF = {
  '512': 'low',
  '1K': 'medium',
  '2K': 'high',
  '4K': 'max',
} as const satisfies Record<ImageSize, string>

export type AnsweredQuality = (typeof QUALITY_OF)[ImageSize]

export type ReadSize =
  | { readonly kind: 'shape'; readonly shape: Shape | null }
  /** Why not, as the end of a sentence that begins with the field. */
  | { readonly kind: 'mistake'; readonly why: string }

/** Reads a `size`: one of the table, or any width and height whose ratio is one of ours. */
export function readSize(text: string): ReadSize {
  const listed = Object.hasOwn(OPENAI_SIZES, text) ? OPENAI_SIZES[text] : undefined
  if (listed !== undefined) return { kind: 'shape', shape: listed }
  const [, width, height] = (/^(\d{2,5})x(\d{2,5})$/.exec(text) ?? []).map(Number)
  if (width === undefined || height === undefined || width * height === 0) {
    return { kind: 'mistake', why: 'is neither auto nor WIDTHxHEIGHT, such as 1536x1024' }
  }
  const imageSize = classOf(width * height)
  if (imageSize === null) {
    return { kind: 'mistake', why: `has more than the ${PIXELS_UP_TO['4K']} pixels that any model makes` }
  }
  const off = (ratio: AspectRatio) => quotient(ratio, width / height)
  const [aspectRatio] = ASPECT_RATIOS.toSorted((a, b) => off(a) - off(b))
  if (aspectRatio === undefined || off(aspectRatio) > SIZE_TOLERANCE) {
    return {
      kind: 'mistake',
      why: `has a ratio that no model makes. Choose a width and height of ${ASPECT_RATIOS.join(', ')}, or auto`,
    }
  }
  return { kind: 'shape', shape: { aspectRatio, imageSize } }
}

/** The quality that a picture of so many pixels is answered as. */
export function qualityOf(pixels: number): AnsweredQuality {
  return QUALITY_OF[classOf(pixels) ?? '4K']
}

function classOf(pixels: number): ImageSize | null {
  return IMAGE_SIZES.find((size) => pixels <= PIXELS_UP_TO[size]) ?? null
}

function quotient(ratio: AspectRatio, other: number): number {
  const [width = 1, height = 1] = ratio.split(':').map(Number)
  const found = width / height / other
  return Math.max(found, 1 / found)
}
