import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cannedPicture } from '../../packages/gateway/src/emulator/pictures/canned.ts'

/** Which JSON a contender takes: Google's own, or OpenAI's chat with the image as a data URI, as Portkey reads it. */
export type Dialect = 'gemini' | 'openai'

export const MODEL = 'gemini-nano-banana-2.1'
const INSTRUCTION = 'Change the background to a sunset beach while keeping the person identical'
const MIME_TYPE = 'image/jpeg'
const ANSWER_BYTES = 1_500_000

/** What the upstream takes for its own key: a contender has to put it in place of the caller's. */
export const UPSTREAM_KEY = 'AIza-bench'
/** What callers send to contenders that check nothing but its sameness. */
export const CALLER_KEY = 'pl_bench_caller'

/** A file with a request of so many bytes, or a little less: base64 comes in groups of four. */
export async function writeRequest(folder: string, bytes: number, dialect: Dialect): Promise<string> {
  const rest = documentOf('', dialect).length
  const image = await imageOf(bytes - rest, { width: 1024, height: 768 })
  const file = join(folder, `request-${dialect}-${bytes}.json`)
  await writeFile(file, documentOf(image, dialect))
  return file
}

/** A file with what the upstream answers to everything: an image of Google's, 1.5 MB on the wire. */
export async function writeAnswer(folder: string): Promise<string> {
  const rest = answerOf('').length
  const file = join(folder, 'answer.json')
  await writeFile(file, answerOf(await imageOf(ANSWER_BYTES - rest, { width: 1184, height: 864 })))
  return file
}

/** @param base64Bytes How long it is as base64, at most. */
async function imageOf(
  base64Bytes: number,
  size: { readonly width: number; readonly height: number },
): Promise<string> {
  const byteLength = Math.floor(base64Bytes / 4) * 3
  const { bytes } = await cannedPicture({ ...size, mimeType: MIME_TYPE, byteLength })
  return Buffer.from(bytes).toString('base64')
}

function documentOf(data: string, dialect: Dialect): string {
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
