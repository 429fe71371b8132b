import { sniff } from '../../image/sniff.ts'
import type { Model, Surface } from '../../models/model.ts'
import { SURFACE_LIMITS } from '../../models/surface-limits.ts'
import { invalidArgument } from '../api-error.ts'
import type { AskedImage } from '../asked.ts'
import type { Part } from './content-message.ts'
import { cutShort } from './violation.ts'

export interface ImageReader {
  readonly surface: Surface
  /** `null` for a model that answers text. */
  readonly model: Model | null
  /** What is stored or found at a `fileData.fileUri`; rejects with the `ApiError` to be answered. */
  readonly files: (uri: string) => Promise<AskedImage>
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
  throw invalidArgument(
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
