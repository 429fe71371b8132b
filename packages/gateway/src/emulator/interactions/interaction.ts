import type { JsonObject } from '../../contract/json-object.ts'
import { encodeBase64 } from '../../wire/base64.ts'
import { type Interaction, interactionDocument } from '../../wire/interactions-document.ts'
import { Base64Bytes } from '../../wire/json-blob.ts'
import type { StoredContent, StoredStep } from './conversation.ts'
import type { Memory } from './memory.ts'

/** One interaction as far as it has come, with what it is remembered by. */
export interface StoredInteraction extends Interaction {
  /** Whoever created it. */
  readonly owner: string
  readonly input: readonly StoredStep[]
  readonly memory: Memory
}

/** As it is answered. Output steps only, unless the input is asked for too. */
export function storedDocument(
  interaction: StoredInteraction,
  { withInput = false }: { readonly withInput?: boolean } = {},
): JsonObject {
  return interactionDocument(interaction, withInput ? interaction.input.map(inputStep) : [])
}

function inputStep({ type, contents }: StoredStep): JsonObject {
  return { type, ...(type !== 'thought' && { content: contents.map(inputContent) }) }
}

function inputContent({ content, bytes }: StoredContent): JsonObject {
  return bytes === null ? content : { ...content, data: new Base64Bytes(encodeBase64(bytes)) }
}
