import type { WireChange, WireDocument } from '../contract/wire.ts'
import { encodeBase64 } from './base64.ts'
import { Base64Bytes } from './json-blob.ts'
import { type JsonChange, REMOVE, spliceJson } from './json-splice.ts'
import type { Skeleton } from './skeleton.ts'

export type WireFacts = Omit<WireDocument, 'pieces'>

/**
 * A document as it was received, to be forwarded. `always` are changes that every target gets, such as the gateway's own
 * options taken out.
 */
export function wireDocument(
  skeleton: Skeleton,
  facts: WireFacts,
  always: readonly WireChange[] = [],
): WireDocument {
  return {
    ...facts,
    pieces: (changes) => {
      const all = [...always, ...changes]
      return all.length === 0 ? skeleton.raw() : spliceJson(skeleton, all.map(jsonChange))
    },
  }
}

function jsonChange(change: WireChange): JsonChange {
  const { path } = change
  if ('remove' in change) return { path, value: REMOVE }
  return { path, value: 'image' in change ? new Base64Bytes(encodeBase64(change.image)) : change.value }
}
