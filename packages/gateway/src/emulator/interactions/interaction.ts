import type { JsonObject } from '../../contract/json-object.ts'
import { encodeBase64 } from '../../wire/base64.ts'
import { Base64Bytes } from '../../wire/json-blob.ts'
import type { StoredContent, StoredStep } from './conversation.ts'
import type { InteractionFault } from './interaction-error.ts'
import type { Memory } from './memory.ts'

/** Of Google's statuses, those that come up here. */
export type InteractionStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled'

/** One interaction as far as it has come. */
export interface Interaction {
  readonly id: string
  /** Whoever created it. */
  readonly owner: string
  readonly model: string
  readonly status: InteractionStatus
  readonly createdMs: number
  readonly updatedMs: number
  readonly previousId: string | null
  readonly input: readonly StoredStep[]
  /** What came out, as it is written; images are `Base64Bytes`. */
  readonly steps: readonly JsonObject[]
  readonly usage: JsonObject | null
  readonly errors: readonly InteractionFault[]
  readonly memory: Memory
}

/** As it is answered. Output steps only, unless the input is asked for too. */
export function interactionDocument(
  interaction: Interaction,
  { withInput = false }: { readonly withInput?: boolean } = {},
): JsonObject {
  const { previousId, errors, input, steps } = interaction
  return {
    ...interactionHead(interaction),
    role: 'model',
    ...(previousId !== null && { previous_interaction_id: previousId }),
    steps: withInput ? [...input.map(inputStep), ...steps] : steps,
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

function inputStep({ type, contents }: StoredStep): JsonObject {
  return { type, ...(type !== 'thought' && { content: contents.map(inputContent) }) }
}

function inputContent({ content, bytes }: StoredContent): JsonObject {
  return bytes === null ? content : { ...content, data: new Base64Bytes(encodeBase64(bytes)) }
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
