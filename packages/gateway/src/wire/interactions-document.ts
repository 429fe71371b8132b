import type { JsonObject } from '../contract/json-object.ts'
import type { Usage } from '../contract/result.ts'
import { Base64Bytes } from './json-blob.ts'

/** Of Google's statuses, those that come up here. */
export type InteractionStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled'

/** What went wrong, as it stands in an answer, an event, and among the `errors` of an interaction. */
export interface InteractionFault {
  readonly code: string
  readonly message: string
}

/** One interaction as far as it has come. */
export interface Interaction {
  readonly id: string
  readonly model: string
  readonly status: InteractionStatus
  readonly createdMs: number
  readonly updatedMs: number
  readonly previousId: string | null
  /** What came out, as it is written; images are `Base64Bytes`. */
  readonly steps: readonly JsonObject[]
  readonly usage: JsonObject | null
  readonly errors: readonly InteractionFault[]
}

/** As it is answered: what came out alone, unless steps of its input are to stand before it. */
export function interactionDocument(interaction: Interaction, input: readonly JsonObject[] = []): JsonObject {
  const { previousId, errors, steps } = interaction
  return {
    ...interactionHead(interaction),
    role: 'model',
    ...(previousId !== null && { previous_interaction_id: previousId }),
    steps: [...input, ...steps],
    ...(errors.length > 0 && { errors }),
  }
}

/** The part which events of a stream carry. */
export function interactionHead({ id, model, status, createdMs, updatedMs, usage }: Interaction): JsonObject {
  return {
    id,
    object: 'interaction',
    model,
    status,
    created: isoTime(createdMs),
    updated: isoTime(updatedMs),
    ...(usage !== null && { usage }),
  }
}

export function textContent(text: string): JsonObject {
  return { type: 'text', text }
}

/** @param base64 As ASCII. */
export function imageContent(mimeType: string, base64: Uint8Array): JsonObject {
  return { type: 'image', mime_type: mimeType, data: new Base64Bytes(base64) }
}

/** `google.rpc.Code` of a refusal: FAILED_PRECONDITION, as a guess. */
const REFUSED_RPC_CODE = 9

/** What the model gave out, as steps: none where that was nothing, and no refusal either. */
export function outputSteps(
  content: readonly JsonObject[],
  refusal: InteractionFault | null,
): readonly JsonObject[] {
  if (content.length === 0 && refusal === null) return []
  const error = refusal && { code: REFUSED_RPC_CODE, message: refusal.message }
  return [{ type: 'model_output', content, ...(error && { error }) }]
}

/**
 * How Google tells a refusal here has not been seen. The types of its library have a status, `errors` and an error on
 * the step: all three are used, with the name `generateContent` has for it, so that no client overlooks it.
 *
 * @param reason Google's `finishReason` or `blockReason`.
 */
export function refusalFault(reason: string, message: string): InteractionFault {
  return { code: reason.toLowerCase(), message }
}

/** Of an answer that was stopped for that reason, with something given out before or nothing. */
export function statusOfRefused(reason: string, hasOutput: boolean): InteractionStatus {
  return hasOutput || reason === 'MAX_TOKENS' ? 'incomplete' : 'failed'
}

export function usageDocument(usage: Usage): JsonObject {
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

function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
