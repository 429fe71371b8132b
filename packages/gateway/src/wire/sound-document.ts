import { skipSpace } from './json-syntax.ts'
import type { Skeleton } from './skeleton.ts'

/** As deep as protobuf's JSON parser reads, and Google with it, as far as known. Walks through a document may rely on it. */
const MOST_DEPTH = 100

/**
 * What is wrong with a document that is JSON all the same, in words: an object that has a key twice, of which the gateway
 * could read one and Google the other, or nesting that no request has. `null`: nothing. Keeps no call stack.
 */
export function flawOf({ layout: { json } }: Skeleton): string | null {
  /** The keys of each open container; `null` for a list. */
  const open: (Set<string> | null)[] = []
  for (let at = skipSpace(json, 0); at < json.length; at = skipSpace(json, at)) {
    const byte = json[at]
    if (byte === QUOTE) {
      const end = endOfString(json, at)
      const keys = open.at(-1)
      const behind = skipSpace(json, end)
      if (keys && json[behind] === COLON) {
        const key = keyIn(json, at, end)
        if (keys.has(key)) return `The key ${JSON.stringify(key.slice(0, 100))} stands twice in one object.`
        keys.add(key)
      }
      at = behind
    } else {
      if (byte === 0x7b) open.push(new Set())
      else if (byte === 0x5b) open.push(null)
      else if (byte === 0x7d || byte === 0x5d) open.pop()
      if (open.length > MOST_DEPTH) return `It is nested more than ${MOST_DEPTH} deep.`
      at += 1
    }
  }
  return null
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a

function endOfString(json: Buffer, start: number): number {
  for (let from = start + 1; ;) {
    const end = json.indexOf(QUOTE, from)
    let slashes = 0
    while (json[end - 1 - slashes] === BACKSLASH) slashes += 1
    if (slashes % 2 === 0) return end + 1
    from = end + 1
  }
}

/** Decoded as a string of its own: of keys in a document `JSON.parse` may misread escapes (nodejs/node#63785). */
function keyIn(json: Buffer, start: number, end: number): string {
  const text = json.toString('utf8', start, end)
  return text.includes('\\') ? String(JSON.parse(text)) : text.slice(1, -1)
}
