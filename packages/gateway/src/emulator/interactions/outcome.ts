import type { JsonObject } from '../../contract/json-object.ts'
import {
  imageContent,
  type InteractionFault,
  type InteractionStatus,
  outputSteps,
  refusalFault,
  statusOfRefused,
  textContent,
  usageDocument,
} from '../../wire/interactions-document.ts'
import type { Asked, Turn, TurnPart } from '../asked.ts'
import type { StoredInteraction } from './interaction.ts'
import { type Memory, memoryAfter } from './memory.ts'

export type Outcome = Pick<StoredInteraction, 'status' | 'steps' | 'usage' | 'errors' | 'memory'>

/** What a turn of the model is in this dialect. `before` is what was known when it was asked. */
export function outcomeOf(turn: Turn, asked: Asked, before: Memory): Outcome {
  const refusal = refusalOf(turn)
  const output = turn.parts.filter(({ thought }) => !thought).map(contentOf)
  return {
    status: statusOf(turn, refusal),
    steps: [...thoughtSteps(turn.parts, asked), ...outputSteps(output, refusal)],
    usage: turn.hidesUsage ? null : usageDocument(turn.usage),
    errors: refusal === null ? [] : [refusal],
    memory: memoryAfter(turn.parts, before),
  }
}

function refusalOf({ finishReason, finishMessage, blockReason, parts }: Turn): InteractionFault | null {
  const reason = blockReason ?? finishReason ?? 'OTHER'
  if (blockReason === undefined && finishReason === 'STOP') return null
  if (finishReason === null && parts.length > 0) return null
  const message =
    finishMessage ?? (blockReason ? 'The prompt was blocked.' : 'The model did not finish its answer.')
  return refusalFault(reason, message)
}

function statusOf({ finishReason, parts }: Turn, refusal: InteractionFault | null): InteractionStatus {
  if (refusal === null) return 'completed'
  return statusOfRefused(
    finishReason ?? '',
    parts.some(({ thought }) => !thought),
  )
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

function contentOf(part: TurnPart): JsonObject {
  return part.kind === 'text' ? textContent(part.text) : imageContent(part.mimeType, part.base64)
}
