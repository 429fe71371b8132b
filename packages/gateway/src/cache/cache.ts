import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { EditRequest } from '../contract/request.ts'

/** Results of questions already paid for. */
export interface Cache<Value> {
  get(key: string): Value | undefined
  put(key: string, value: Value, sizeBytes: number): void
}

/** Least recently used results of one process, bounded in bytes. */
export function memoryCache<Value extends object>({ maxBytes }: { readonly maxBytes: number }): Cache<Value> {
  const held = new LRUCache<string, Value>({ maxSize: maxBytes })
  return {
    get: (key) => held.get(key),
    put: (key, value, sizeBytes) => void held.set(key, value, { size: Math.max(1, sizeBytes) }),
  }
}

/** The question itself, hashed: equal exactly when target, model, words, pictures, mask and wishes are. */
export function questionKey(
  target: string,
  model: string,
  { input, mask, preserve, output, settings, seed, wire }: EditRequest,
): string {
  const hash = createHash('sha256')
  // Each field is preceded by its length, so that no two questions can spell the same bytes.
  const add = (field: Uint8Array | string) => hash.update(`${Buffer.byteLength(field)}:`).update(field)
  const { aspectRatio = '', imageSize = '', mimeType = '', quality = '' } = output ?? {}
  const wishes = [aspectRatio, imageSize, mimeType, `${quality}`, `${seed ?? ''}`, preserve ?? '']
  for (const field of [target, model, ...wishes]) add(field)
  add(JSON.stringify(settings ?? null))
  for (const part of input) {
    add(`${part.by ?? ''} ${part.kind} ${part.kind === 'image' ? (part.signature ?? '') : ''}`)
    add(part.kind === 'text' ? part.text : part.image.bytes())
  }
  add(mask ?? '')
  // In a dialect of its own a question has more to it than Plantain reads.
  for (const piece of wire?.pieces([]) ?? []) hash.update(piece)
  return hash.digest('hex')
}
