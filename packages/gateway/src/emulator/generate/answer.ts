import type { JsonObject } from '../../contract/json-object.ts'
import type { Usage } from '../../contract/result.ts'
import { Base64Bytes } from '../../wire/json-blob.ts'
import type { Asked, Turn, TurnPart } from '../asked.ts'

/** A `GenerateContentResponse` of a whole turn. Camel case, standard base64; images are `Base64Bytes`. */
export function wholeAnswer(turn: Turn, asked: Asked, createTime: string): JsonObject {
  return { ...candidates(turn.parts, turn, asked), ...tail(turn, asked, createTime) }
}

/**
 * The same turn as the chunks of a stream: every chunk a whole response, each part in one of its own, an image never
 * split. A chunk in the middle has no finishReason; counts are cumulative, and whole in the last.
 */
export function chunkedAnswer(turn: Turn, asked: Asked, createTime: string): readonly JsonObject[] {
  if (turn.parts.length === 0) return [wholeAnswer(turn, asked, createTime)]
  const early: Usage = { ...turn.usage, outputTextTokens: 0, outputImageTokens: 0, thoughtTokens: 0 }
  return turn.parts.map((part, index) => {
    const last = index === turn.parts.length - 1
    const said = last ? turn : { ...turn, finishReason: null, usage: early }
    return { ...candidates([part], said, asked, true), ...tail(said, asked, createTime) }
  })
}

function candidates(
  parts: readonly TurnPart[],
  { finishReason, finishMessage }: Turn,
  asked: Asked,
  inStream = false,
): JsonObject {
  if (finishReason === null && !inStream) return {}
  // A refusal has an empty content, and NO_IMAGE none at all, as users report.
  const content = finishReason === 'NO_IMAGE' ? {} : { content: contentOf(parts) }
  const candidate = {
    ...content,
    ...(finishReason !== null && { finishReason }),
    ...(finishMessage !== undefined && { finishMessage }),
    ...(SAFETY_STOPS.has(finishReason ?? '') && { safetyRatings: ratings(asked) }),
    index: 0,
  }
  return { candidates: [candidate] }
}

const SAFETY_STOPS: ReadonlySet<string> = new Set(['SAFETY', 'IMAGE_SAFETY'])

function contentOf(parts: readonly TurnPart[]): JsonObject {
  return parts.length === 0 ? {} : { role: 'model', parts: parts.map(partOf) }
}

function partOf(part: TurnPart): JsonObject {
  const thought = part.thought && { thought: true }
  if (part.kind === 'text') return { text: part.text, ...thought }
  return {
    inlineData: { mimeType: part.mimeType, data: new Base64Bytes(part.base64) },
    ...(part.signature !== null && { thoughtSignature: part.signature }),
    ...thought,
  }
}

function ratings({ surface }: Asked): readonly JsonObject[] {
  const severity = surface === 'vertex' && {
    probabilityScore: 0.92,
    severity: 'HARM_SEVERITY_HIGH',
    severityScore: 0.81,
  }
  return [{ category: 'HARM_CATEGORY_SEXUALLY_EXPLICIT', probability: 'HIGH', ...severity, blocked: true }]
}

function tail(turn: Turn, asked: Asked, createTime: string): JsonObject {
  const { blockReason, hidesUsage, responseId } = turn
  return {
    ...(blockReason !== undefined && { promptFeedback: feedback(blockReason, asked) }),
    ...(hidesUsage !== true && { usageMetadata: usageMetadata(turn, asked) }),
    modelVersion: asked.modelId,
    ...(asked.surface === 'vertex' && { createTime }),
    responseId,
  }
}

function feedback(blockReason: string, { surface }: Asked): JsonObject {
  if (surface !== 'vertex') return { blockReason }
  return { blockReason, blockReasonMessage: 'The prompt could not be submitted. Try rephrasing the prompt.' }
}

/** By modality. On a refusal the thoughts are named as candidates too, and the total counts them once. */
function usageMetadata({ usage, parts }: Turn, asked: Asked): JsonObject {
  const { inputTextTokens, inputImageTokens, outputTextTokens, outputImageTokens, thoughtTokens } = usage
  const prompt = inputTextTokens + inputImageTokens
  const spoken = outputTextTokens + outputImageTokens
  const answered = spoken > 0
  const candidatesTokenCount = answered ? spoken : parts.length === 0 ? thoughtTokens : 0
  return {
    promptTokenCount: prompt,
    ...(candidatesTokenCount > 0 && { candidatesTokenCount }),
    totalTokenCount: prompt + spoken + thoughtTokens,
    promptTokensDetails: promptTokensDetails(usage, asked),
    ...(outputImageTokens > 0 && {
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: outputImageTokens }],
    }),
    ...(thoughtTokens > 0 && { thoughtsTokenCount: thoughtTokens }),
    ...(asked.surface === 'vertex' && { trafficType: 'ON_DEMAND' }),
  }
}

/** What came in, by modality. */
export function promptTokensDetails(
  { inputTextTokens, inputImageTokens }: Usage,
  { inputImages }: Asked,
): readonly JsonObject[] {
  return [
    { modality: 'TEXT', tokenCount: inputTextTokens },
    ...(inputImages > 0 ? [{ modality: 'IMAGE', tokenCount: inputImageTokens }] : []),
  ]
}
