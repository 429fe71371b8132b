import sharp, { type Metadata, type Sharp } from 'sharp'
import { fault, type Fault, PlantainError } from '../contract/error.ts'
import type { OutputType } from '../contract/request.ts'
import type { ImageLimits } from './limits.ts'
import type { Raster, Size } from './raster.ts'
import { isBare } from './bare.ts'
import { quickHeader } from './quick-header.ts'
import { type ImageType, sniff } from './sniff.ts'

/** What the header of a picture says; sizes are as seen, after EXIF orientation. */
export interface PhotoFacts {
  readonly type: ImageType
  readonly width: number
  readonly height: number
  readonly hasAlpha: boolean
  /** Whether the bytes are already as a model should see them: upright, sRGB, without private metadata. */
  readonly plain: boolean
}

const TAKEN = 'Send a JPEG, PNG, WebP, GIF, TIFF or AVIF.'

/**
 * Reads the header and holds it against the limits; decodes no pixels.
 * Throws `PlantainError` with code `image_empty`, `image_unsupported`, `image_too_large` or `image_corrupt`.
 * `name` is how messages call the picture: `image 1`, `mask`.
 */
export async function inspectPhoto(
  bytes: Uint8Array,
  limits: ImageLimits,
  name: string,
): Promise<PhotoFacts> {
  mustHoldBytes(bytes.length, limits, name)
  const sniffed = sniff(bytes)
  if (sniffed.kind === 'other') {
    throw new PlantainError(
      'image_unsupported',
      `${name} is not a picture: it looks like ${sniffed.looksLike}. ${TAKEN}`,
    )
  }
  if (sniffed.type === 'image/heic') {
    throw new PlantainError(
      'image_unsupported',
      `${name} is HEIC, which no decoder is installed for. Save it as JPEG first (on an iPhone: Settings, Camera, Formats, Most Compatible).`,
    )
  }
  const { width, height, hasAlpha, upToStandard } = await headerOf(bytes, sniffed.type, name)
  if (width * height > limits.maxPixels) {
    throw new PlantainError(
      'image_too_large',
      `${name} is ${width}x${height} (${megapixels(width * height)}), the limit is ${megapixels(limits.maxPixels)}. Resize it first.`,
    )
  }
  return {
    type: sniffed.type,
    width,
    height,
    hasAlpha,
    plain: upToStandard && isBare(bytes, sniffed.type),
  }
}

/** Throws `PlantainError` with code `image_empty` or `image_too_large`. */
export function mustHoldBytes(byteLength: number, { maxBytes }: ImageLimits, name: string): void {
  if (byteLength === 0) throw new PlantainError('image_empty', `${name} is empty (0 bytes). ${TAKEN}`)
  if (byteLength <= maxBytes) return
  throw new PlantainError(
    'image_too_large',
    `${name} has ${megabytes(byteLength)}, the limit is ${megabytes(maxBytes)}. Save it smaller first.`,
  )
}

interface Header extends Size {
  readonly hasAlpha: boolean
  /** Whether it is upright, sRGB and of 8 bits. */
  readonly upToStandard: boolean
}

async function headerOf(bytes: Uint8Array, type: ImageType, name: string): Promise<Header> {
  const quick = quickHeader(bytes, type)
  if (quick !== null) return { ...quick, upToStandard: true }
  try {
    // The header alone is read here, so a bomb costs nothing; its pixels are counted against the limit next.
    const metadata = await sharp(bytes, { limitInputPixels: false }).metadata()
    const { autoOrient, hasAlpha } = metadata
    return { ...autoOrient, hasAlpha, upToStandard: isPlain(metadata) }
  } catch (cause) {
    throw new PlantainError(corrupt(name, cause))
  }
}

function isPlain(metadata: Metadata): boolean {
  const upright = (metadata.orientation ?? 1) === 1
  const srgb = metadata.space === 'srgb' || metadata.space === 'b-w'
  return upright && srgb && metadata.depth === 'uchar' && (metadata.pages ?? 1) === 1
}

/** Upright, sRGB, 8 bit, first frame, no metadata. Truncated data is an error, never filled in. */
export function openPhoto(bytes: Uint8Array, limits: ImageLimits): Sharp {
  return sharp(bytes, { limitInputPixels: limits.maxPixels, failOn: 'warning', pages: 1 })
    .timeout({ seconds: limits.decodeTimeoutSeconds })
    .autoOrient()
    .toColourspace('srgb')
}

/** Throws `PlantainError` with code `image_corrupt`. */
export async function decodePhoto(bytes: Uint8Array, limits: ImageLimits, name: string): Promise<Raster> {
  try {
    const { data, info } = await openPhoto(bytes, limits)
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, data: plainBytes(data) }
  } catch (cause) {
    throw new PlantainError(corrupt(name, cause))
  }
}

/** The same memory without Node's `Buffer`, whose `slice` shares where `Uint8Array`'s copies. */
export function plainBytes({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length)
}

export function corrupt(name: string, cause: unknown): Fault {
  const said = cause instanceof Error ? cause.message.split('\n', 1)[0] : 'no reason given'
  return fault(
    'image_corrupt',
    `${name} cannot be decoded; it is damaged or cut off (${said}). Export or download it again.`,
  )
}

/** PNG is bit-exact; the others are lossy, at a quality where the loss is not seen. JPEG puts white behind alpha. */
export async function encodeRaster(
  raster: Raster,
  type: OutputType,
  wish: EncodingWish = {},
): Promise<Uint8Array> {
  mustFit(raster, type)
  const picture = sharp(raster.data, {
    raw: { width: raster.width, height: raster.height, channels: 4 },
    limitInputPixels: false,
  })
  return write(isOpaque(raster) ? picture.removeAlpha() : picture, type, wish).toBuffer()
}

/** Throws `unsupported_option` where the format itself cannot hold so many pixels in a row or column. */
export function mustFit(size: Size, type: OutputType): void {
  const unwritable = sideFault(size, type)
  if (unwritable !== null) throw new PlantainError(unwritable)
}

/** The same as a value. */
export function sideFault({ width, height }: Size, type: OutputType): Fault | null {
  if (Math.max(width, height) <= MAX_SIDE[type]) return null
  return fault(
    'unsupported_option',
    `${type} holds at most ${MAX_SIDE[type]} pixels a side, the result has ${width}x${height}. Choose PNG, or resize it.`,
  )
}

/** Of the formats themselves: 14 bits in WebP, 16 in JPEG; PNG's 31 bits are beyond the pixel limit. */
export const MAX_SIDE: Record<OutputType, number> = {
  'image/png': Infinity,
  'image/jpeg': 65_535,
  'image/webp': 16_383,
}

export interface EncodingWish {
  /** Of JPEG and lossy WebP, 1 to 100; missing: one where the loss is not seen. */
  readonly quality?: number
  /** Bit-exact where the format can be. */
  readonly lossless?: boolean
}

/** Appends the encoder to a pipeline. */
export function write(
  picture: Sharp,
  type: OutputType,
  { quality, lossless = false }: EncodingWish = {},
): Sharp {
  switch (type) {
    case 'image/png':
      // Level 6 is a third of the time of 9 for 2 % more bytes on photographs.
      return picture.png({ compressionLevel: 6 })
    case 'image/jpeg':
      return picture
        .flatten({ background: '#ffffff' })
        .jpeg({ quality: quality ?? 95, chromaSubsampling: '4:4:4' })
    case 'image/webp':
      return lossless
        ? picture.webp({ lossless, exact: true })
        : picture.webp({ quality: quality ?? 92, smartSubsample: true })
  }
}

export function isOpaque({ data }: Raster): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false
  return true
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1)} MB`
}

function megapixels(pixels: number): string {
  return `${(pixels / 1e6).toFixed(1)} MP`
}
