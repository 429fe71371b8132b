import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

/**
 * What a contender takes: Google's own JSON; OpenAI's chat with the image as a data URI, as Portkey reads it; or the form of
 * OpenAI's image edits, where the image is bytes.
 */
export type Dialect = 'gemini' | 'openai' | 'images'

export const MODEL = 'gemini-nano-banana-2.1'
const INSTRUCTION = 'Change the background to a sunset beach while keeping the person identical'
const MIME_TYPE = 'image/jpeg'
const ANSWER_BYTES = 1_500_000

/** What the upstream takes for its own key: a contender has to put it in place of the caller's. */
export const UPSTREAM_KEY = 'AIza-bench'
/** What callers send to contenders that check nothing but its sameness. */
export const CALLER_KEY = 'pl_bench_caller'

/** Of forms. */
export const FORM_BOUNDARY = 'plantain-bench'

type JsonDialect = Exclude<Dialect, 'images'>

/** A file with a request of so many bytes, or a few per cent less. */
export async function writeRequest(folder: string, bytes: number, dialect: Dialect): Promise<string> {
  const file = join(folder, `request-${dialect}-${bytes}`)
  await writeFile(file, dialect === 'images' ? await formOf(bytes) : await jsonOf(bytes, dialect))
  return file
}

async function jsonOf(bytes: number, dialect: JsonDialect): Promise<string> {
  const rest = documentOf('', dialect).length
  return documentOf(await photoOf(bytes - rest), dialect)
}

async function formOf(bytes: number): Promise<Buffer> {
  const head = (name: string, more = '') =>
    `--${FORM_BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n`
  const before = `${head('model')}${MODEL}\r\n${head('prompt')}${INSTRUCTION}\r\n${head('image', `; filename="photo.jpg"\r\ncontent-type: ${MIME_TYPE}`)}`
  const after = `\r\n--${FORM_BOUNDARY}--\r\n`
  const image = await photoOf(((bytes - before.length - after.length) * 4) / 3)
  return Buffer.concat([Buffer.from(before), Buffer.from(image, 'base64'), Buffer.from(after)])
}

/** A file with what the upstream answers to everything: an image as large as Google's of one megapixel. */
export async function writeAnswer(folder: string): Promise<string> {
  const rest = answerOf('').length
  const file = join(folder, 'answer.json')
  await writeFile(file, answerOf(await photoOf(ANSWER_BYTES - rest)))
  return file
}

/** What is looked for, in bytes a pixel: photos of phones and cameras have about that. */
const QUALITY = 90
const GRAIN = 30
/** Enough to see how many bytes a pixel takes. */
const TRIAL = { width: 640, height: 480 }
/**
 * A JPEG as base64 of at most so many bytes. It is grain all over, so that its bytes are where those of photos are, behind
 * a short header, and nothing can profit from their sameness; and it has as many pixels as a photo of its size.
 */
async function photoOf(base64Bytes: number): Promise<string> {
  const byteLength = base64Bytes * 0.75
  const bytesPerPixel = (await grain(TRIAL)).length / (TRIAL.width * TRIAL.height)
  let width = Math.sqrt((byteLength / bytesPerPixel) * (4 / 3))
  for (;;) {
    const bytes = await grain({ width: Math.floor(width), height: Math.floor(width * 0.75) })
    if (bytes.length <= byteLength) return bytes.toString('base64')
    // No two grains are as long.
    width *= 0.99
  }
}

function grain({ width, height }: { readonly width: number; readonly height: number }): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: GRAIN } as const
  const picture = sharp({ create: { width, height, channels: 3, background: '#8a94a0', noise } })
  return picture.jpeg({ quality: QUALITY }).toBuffer()
}

function documentOf(data: string, dialect: JsonDialect): string {
  if (dialect === 'gemini') {
    const parts = [{ text: INSTRUCTION }, { inlineData: { mimeType: MIME_TYPE, data } }]
    return JSON.stringify({ contents: [{ role: 'user', parts }] })
  }
  const content = [
    { type: 'text', text: INSTRUCTION },
    { type: 'image_url', image_url: { url: `data:${MIME_TYPE};base64,${data}` } },
  ]
  return JSON.stringify({ model: MODEL, messages: [{ role: 'user', content }] })
}

function answerOf(data: string): string {
  return JSON.stringify({
    candidates: [
      {
        content: { parts: [{ inlineData: { mimeType: MIME_TYPE, data } }], role: 'model' },
        finishReason: 'STOP',
        index: 0,
      },
    ],
    usageMetadata: {
      promptTokenCount: 270,
      candidatesTokenCount: 1290,
      totalTokenCount: 1560,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 12 },
        { modality: 'IMAGE', tokenCount: 258 },
      ],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
    },
    modelVersion: MODEL,
    responseId: 'bench',
  })
}
