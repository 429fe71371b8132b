import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Seeded, seeded } from '../image/seeded.ts'
import { decodeBase64 } from './base64.ts'
import { JsonBlob } from './json-blob.ts'
import { mutated, pick, randomJson } from './json-document.fixture.ts'
import { type JsonChange, REMOVE, spliceJson } from './json-splice.ts'
import { JsonSyntaxError } from './json-syntax.ts'
import { writeJson } from './json-write.ts'
import { type Skeleton, readSkeleton } from './skeleton.ts'

const DOCUMENTS = Number(process.env['PLANTAIN_FUZZ_DOCUMENTS'] ?? 20_000)
const SEED = Number(process.env['PLANTAIN_FUZZ_SEED'] ?? Date.now() % 2 ** 31)
/** Up to this length a document is cut at every place. */
const EVERY_BORDER_BYTES = 256
/**
 * A key with a backslash in it. Having read one, V8 takes other escaped keys for it, in whatever document they come
 * (https://github.com/nodejs/node/issues/63785): no two calls of `JSON.parse` would be sure to agree any more.
 */
const POISON = /\\(?:\\|u005c)(?:[^"\\]|\\.)*"\s*:/is
const MIN_BLOB_BYTES = [1, 1, 2, 3, 4, 8]

test(
  'every document reads as JSON.parse reads it, wherever it is cut',
  () => {
    console.log(`skeleton: ${DOCUMENTS} documents, PLANTAIN_FUZZ_SEED=${SEED}`)
    const random = seeded(SEED)
    const limit = Error.stackTraceLimit
    // Half the documents are thrown at: stacks would be most of the time.
    Error.stackTraceLimit = 0
    const seen = { accepted: 0, refused: 0, blobs: 0, images: 0, changes: 0 }
    try {
      for (let index = 0; index < DOCUMENTS; index += 1) {
        const whole = randomJson(random)
        const json = random() < 0.5 ? mutated(whole, random) : whole
        if (POISON.test(json.toString())) continue
        const minBlobBytes = pick(random, MIN_BLOB_BYTES)
        try {
          check(json, { minBlobBytes, random, seen })
        } catch (cause) {
          throw new Error(
            `${JSON.stringify(json.toString('latin1'))} (Latin-1), minBlobBytes ${minBlobBytes}`,
            { cause },
          )
        }
      }
    } finally {
      Error.stackTraceLimit = limit
    }
    console.log('skeleton:', seen)
    // The generator still makes what this is about.
    expect(Object.values(seen).every((count) => count > DOCUMENTS / 100)).toBe(true)
  },
  60_000 + DOCUMENTS * 5,
)

interface Checks {
  readonly minBlobBytes: number
  readonly random: Seeded
  readonly seen: Record<'accepted' | 'refused' | 'blobs' | 'images' | 'changes', number>
}

function check(json: Buffer, { minBlobBytes, random, seen }: Checks): void {
  const read = (chunks: readonly Uint8Array[]): Skeleton | JsonSyntaxError => {
    try {
      return readSkeleton(chunks, { minBlobBytes })
    } catch (error) {
      if (error instanceof JsonSyntaxError) return error
      throw error
    }
  }
  const expected = parsed(json)
  const first = read([json])
  if (expected instanceof SyntaxError) {
    seen.refused += 1
    if (!(first instanceof JsonSyntaxError)) throw new Error('accepted')
    const said = /at position (\d+)/.exec(expected.message)?.[1]
    // Positions count UTF-16 units.
    const ascii = json.every((byte) => byte < 0x80)
    if (ascii && said !== undefined && Number(said) !== first.byteOffset)
      throw new Error(`at ${first.byteOffset}, not ${said}`)
  } else {
    seen.accepted += 1
    if (first instanceof JsonSyntaxError) throw first
    const blobs = blobsIn(first.value)
    seen.blobs += blobs.length
    seen.images += blobs.filter((blob) => blob.base64() !== null).length
    const written = JSON.parse(Buffer.concat(writeJson(first.value)).toString())
    if (!same(written, JSON.parse(JSON.stringify(expected.value)), Infinity))
      throw new Error('written otherwise')
    seen.changes += checkSplices(json, first, random)
  }
  // Pieces of different copies, so that they do not lie side by side and are joined again.
  const copy = Buffer.alloc(json.length + 3).subarray(3)
  json.copy(copy)
  for (const border of bordersOf(json, random)) {
    const again = read([json.subarray(0, border), copy.subarray(border)])
    checkSame(again, first, expected, minBlobBytes, border)
  }
  const bytes = Array.from(json, (byte) => Uint8Array.of(byte))
  checkSame(read(bytes), first, expected, minBlobBytes, -1)
}

function checkSame(
  again: Skeleton | JsonSyntaxError,
  first: Skeleton | JsonSyntaxError,
  expected: SyntaxError | { readonly value: unknown },
  minBlobBytes: number,
  border: number,
): void {
  if (first instanceof JsonSyntaxError || expected instanceof SyntaxError) {
    if (again instanceof JsonSyntaxError && again.message === (first as JsonSyntaxError).message) return
    throw new Error(`otherwise when cut at ${border}`, { cause: again })
  }
  if (again instanceof JsonSyntaxError || !same(again.value, expected.value, minBlobBytes))
    throw new Error(`otherwise when cut at ${border}`, { cause: again })
}

function parsed(json: Buffer): SyntaxError | { readonly value: unknown } {
  try {
    return { value: JSON.parse(json.toString()) }
  } catch (error) {
    return error as SyntaxError
  }
}

function bordersOf(json: Buffer, random: Seeded): readonly number[] {
  if (json.length <= EVERY_BORDER_BYTES) return Array.from({ length: json.length + 1 }, (_, border) => border)
  return Array.from({ length: 5 }, () => Math.floor(random() * json.length))
}

/** Equality of what JSON knows, a blob being its text and of the length it says, and no long string being a string. */
function same(actual: unknown, expected: unknown, minBlobBytes: number): boolean {
  if (actual instanceof JsonBlob) {
    if (actual.byteLength < minBlobBytes || actual.text() !== expected) return false
    const [bytes, meant] = [actual.base64(), decodeBase64(actual.text())]
    if (actual.digest !== null && actual.digest.sha256 !== (meant && sha256Of(meant))) return false
    return bytes === null || meant === null ? bytes === meant : bytes.equals(meant)
  }
  if (typeof actual !== 'object' || actual === null || typeof expected !== 'object' || expected === null) {
    return Object.is(actual, expected) && !(typeof actual === 'string' && actual.length >= minBlobBytes)
  }
  if (Array.isArray(actual) !== Array.isArray(expected)) return false
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return false
  const [keys, others] = [Object.keys(actual), Object.keys(expected)]
  return (
    keys.length === others.length &&
    keys.every(
      (key, index) => key === others[index] && same(own(actual, key), own(expected, key), minBlobBytes),
    )
  )
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function own(holder: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, key)?.value
}

function blobsIn(value: unknown): readonly JsonBlob[] {
  if (value instanceof JsonBlob) return [value]
  return typeof value === 'object' && value !== null
    ? Object.keys(value).flatMap((key) => blobsIn(own(value, key)))
    : []
}

/** Nowhere in a document that was made at random. */
const SENTINEL = 71_077_345

/** Changes the document at random places; returns how many. */
function checkSplices(json: Buffer, skeleton: Skeleton, random: Seeded): number {
  const paths = pathsIn(JSON.parse(json.toString()), [])
  checkOutside(json, skeleton, pick(random, paths))
  const changes: JsonChange[] = []
  for (let wanted = 1 + Math.floor(random() * 3); wanted > 0; wanted -= 1) {
    const path = pick(random, paths)
    const holder = at(JSON.parse(json.toString()), path)
    const isObject = typeof holder === 'object' && holder !== null && !Array.isArray(holder)
    const change = pick<JsonChange>(random, [
      { path, value: { é: '"\\/0"', deep: [at(skeleton.value, path)] } },
      { path, value: path.length === 0 ? null : REMOVE },
      isObject
        ? { path: [...path, `added ${wanted}`], value: [at(skeleton.value, path)] }
        : { path, value: 'x' },
    ])
    if (!changes.some((other) => nested(other.path, change.path))) changes.push(change)
  }
  const spliced = Buffer.concat(spliceJson(skeleton, changes))
  const expected = applied(JSON.parse(json.toString()), changes)
  if (!same(JSON.parse(spliced.toString()), expected, Infinity)) {
    throw new Error(`spliced otherwise: ${JSON.stringify(changes)} gave ${spliced.toString('latin1')}`)
  }
  return changes.length
}

/** One value replaced, or removed: all other bytes are there, and what is gone was the value. */
function checkOutside(json: Buffer, skeleton: Skeleton, path: Path): void {
  const replaced = Buffer.concat(spliceJson(skeleton, [{ path, value: SENTINEL }]))
  const place = replaced.indexOf(String(SENTINEL))
  const [before, after] = [replaced.subarray(0, place), replaced.subarray(place + String(SENTINEL).length)]
  const end = json.length - after.length
  const gone = json.subarray(place, end)
  const untouched = json.subarray(0, place).equals(before) && json.subarray(end).equals(after)
  if (!untouched || !same(JSON.parse(gone.toString()), at(JSON.parse(json.toString()), path), Infinity)) {
    throw new Error(`${JSON.stringify(path)} replaced: ${replaced.toString('latin1')}`)
  }
}

type Path = readonly (string | number)[]

function pathsIn(value: unknown, path: Path): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const keys = Array.isArray(value) ? Array.from(value.keys()) : Object.keys(value)
  return [path, ...keys.flatMap((key) => pathsIn(own(value, String(key)), [...path, key]))]
}

function at(value: unknown, path: Path): unknown {
  return path.reduce((holder, step) => own(holder as object, String(step)), value)
}

function nested(one: Path, other: Path): boolean {
  return one.every((step, index) => index >= other.length || step === other[index])
}

function applied(root: unknown, changes: readonly JsonChange[]): unknown {
  const holder = [root]
  const shortened = new Set<unknown[]>()
  for (const { path, value } of changes) {
    const steps = [0, ...path]
    const [parent, key] = [at(holder, steps.slice(0, -1)), String(steps.at(-1))]
    if (value === REMOVE && Array.isArray(parent)) {
      // Indices are those of the document as it was read: what goes keeps its place until all is changed.
      parent[Number(key)] = REMOVE
      shortened.add(parent)
    } else if (value === REMOVE) {
      delete (parent as Record<string, unknown>)[key]
    } else {
      const plain = JSON.parse(JSON.stringify(value))
      Object.defineProperty(parent, key, {
        value: plain,
        configurable: true,
        enumerable: true,
        writable: true,
      })
    }
  }
  for (const list of shortened) list.splice(0, list.length, ...list.filter((element) => element !== REMOVE))
  return holder[0]
}
