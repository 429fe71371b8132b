import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { findModel } from '../../models/registry.ts'
import { readSkeleton } from '../../wire/skeleton.ts'
import { ApiError } from '../../wire/api-error.ts'
import type { Asked, AskedImage } from '../asked.ts'
import { type GenerateContext, readGenerate } from './generate-rules.ts'

/** Small enough for hundreds of documents, and a real picture all the same. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
export const PHOTO = readFileSync(new URL('../../../../../examples/photos/rocket.jpg', import.meta.url))
export const SIGNATURE = Buffer.from('signed by us??>>').toString('base64')

/** What is known at which address; anything else is refused as the Files API refuses it. */
export const STORED: Readonly<Record<string, AskedImage>> = {
  'https://files/png': { bytes: PNG, mimeType: 'image/png' },
  'gs://bucket/photo.jpg': { bytes: PHOTO, mimeType: 'image/jpeg' },
  'https://files/bmp': { bytes: PNG, mimeType: 'image/bmp' },
}

export const MODEL = 'gemini-nano-banana-2.1'
export const TEXT_MODEL = 'gemini-3.8-flash'

export function context(overrides: Partial<GenerateContext> = {}): GenerateContext {
  const modelId = overrides.modelId ?? MODEL
  return {
    surface: 'ai-studio',
    modelId,
    model: findModel(modelId),
    files: async (uri) => {
      const stored = STORED[uri]
      if (stored === undefined) throw new ApiError(403, `No file ${uri}.`)
      return stored
    },
    knowsSignature: (signature, sha256) => signature === SIGNATURE && sha256 === hash('sha256', PNG),
    ...overrides,
  }
}

/** As the emulator reads a body, or none: strings of so many bytes or more stay blobs. */
export function parsed(document: unknown, minBlobBytes: number): unknown {
  if (document === undefined) return undefined
  return readSkeleton([Buffer.from(JSON.stringify(document))], { minBlobBytes }).value
}

/** Read twice, with short strings as strings and as blobs: both have to agree. */
export async function asked(document: unknown, overrides: Partial<GenerateContext> = {}): Promise<Asked> {
  const short = await readGenerate(parsed(document, 4096), context(overrides))
  const long = await readGenerate(parsed(document, 1), context(overrides))
  if (JSON.stringify(short) === JSON.stringify(long)) return short
  throw new Error('Blobs are read unlike strings.')
}

export async function refusal(
  document: unknown,
  overrides: Partial<GenerateContext> = {},
): Promise<ApiError> {
  const reading = (minBlobBytes: number) => readGenerate(parsed(document, minBlobBytes), context(overrides))
  const short = await apiError(reading(4096))
  const long = await apiError(reading(1))
  if (JSON.stringify(short.envelope) === JSON.stringify(long.envelope)) return short
  throw new Error(`A string: ${short.message} A blob: ${long.message}`)
}

async function apiError(reading: Promise<Asked>): Promise<ApiError> {
  try {
    await reading
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
  throw new Error('It was read.')
}

export function inline(bytes: Uint8Array = PNG, mimeType = 'image/png') {
  return { inlineData: { mimeType, data: Buffer.from(bytes).toString('base64') } }
}

export function user(...parts: readonly unknown[]) {
  return { role: 'user', parts }
}

export function model(...parts: readonly unknown[]) {
  return { role: 'model', parts }
}

/** One turn of the user. */
export function asking(...parts: readonly unknown[]) {
  return { contents: [user(...parts)] }
}

/** An edit of a picture with that `generationConfig`. */
export function editWith(generationConfig: unknown) {
  return { ...asking({ text: 'hi' }, inline()), generationConfig }
}

export function imageWith(imageConfig: unknown) {
  return editWith({ imageConfig })
}
