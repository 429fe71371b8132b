import { createHash } from 'node:crypto'
import type { JsonObject } from '../contract/json-object.ts'
import type { WireChange, WireDocument } from '../contract/wire.ts'
import { encodeBase64 } from './base64.ts'
import { keyOf } from './gemini-document.ts'
import { Base64Bytes } from './json-blob.ts'
import { asObject } from './json-field.ts'
import { type JsonChange, REMOVE, spliceJson } from './json-splice.ts'
import type { Skeleton } from './skeleton.ts'

export type WireFacts = Omit<WireDocument, 'pieces' | 'fingerprint'>

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
    fingerprint: () => fingerprintOf(skeleton),
    pieces: (changes) => {
      const all = [...always, ...changes]
      if (all.length === 0) return skeleton.raw()
      return spliceJson(skeleton, [...settings(skeleton.value, all), ...all.flatMap(replacement)])
    },
  }
}

/** Long strings by their digests, where those are known. */
function fingerprintOf({ layout, blobs }: Skeleton): string {
  const hash = createHash('sha256').update(layout.json)
  for (const blob of blobs) {
    if (blob.digest === null) for (const piece of blob.raw()) hash.update(piece)
    else hash.update(blob.digest.sha256)
  }
  return hash.digest('hex')
}

interface Tree {
  [name: string]: Tree | string | number
}

/** Fields that are set go in together: two of them may need the same object around them. */
function settings(document: unknown, changes: readonly WireChange[]): readonly JsonChange[] {
  const wanted: Tree = {}
  for (const change of changes) {
    if (!('set' in change)) continue
    let tree = wanted
    for (const name of change.set.slice(0, -1)) {
      const inner = tree[name]
      tree = typeof inner === 'object' ? inner : (tree[name] = {})
    }
    tree[change.set.at(-1) ?? ''] = change.value
  }
  return settingsIn(asObject(document), wanted, [])
}

function settingsIn(
  object: JsonObject | undefined,
  wanted: Tree,
  path: readonly string[],
): readonly JsonChange[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const key = object === undefined ? name : keyOf(object, name)
    const inner = asObject(object?.[key])
    const here = [...path, key]
    return typeof value === 'object' && inner !== undefined
      ? settingsIn(inner, value, here)
      : [{ path: here, value }]
  })
}

function replacement(change: WireChange): readonly JsonChange[] {
  if ('set' in change) return []
  const { path } = change
  if ('remove' in change) return [{ path, value: REMOVE }]
  if ('image' in change) return [{ path, value: new Base64Bytes(encodeBase64(change.image)) }]
  if ('value' in change) return [{ path, value: change.value }]
  if ('text' in change.part) return [{ path, value: change.part }]
  const { mimeType, image } = change.part
  return [{ path, value: { inlineData: { mimeType, data: new Base64Bytes(encodeBase64(image)) } } }]
}
