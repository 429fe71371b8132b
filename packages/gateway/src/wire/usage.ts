import type { Usage } from '../contract/result.ts'
import type { JsonObject } from '../contract/json-object.ts'
import { countField, objectsField, textField } from './json-field.ts'

/**
 * Google's `usageMetadata` by modality; `null` where it counts nothing. What the details leave over is text:
 * `candidatesTokenCount` exceeds their sum by some hundreds. On a refusal Google names the thoughts as
 * candidates too, which only the total gives away.
 */
export function readUsage(metadata: JsonObject | undefined): Usage | null {
  const prompt = countField(metadata, 'promptTokenCount') ?? 0
  const candidates = countField(metadata, 'candidatesTokenCount') ?? 0
  const thoughts = countField(metadata, 'thoughtsTokenCount') ?? 0
  const toolUse = countField(metadata, 'toolUsePromptTokenCount') ?? 0
  const total = countField(metadata, 'totalTokenCount')
  const inputImage = imageTokens(metadata, 'promptTokensDetails')
  const outputImage = imageTokens(metadata, 'candidatesTokensDetails')
  if (prompt + candidates + thoughts + toolUse + inputImage + outputImage + (total ?? 0) === 0) return null

  const output = total === undefined ? candidates : Math.min(candidates, total - prompt - toolUse - thoughts)
  return {
    inputTextTokens: Math.max(0, prompt - inputImage) + toolUse,
    inputImageTokens: inputImage,
    outputTextTokens: Math.max(0, output - outputImage),
    outputImageTokens: outputImage,
    thoughtTokens: thoughts,
    totalTokens: total ?? prompt + candidates + thoughts + toolUse,
  }
}

function imageTokens(metadata: JsonObject | undefined, details: string): number {
  return objectsField(metadata, details)
    .filter((detail) => textField(detail, 'modality')?.toUpperCase() === 'IMAGE')
    .reduce((sum, detail) => sum + (countField(detail, 'tokenCount') ?? 0), 0)
}
