import { ByteRanges, viewOf } from './byte-ranges.ts'
import { JsonBlob } from './json-blob.ts'
import { faultInString } from './json-string.ts'
import { JsonSyntaxError, type SyntaxFault, expectedInString, findSyntaxFault } from './json-syntax.ts'
import { type LongString, createStringScanner } from './skeleton-scanner.ts'
import { BodyTooLargeError, type Lease } from './slabs.ts'

/** A text of more values than whoever reads it takes. */
export class TooManyValuesError extends Error {
  override readonly name = 'TooManyValuesError'

  constructor(maxValues: number) {
    super(`The text has more than ${maxValues} values.`)
  }
}

/** A text of more than long strings than whoever reads it takes. */
export class SkeletonTooLargeError extends Error {
  override readonly name = 'SkeletonTooLargeError'

  constructor(maxJsonBytes: number) {
    super(`The text has more than ${maxJsonBytes} bytes besides its long strings.`)
  }
}

/** A JSON text read without making its long strings strings. */
export interface Skeleton {
  /** What `JSON.parse` gives, with a `JsonBlob` in place of every long string value. */
  readonly value: unknown
  /** Those in it, in their order. */
  readonly blobs: readonly JsonBlob[]
  readonly byteLength: number
  readonly layout: SkeletonLayout
  /** The text as received. Throws once the lease it lies in is released. */
  raw(): readonly Uint8Array[]
}

/** Where everything stands, for `spliceJson`. */
export interface SkeletonLayout {
  /** The text with a stand-in for every long string. */
  readonly json: Buffer
  /** The offset in the text as received of an offset in `json` outside the stand-ins. */
  bodyOffset(offset: number): number
  /** The text as received between two of its offsets. */
  slice(from: number, to: number): readonly Uint8Array[]
}

export interface SkeletonReader {
  /** Takes the next bytes: copied into the lease where there is one, else kept and not to be changed. */
  push(chunk: Uint8Array): void
  /** Throws `JsonSyntaxError` where `JSON.parse` would throw. */
  end(): Skeleton
}

export interface SkeletonOptions {
  /** A string value of this many raw bytes or more becomes a `JsonBlob`; 4 KiB where not given, at least 1. */
  readonly minBlobBytes?: number
  /** `push` throws `BodyTooLargeError` beyond. */
  readonly maxBytes?: number
  /** `end` throws `TooManyValuesError` beyond, before anything is parsed: a value of two bytes takes a hundred once it is. */
  readonly maxValues?: number
  /** `end` throws `SkeletonTooLargeError` beyond, before anything is looked at: of all but the long strings, which count by their stand-ins. */
  readonly maxJsonBytes?: number
  /** Where the bytes are kept. Whoever reserved it releases it, after which nothing of the skeleton can be read. */
  readonly lease?: Lease
}

/** Reads a JSON text as it comes in. */
export function createSkeletonReader(options: SkeletonOptions = {}): SkeletonReader {
  const { minBlobBytes = 4096, maxBytes = Infinity, lease } = options
  const { maxValues = Infinity, maxJsonBytes = Infinity } = options
  const body = new ByteRanges()
  const scanner = createStringScanner(minBlobBytes)
  return {
    push(chunk) {
      if (body.byteLength + chunk.byteLength > maxBytes) throw new BodyTooLargeError(maxBytes)
      for (const piece of lease?.append(chunk) ?? [viewOf(chunk)]) {
        body.append(piece)
        scanner.push(piece)
      }
    },
    end() {
      const { strings, open } = scanner.end()
      return assemble(body, strings, { open, minBlobBytes, maxValues, maxJsonBytes })
    },
  }
}

/** Reads a JSON text that is all there. Throws `JsonSyntaxError` where `JSON.parse` would throw. */
export function readSkeleton(chunks: Iterable<Uint8Array>, options: SkeletonOptions = {}): Skeleton {
  const reader = createSkeletonReader(options)
  for (const chunk of chunks) reader.push(chunk)
  return reader.end()
}

interface Found {
  /** Where a string begins that never ends. */
  readonly open: number | undefined
  readonly minBlobBytes: number
  readonly maxValues: number
  readonly maxJsonBytes: number
}

function assemble(body: ByteRanges, strings: readonly LongString[], found: Found): Skeleton {
  const { open, minBlobBytes, maxValues, maxJsonBytes } = found
  const { byteLength } = body
  const cut = open === undefined ? [] : [{ start: open, end: byteLength, digest: null }]
  const shortened = [...strings, ...cut].reduce((sum, { start, end }) => sum + end - start - minBlobBytes, 0)
  if (byteLength - shortened > maxJsonBytes) throw new SkeletonTooLargeError(maxJsonBytes)
  const layout = layOut(body, [...strings, ...cut], minBlobBytes)
  if (hasMoreValues(layout.json, maxValues)) throw new TooManyValuesError(maxValues)
  const insides = strings.map(({ start, end }) => body.slice(start, end))
  const fault = faultInStrings(insides, strings) ?? faultInCut(body, open)
  if (fault !== undefined) throw new JsonSyntaxError(earlier(fault, structuralFault(layout)))
  const blobs = insides.map((pieces, index) => new JsonBlob(pieces, strings[index]?.digest))
  const value = place(parse(layout), blobs, minBlobBytes)
  return { value, blobs, byteLength, layout, raw: () => body.slice(0, byteLength) }
}

/**
 * Counts what begins or parts values, inside of short strings too: never too few. A value and its comma are two bytes,
 * so that ordinary bodies need no counting.
 */
function hasMoreValues(json: Buffer, maxValues: number): boolean {
  if (json.length <= maxValues) return false
  let count = 1
  for (const byte of json) if (byte === 0x2c || byte === 0x7b || byte === 0x5b) count += 1
  return count > maxValues
}

/**
 * A stand-in is a string of at least `minBlobBytes` letters. No value that stays can be as long, since none is in
 * raw bytes and decoding only shortens it: nothing that a text spells is ever taken for a stand-in.
 */
function layOut(body: ByteRanges, strings: readonly LongString[], minBlobBytes: number): SkeletonLayout {
  const parts: Uint8Array[] = []
  const ends: number[] = []
  const shifts: number[] = []
  const zeros = Buffer.alloc(minBlobBytes, '0')
  let taken = 0
  let shift = 0
  for (const [index, { start, end }] of strings.entries()) {
    const digits = Buffer.from(String(index))
    parts.push(...body.slice(taken, start), zeros.subarray(digits.length), digits)
    const standInBytes = Math.max(minBlobBytes, digits.length)
    ends.push(start - shift + standInBytes)
    shift += end - start - standInBytes
    shifts.push(shift)
    taken = end
  }
  parts.push(...body.slice(taken, body.byteLength))
  return {
    json: Buffer.concat(parts),
    bodyOffset: (offset) => offset + (shifts[lastAtOrBefore(ends, offset)] ?? 0),
    slice: (from, to) => body.slice(from, to),
  }
}

function parse(layout: SkeletonLayout): unknown {
  try {
    return JSON.parse(layout.json.toString())
  } catch (error) {
    const fault = error instanceof SyntaxError ? structuralFault(layout) : undefined
    throw fault === undefined ? error : new JsonSyntaxError(fault)
  }
}

/** Puts the blobs where their stand-ins are. Keeps no call stack, as nesting may be deep. */
function place(parsed: unknown, blobs: readonly JsonBlob[], minBlobBytes: number): unknown {
  const root = [parsed]
  const open: object[] = [root]
  let left = blobs.length
  /** How many blobs it has placed. */
  const settle = (holder: object, key: string | number, value: unknown): number => {
    if (typeof value === 'object' && value !== null) open.push(value)
    if (typeof value !== 'string' || value.length < minBlobBytes) return 0
    const blob = blobs[Number(value.slice(-INDEX_DIGITS))]
    // Assigning to `__proto__` would change what the object is.
    Object.defineProperty(holder, key, { value: blob, configurable: true, enumerable: true, writable: true })
    return 1
  }
  // A stand-in may be missing: of keys that occur twice the last counts.
  for (let holder = open.pop(); holder !== undefined && left > 0; holder = open.pop()) {
    // Entries of lists are made by the million in hostile documents, and thrice as dear as their indices.
    if (Array.isArray(holder))
      for (let at = 0; at < holder.length; at += 1) left -= settle(holder, at, holder[at])
    else for (const [key, value] of Object.entries(holder)) left -= settle(holder, key, value)
  }
  return root[0]
}

/** More than the number of a string ever has; reading all the zeros before it would take longer. */
const INDEX_DIGITS = 10

function faultInStrings(
  insides: readonly (readonly Buffer[])[],
  strings: readonly LongString[],
): SyntaxFault | undefined {
  for (const [index, { start, digest }] of strings.entries()) {
    // No symbol of base64 is one that may not stand in a string.
    if (digest !== null) continue
    const fault = faultIn(insides[index] ?? [], start)
    if (fault !== undefined) return fault
  }
  return undefined
}

function faultInCut(body: ByteRanges, open: number | undefined): SyntaxFault | undefined {
  if (open === undefined) return undefined
  const end = { offset: body.byteLength, expected: 'a closing quote' }
  return faultIn(body.slice(open, body.byteLength), open) ?? end
}

function faultIn(inside: readonly Buffer[], start: number): SyntaxFault | undefined {
  const offset = faultInString(inside)
  if (offset < 0) return undefined
  const found = Buffer.concat(inside)[offset]
  return { offset: start + offset, expected: expectedInString(found) }
}

function structuralFault(layout: SkeletonLayout): SyntaxFault | undefined {
  const fault = findSyntaxFault(layout.json)
  return fault && { ...fault, offset: layout.bodyOffset(fault.offset) }
}

function earlier(fault: SyntaxFault, other: SyntaxFault | undefined): SyntaxFault {
  return other !== undefined && other.offset < fault.offset ? other : fault
}

/** The index of the last of ascending numbers that is not above a limit, or -1. */
function lastAtOrBefore(ascending: readonly number[], limit: number): number {
  let [low, high] = [-1, ascending.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((ascending[middle] ?? Infinity) <= limit) low = middle
    else high = middle - 1
  }
  return low
}
