import type { Answer, AnswerImage } from '../contract/provider.ts'
import type { Usage } from '../contract/result.ts'
import type { ClassifyContext } from './classify.ts'

/** One byte an image is enough: nobody decodes it here. */
export const PIXEL = (value: number): Buffer => Buffer.from([0xff, 0xfb, value])

export const imagePart = (value: number, more: object = {}) => ({
  inlineData: { mimeType: 'image/jpeg', data: PIXEL(value).toString('base64') },
  ...more,
})

export const USAGE_METADATA = {
  promptTokenCount: 615,
  candidatesTokenCount: 2478,
  thoughtsTokenCount: 208,
  totalTokenCount: 3301,
  promptTokensDetails: [
    { modality: 'TEXT', tokenCount: 99 },
    { modality: 'IMAGE', tokenCount: 516 },
  ],
  candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 2240 }],
}

export const USAGE: Usage = {
  inputTextTokens: 99,
  inputImageTokens: 516,
  outputTextTokens: 238,
  outputImageTokens: 2240,
  thoughtTokens: 208,
  totalTokens: 3301,
}

export const CONTEXT: ClassifyContext = {
  costMicroUsd: (usage) => usage.totalTokens,
  hidden: [],
  nowMs: Date.parse('2026-11-22T12:00:00Z'),
}

/** The same document with every name in snake_case. */
export function snaked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snaked)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, inner]) => [
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    snaked(inner),
  ])
  return Object.fromEntries(entries)
}

/** An answer with the bytes of its images in place of what reads them. */
export function spelledOut(answer: Answer) {
  if (answer.kind !== 'image') return answer
  return { ...answer, image: spelled(answer.image), drafts: answer.drafts.map(spelled) }
}

function spelled({ bytes, mimeType }: AnswerImage) {
  return { bytes: bytes(), mimeType }
}
