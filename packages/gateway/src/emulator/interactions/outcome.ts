import type { JsonObject } from '../../contract/json-object.ts'
import type { Usage } from '../../contract/result.ts'
import { Base64Bytes } from '../../wire/json-blob.ts'
import type { Asked, Turn, TurnPart } from '../asked.ts'
import type { InteractionFault } from './interaction-error.ts'
import type { Interaction, InteractionStatus } from './interaction.ts'
import { type Memory, memoryAfter } from './memory.ts'

export type Outcome = Pick<Interaction, 'status' | 'steps' | 'usage' | 'errors' | 'memory'>

/** What a turn of the model is in this dialect. `before` is what was known when it was asked. */
export function outcomeOf(turn: Turn, asked: Asked, before: Memory): Outcome {
  const refusal = refusalOf(turn)
  return {
    status: statusOf(turn, refusal),
    steps: [...thoughtSteps(turn.parts, asked), ...outputSteps(turn.parts, refusal)],
    usage: turn.hidesUsage ? null : usageOf(turn.usage),
    errors: refusal === null ? [] : [refusal],
    memory: memoryAfter(turn.parts, before),
  }
}

/**
 * How Google tells a refusal here has not been seen. The types of its library have a status, `errors` and an error on
 * the step: all three are used, with the name `generateContent` has for it, so that no client overlooks it.
 */
function refusalOf({ finishReason, finishMessage, blockReason, parts }: Turn): InteractionFault | null {
  const reason = blockReason ?? finishReason ?? 'OTHER'
  if (blockReason === undefined && finishReason === 'STOP') return null
  if (finishReason === null && parts.length > 0) return null
  const message =
    finishMessage ?? (blockReason ? 'The prompt was blocked.' : 'The model did not finish its answer.')
  return { code: reason.toLowerCase(), message }
}

function statusOf({ finishReason, parts }: Turn, refusal: InteractionFault | null): InteractionStatus {
  if (refusal === null) return 'completed'
  return finishReason === 'MAX_TOKENS' || parts.some(({ thought }) => !thought) ? 'incomplete' : 'failed'
}

/** All thinking is one step before the output, with the signature that binds the two. */
function thoughtSteps(parts: readonly TurnPart[], { thoughts }: Asked): readonly JsonObject[] {
  const summary = thoughts ? parts.filter(({ thought }) => thought).map(contentOf) : []
  const signature = parts.map(signatureOf).findLast((found) => found !== null)
  if (signature === undefined && summary.length === 0) return []
  return [{ type: 'thought', ...(signature !== undefined && { signature }), summary }]
}

function signatureOf(part: TurnPart): string | null {
  return part.kind === 'image' ? part.signature : null
}

/** `google.rpc.Code` of a refusal: FAILED_PRECONDITION, as a guess. */
const REFUSED_RPC_CODE = 9

function outputSteps(parts: readonly TurnPart[], refusal: InteractionFault | null): readonly JsonObject[] {
  const content = parts.filter(({ thought }) => !thought).map(contentOf)
  if (content.length === 0 && refusal === null) return []
  return [
    {
      type: 'model_output',
      content,
      ...(refusal !== null && { error: { code: REFUSED_RPC_CODE, message: refusal.message } }),
    },
  ]
}

function contentOf(part: TurnPart): JsonObject {
  if (part.kind === 'text') return { type: 'text', text: part.text }
  return { type: 'image', mime_type: part.mimeType, data: new Base64Bytes(part.base64) }
}

function usageOf(usage: Usage): JsonObject {
  const { inputTextTokens, inputImageTokens, outputTextTokens, outputImageTokens, thoughtTokens } = usage
  return {
    total_input_tokens: inputTextTokens + inputImageTokens,
    total_output_tokens: outputTextTokens + outputImageTokens,
    total_thought_tokens: thoughtTokens,
    total_cached_tokens: 0,
    total_tool_use_tokens: 0,
    total_tokens: usage.totalTokens,
    input_tokens_by_modality: byModality(inputTextTokens, inputImageTokens),
    output_tokens_by_modality: byModality(outputTextTokens, outputImageTokens),
  }
}

function byModality(text: number, image: number): readonly JsonObject[] {
  return [
    { modality: 'text', tokens: text },
    { modality: 'image', tokens: image },
  ].filter(({ tokens }) => tokens > 0)
}
