import { viewOf } from './byte-ranges.ts'
import { readSkeleton } from './skeleton.ts'
import { readEventStream } from './sse.ts'

/** A body by what it is, whatever its label says. */
export type AnswerBody =
  /** One document of a unary answer, or the chunks of a stream in their order; long strings are `JsonBlob`s. */
  | { readonly kind: 'json'; readonly documents: readonly unknown[] }
  /** JSON or a stream of it that ends too early. */
  | { readonly kind: 'cut'; readonly documents: readonly unknown[] }
  | { readonly kind: 'page'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'empty' }

/**
 * Reads JSON, a JSON array of chunks, an event stream of them, a page or plain text. Never throws. Long strings of
 * documents are `JsonBlob`s, so that no image becomes a string.
 */
export function readAnswerBody(body: Uint8Array): AnswerBody {
  const bytes = trimmed(viewOf(body))
  if (bytes.length === 0) return { kind: 'empty' }
  const head = bytes.toString('latin1', 0, HEAD_BYTES)
  if (/^[{[]/.test(head)) {
    const document = parse([bytes])
    if (document === undefined) return { kind: 'cut', documents: [] }
    return { kind: 'json', documents: Array.isArray(document) ? document : [document] }
  }
  if (/^(?:data|event|id|retry)?:/.test(head)) return readChunks(withoutMark(viewOf(body)))
  const text = bytes.toString()
  return { kind: text.startsWith('<') ? 'page' : 'text', text }
}

/** As long as the longest name of a field of an event stream, and its colon. */
const HEAD_BYTES = 6

function readChunks(body: Buffer): AnswerBody {
  const { events, rest } = readEventStream(body)
  // The sentinel of other dialects; Google sends none, but a proxy in between may.
  const chunks = events.filter((event) => !isText(event, '[DONE]')).map(parse)
  // Without the closing blank line a whole last event is still an event.
  const last = isText(rest, '') || isText(rest, '[DONE]') ? [] : [parse(rest)]
  const documents = [...chunks, ...last]
  const whole = documents.filter((document) => document !== undefined)
  return { kind: whole.length === documents.length && whole.length > 0 ? 'json' : 'cut', documents: whole }
}

function isText(pieces: readonly Buffer[], text: string): boolean {
  const byteLength = pieces.reduce((sum, piece) => sum + piece.length, 0)
  return byteLength === text.length && Buffer.concat(pieces).toString('latin1') === text
}

function parse(pieces: readonly Buffer[]): unknown {
  try {
    return readSkeleton(pieces).value
  } catch {
    return undefined
  }
}

/** Without the space at either end, of every kind that `String.prototype.trim` knows; a byte order mark is one. */
function trimmed(body: Buffer): Buffer {
  let [start, end] = [0, body.length]
  for (let space = 1; space > 0; start += space) {
    const text = body.toString('utf8', start, start + TRIM_BYTES)
    space = Buffer.byteLength(text.slice(0, text.length - text.trimStart().length))
  }
  for (let space = 1; space > 0; end -= space) {
    const text = body.toString('utf8', Math.max(start, end - TRIM_BYTES), end)
    space = Buffer.byteLength(text.slice(text.trimEnd().length))
  }
  return body.subarray(start, end)
}

/** A letter that this cuts in two is no space, and is seen whole in the next turn. */
const TRIM_BYTES = 1024

const BYTE_ORDER_MARK = Buffer.from('\uFEFF')

function withoutMark(body: Buffer): Buffer {
  return body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
    ? body.subarray(BYTE_ORDER_MARK.length)
    : body
}
