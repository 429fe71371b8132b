import { sniff } from '../../image/sniff.ts'
import type { Model, Surface } from '../../models/model.ts'
import { SURFACE_LIMITS } from '../../models/surface-limits.ts'
import { type ApiError, invalidArgument } from '../../wire/api-error.ts'
import type { AskedImage } from '../asked.ts'
import type { Part } from './content-message.ts'
import type { OpenFile } from './opened-once.ts'
import { cutShort } from './violation.ts'

export interface ImageReader {
  readonly surface: Surface
  /** `null` for a model that answers text. */
  readonly model: Model | null
  /** What is stored or found at a `fileData.fileUri`. */
  readonly files: OpenFile
}

interface Labelled {
  readonly mimeType?: string | undefined
  readonly fileUri?: string | undefined
}

/** Whether reading it may give an image, by all that is known before. */
export function mayBeImage({ mimeType = '', fileUri = '' }: Labelled): boolean {
  return mimeType === '' ? !isYouTube(fileUri) : isImage(mimeType)
}

/** What a text model takes in one request (Vertex AI's page on image understanding); here no model takes more. */
const MOST_IMAGES = 3000

/**
 * Throws `ApiError` 400. A model's limit is on what it is shown, not on what it made itself before in the same chat.
 * As far as known: neither that nor the words have been seen.
 */
export function mustNotBeTooMany(
  { shown, own }: { readonly shown: number; readonly own: number },
  model: Model | null,
): void {
  const most = model?.maxInputImages ?? MOST_IMAGES
  if (shown > most) throw tooMany(most)
  if (shown + own > MOST_IMAGES) throw tooMany(MOST_IMAGES)
}

function tooMany(most: number) {
  return invalidArgument(`Too many images in the request. This model accepts at most ${most}.`)
}

/**
 * The image of a part; `null` where it has none: words, or a video or PDF on a model that reads them.
 *
 * @throws ApiError 400 for a type the model does not read, bytes over the limit, and bytes that are no image.
 */
export async function readImage(
  { inlineData, fileData }: Part,
  reader: ImageReader,
): Promise<AskedImage | null> {
  if (inlineData !== undefined) {
    const mimeType = inlineData.mimeType ?? ''
    mustBeRead(mimeType, reader)
    mustFitInline(inlineData.data?.byteLength ?? 0, reader)
    return isImage(mimeType)
      ? processable({ bytes: inlineData.data?.bytes() ?? new Uint8Array(), mimeType })
      : null
  }
  if (fileData === undefined) return null
  const { fileUri = '', mimeType = isYouTube(fileUri) ? 'video/mp4' : '' } = fileData
  // What is no image need not be fetched: nothing here looks at it.
  if (mimeType !== '') mustBeRead(mimeType, reader)
  if (mimeType !== '' && !isImage(mimeType)) return null
  const file = await reader.files(fileUri)
  const label = mimeType === '' ? file.mimeType : mimeType
  mustBeRead(label, reader)
  return isImage(label) ? processable({ bytes: file.bytes, mimeType: label }) : null
}

/** Image models that read more than images (their pages and model cards); the registry knows of images only. */
const READS_VIDEO_AND_PDF: ReadonlySet<string> = new Set([
  'gemini-nano-banana-2.1',
  'gemini-3.1-flash-image',
  'gemini-3.1-flash-image-preview',
  'gemini-3.1-flash-lite-image',
])

function mustBeRead(label: string, { model }: ImageReader): void {
  const type = label.toLowerCase()
  const isDocument = type === 'application/pdf' || type.startsWith('video/')
  const known =
    model === null
      ? isDocument || isImage(type) || type.startsWith('audio/')
      : (isDocument && READS_VIDEO_AND_PDF.has(model.id)) ||
        (model.inputTypes?.includes(type) ?? isImage(type))
  if (!known) throw invalidArgument(`Unsupported MIME type: ${cutShort(label)}`)
}

/** Google's words have not been seen. */
function mustFitInline(byteLength: number, { surface }: ImageReader): void {
  const most = SURFACE_LIMITS[surface].maxInlineImageBytes
  if (most === null || byteLength <= most) return
  throw invalidArgument(`Inline data of ${byteLength} bytes exceeds the limit: ${most} bytes per file.`)
}

function processable(image: AskedImage): AskedImage {
  if (sniff(image.bytes).kind === 'image') return image
  throw unprocessableImage()
}

/** As Google words it, whatever is wrong with the bytes. */
export function unprocessableImage(): ApiError {
  return invalidArgument(
    'Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
  )
}

function isImage(mimeType: string): boolean {
  return mimeType.toLowerCase().startsWith('image/')
}

/** The one kind of address that is sent without a type and is no file. */
function isYouTube(uri: string): boolean {
  return /^https:\/\/(?:www\.youtube\.com|youtu\.be)\//.test(uri)
}
