import { skipSpace } from './json-syntax.ts'
import { writeJson } from './json-write.ts'
import type { Skeleton } from './skeleton.ts'

/** In place of a value: the member or element is taken out. */
export const REMOVE: unique symbol = Symbol('remove')

export interface JsonChange {
  /** Keys and indices of the document as it was read; empty for the whole of it. */
  readonly path: readonly (string | number)[]
  /** What `writeJson` can write, or `REMOVE`. */
  readonly value: unknown
}

/**
 * The document with some values replaced, added or removed, in pieces; every other byte is as it was received,
 * spaces, order and spelling of numbers included. A last key that an object lacks is added at its end, and so is the index behind the last of a list; of a key
 * that occurs twice the last counts, as for `JSON.parse`. Throws `RangeError` where a path leads nowhere and where
 * one change lies inside another.
 */
export function spliceJson(skeleton: Skeleton, changes: readonly JsonChange[]): readonly Uint8Array[] {
  const { layout, byteLength } = skeleton
  const start = skipSpace(layout.json, 0)
  const edits = editsAt(layout.json, { start, end: skipValue(layout.json, start) }, planOf(changes))
  const pieces: Uint8Array[] = []
  let taken = 0
  for (const { from, to, bytes } of edits) {
    pieces.push(...layout.slice(taken, layout.bodyOffset(from)), ...bytes)
    taken = layout.bodyOffset(to)
  }
  return [...pieces, ...layout.slice(taken, byteLength)]
}

/** What becomes of a value, or of values inside it. */
type Plan = { readonly value: unknown } | Map<string | number, Plan>

function planOf(changes: readonly JsonChange[]): Plan {
  const root = new Map<string | number, Plan>()
  for (const { path, value } of changes) {
    // The document is the one element of an imagined list.
    const steps = [0, ...path]
    let plan = root
    for (const step of steps.slice(0, -1)) {
      const inner = plan.get(step) ?? new Map<string | number, Plan>()
      if (!(inner instanceof Map))
        throw new RangeError(`A change lies inside another: ${JSON.stringify(path)}.`)
      plan.set(step, inner)
      plan = inner
    }
    const last = steps.at(-1) ?? 0
    if (plan.has(last)) throw new RangeError(`A change lies inside another: ${JSON.stringify(path)}.`)
    plan.set(last, { value })
  }
  return root.get(0) ?? root
}

interface Span {
  readonly start: number
  readonly end: number
}

/** Bytes in place of a span of the document with stand-ins. */
interface Edit {
  readonly from: number
  readonly to: number
  readonly bytes: readonly Uint8Array[]
}

function editsAt(json: Buffer, value: Span, plan: Plan): readonly Edit[] {
  if (plan instanceof Map) return plan.size === 0 ? [] : editsInside(json, value, plan)
  if (plan.value === REMOVE) throw new RangeError('A document cannot be removed from itself.')
  return [{ from: value.start, to: value.end, bytes: writeJson(plan.value) }]
}

/** An element, or a member with its key. */
interface Entry extends Span {
  readonly key: string | number
  readonly value: Span
}

function editsInside(json: Buffer, container: Span, plan: Map<string | number, Plan>): readonly Edit[] {
  const isObject = json[container.start] === BRACE
  const entries = entriesOf(json, container.start, isObject)
  const lastOf = new Map(entries.map((entry) => [entry.key, entry]))
  const edits: Edit[] = []
  const removed = new Set<string | number>()
  const added: Uint8Array[][] = []
  for (const [key, inner] of plan) {
    const entry = lastOf.get(key)
    const value = inner instanceof Map ? undefined : inner.value
    if (entry === undefined) {
      const isNext = isObject
        ? typeof key === 'string'
        : json[container.start] === BRACKET && key === entries.length + added.length
      if (!isNext || inner instanceof Map || value === REMOVE) {
        throw new RangeError(`A path leads nowhere at ${JSON.stringify(key)}.`)
      }
      const bytes = writeJson(value)
      added.push(isObject ? [Buffer.from(`${JSON.stringify(key)}:`), ...bytes] : [...bytes])
    } else if (value === REMOVE) removed.add(key)
    else edits.push(...editsAt(json, entry.value, inner))
  }
  edits.push(...removals(entries, removed))
  if (added.length > 0) {
    const at = entries.at(-1)?.end ?? container.start + 1
    const follows = entries.some(({ key }) => !removed.has(key))
    const bytes = added.flatMap((member, index) => (index > 0 || follows ? [COMMA, ...member] : member))
    edits.push({ from: at, to: at, bytes })
  }
  return edits.toSorted((a, b) => a.from - b.from)
}

/** Takes entries out with one comma each: the one before, or where nothing before stays the one behind. */
function removals(entries: readonly Entry[], removed: ReadonlySet<string | number>): readonly Edit[] {
  const edits: Edit[] = []
  let follows = false
  for (const [index, { key, start, end }] of entries.entries()) {
    if (!removed.has(key)) follows = true
    else if (follows) edits.push({ from: entries[index - 1]?.end ?? start, to: end, bytes: [] })
    else edits.push({ from: start, to: entries[index + 1]?.start ?? end, bytes: [] })
  }
  return edits
}

const COMMA = Buffer.from(',')
const QUOTE = 0x22
const BACKSLASH = 0x5c
const BRACE = 0x7b
const BRACKET = 0x5b

/** The elements or members of a container, in their order; none of a value that is no container. */
function entriesOf(json: Buffer, start: number, isObject: boolean): readonly Entry[] {
  if (!isObject && json[start] !== BRACKET) return []
  const entries: Entry[] = []
  let at = skipSpace(json, start + 1)
  while (json[at] !== 0x7d && json[at] !== 0x5d) {
    const first = at
    let key: string | number = entries.length
    if (isObject) {
      const keyEnd = skipString(json, at)
      key = String(JSON.parse(json.toString('utf8', at, keyEnd)))
      // Over the colon.
      at = skipSpace(json, skipSpace(json, keyEnd) + 1)
    }
    const end = skipValue(json, at)
    entries.push({ key, start: first, end, value: { start: at, end } })
    at = skipSpace(json, end)
    if (json[at] === 0x2c) at = skipSpace(json, at + 1)
  }
  return entries
}

/** The offset after the value that begins at an offset of a text that is known to be JSON. */
function skipValue(json: Buffer, start: number): number {
  let depth = 0
  let at = start
  do {
    const byte = json[at]
    if (byte === QUOTE) at = skipString(json, at)
    else {
      if (byte === BRACE || byte === BRACKET) depth += 1
      else if (byte === 0x7d || byte === 0x5d) depth -= 1
      at += 1
      // A number or word ends at what cannot be part of it.
      if (depth === 0) while (isWordByte(json[at])) at += 1
    }
  } while (depth > 0)
  return at
}

function skipString(json: Buffer, start: number): number {
  let at = start + 1
  while (json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1
  return at + 1
}

/** Letters, digits, sign and point: what numbers, `true`, `false` and `null` are made of. */
function isWordByte(byte = 0): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x41 && byte <= 0x7a && byte !== BRACKET && byte !== 0x5d) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e
  )
}
