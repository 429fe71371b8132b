import { faultInString } from './json-string.ts'

/** A text that is no JSON. */
export class JsonSyntaxError extends SyntaxError {
  override readonly name = 'JsonSyntaxError'
  /** The first byte that cannot be right; the length of the text where it ends too early. */
  readonly byteOffset: number
  /** What would have been right there, such as `',' or '}'`. */
  readonly expected: string

  constructor(fault: SyntaxFault) {
    super(`Not JSON: expected ${fault.expected} at byte ${fault.offset}.`)
    this.byteOffset = fault.offset
    this.expected = fault.expected
  }
}

export interface SyntaxFault {
  readonly offset: number
  readonly expected: string
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING = { 0x7b: '}', 0x5b: ']' } as const
const LITERALS: Readonly<Record<number, Buffer>> = {
  0x74: Buffer.from('true'),
  0x66: Buffer.from('false'),
  0x6e: Buffer.from('null'),
}

/**
 * Finds where a text stops being JSON, which `JSON.parse` says for some errors only, and in UTF-16 units.
 * `undefined` where nothing is wrong. Keeps no call stack, as nesting may be deep.
 */
export function findSyntaxFault(json: Buffer): SyntaxFault | undefined {
  try {
    readDocument(json)
    return undefined
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { offset: error.byteOffset, expected: error.expected }
    throw error
  }
}

function readDocument(json: Buffer): void {
  /** Whether each open container is an object. */
  const open: boolean[] = []
  let at = skipSpace(json, 0)
  for (;;) {
    // Here a value begins.
    const byte = json[at]
    if (byte === 0x7b || byte === 0x5b) {
      const inside = skipSpace(json, at + 1)
      if (json[inside] !== OPENING[byte].codePointAt(0)) {
        open.push(byte === 0x7b)
        at = byte === 0x7b ? readKey(json, inside, "a property name in quotes or '}'") : inside
        continue
      }
      at = inside + 1
    } else {
      at = readScalar(json, at)
    }
    // Here one has ended.
    for (;;) {
      at = skipSpace(json, at)
      const inObject = open.at(-1)
      if (inObject === undefined) {
        if (at < json.length) refuse(at, 'the end of the text')
        return
      }
      if (json[at] === 0x2c) {
        at = skipSpace(json, at + 1)
        if (inObject) at = readKey(json, at, 'a property name in quotes')
        break
      }
      if (json[at] !== (inObject ? 0x7d : 0x5d)) refuse(at, inObject ? "',' or '}'" : "',' or ']'")
      open.pop()
      at += 1
    }
  }
}

/** Reads a key and its colon; returns where the value begins. */
function readKey(json: Buffer, start: number, expected: string): number {
  if (json[start] !== QUOTE) refuse(start, expected)
  const at = skipSpace(json, readString(json, start))
  if (json[at] !== 0x3a) refuse(at, "':'")
  return skipSpace(json, at + 1)
}

/** Reads a string, a number or a word; returns the offset after it. */
function readScalar(json: Buffer, start: number): number {
  const byte = json[start] ?? 0
  if (byte === QUOTE) return readString(json, start)
  if (byte === 0x2d || isDigit(byte)) return readNumber(json, start)
  const word = LITERALS[byte]
  if (word === undefined) refuse(start, 'a value')
  const wrong = word.findIndex((letter, index) => json[start + index] !== letter)
  if (wrong >= 0) refuse(start + wrong, `'${word.toString()}'`)
  return start + word.length
}

function readString(json: Buffer, start: number): number {
  let end = start + 1
  while (end < json.length && json[end] !== QUOTE) end += json[end] === BACKSLASH ? 2 : 1
  const inside = json.subarray(start + 1, end)
  const fault = faultInString([inside])
  if (fault >= 0) refuse(start + 1 + fault, expectedInString(inside[fault]))
  if (end >= json.length) refuse(json.length, 'a closing quote')
  return end + 1
}

/** What should have stood in a string in place of the byte `faultInString` found. */
export function expectedInString(found: number | undefined): string {
  return found !== undefined && found < 0x20 ? 'no control character in a string' : 'an escape that JSON has'
}

function readNumber(json: Buffer, start: number): number {
  let at = json[start] === 0x2d ? start + 1 : start
  at = json[at] === 0x30 ? at + 1 : readDigits(json, at)
  if (json[at] === 0x2e) at = readDigits(json, at + 1)
  if (json[at] === 0x65 || json[at] === 0x45) {
    const signed = json[at + 1] === 0x2b || json[at + 1] === 0x2d
    at = readDigits(json, at + (signed ? 2 : 1))
  }
  return at
}

function readDigits(json: Buffer, start: number): number {
  let at = start
  while (isDigit(json[at] ?? 0)) at += 1
  if (at === start) refuse(at, 'a digit')
  return at
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

export function skipSpace(json: Buffer, start: number): number {
  let at = start
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at += 1
  return at
}

function refuse(offset: number, expected: string): never {
  throw new JsonSyntaxError({ offset, expected })
}
