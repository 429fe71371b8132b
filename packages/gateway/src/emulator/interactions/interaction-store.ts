import { LRUCache } from 'lru-cache'
import type { Clock } from '../../contract/system.ts'
import { Base64Bytes } from '../../wire/json-blob.ts'
import { isJsonObject } from '../../contract/json-object.ts'
import type { StoredInteraction } from './interaction.ts'

export interface StoreLimits {
  readonly maxCount: number
  /** Of all that is kept of them. */
  readonly maxBytes: number
  readonly lifeMs: number
}

/** Paid projects keep interactions for 55 days (Google's own skill for the Gemini API). */
const PAID_LIFE_MS = 55 * 86_400_000

export const DEFAULT_STORE_LIMITS: StoreLimits = {
  maxCount: 2000,
  maxBytes: 256 * 2 ** 20,
  lifeMs: PAID_LIFE_MS,
}

export interface InteractionStore {
  get(id: string): StoredInteraction | undefined
  put(interaction: StoredInteraction): void
  delete(id: string): void
  clear(): void
}

/** Of what does not fit, the one looked at longest ago is forgotten first. */
export function createInteractionStore(
  clock: Clock,
  { maxCount, maxBytes, lifeMs }: StoreLimits,
): InteractionStore {
  const held = new LRUCache<string, { readonly interaction: StoredInteraction; readonly untilMs: number }>({
    max: maxCount,
    maxSize: maxBytes,
  })
  return {
    get: (id) => {
      const found = held.get(id)
      if (found !== undefined && found.untilMs > clock.now()) return found.interaction
      held.delete(id)
      return undefined
    },
    put: (interaction) => {
      const untilMs = interaction.createdMs + lifeMs
      held.set(interaction.id, { interaction, untilMs }, { size: sizeOf(interaction) })
    },
    delete: (id) => void held.delete(id),
    clear: () => held.clear(),
  }
}

/** What its place in the store takes. */
const BASE_BYTES = 1024
/** An object or a list and its entry in the one that holds it, roughly, as V8 keeps them. */
const NODE_BYTES = 64

/** Everything counts: a body has room for millions of pieces that are next to nothing each. */
function sizeOf({ memory, ...interaction }: StoredInteraction): number {
  return BASE_BYTES + weightOf(interaction) + (memory.lastImage?.byteLength ?? 0)
}

function weightOf(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length
  if (value instanceof Base64Bytes || value instanceof Uint8Array) return NODE_BYTES + value.byteLength
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + weightOf(item), NODE_BYTES)
  return isJsonObject(value) ? weightOf(Object.values<unknown>(value)) : 0
}
