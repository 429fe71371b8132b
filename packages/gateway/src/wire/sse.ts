import { nextByte, viewOf } from './byte-ranges.ts'

export interface EventStream {
  /** The `data` of each event in pieces of the body, its lines joined with a line feed. */
  readonly events: readonly (readonly Buffer[])[]
  /** Data after the last blank line: the stream was cut there, or its writer forgot the blank line. */
  readonly rest: readonly Buffer[]
}

/**
 * Reads the body of an event stream: lines end with CRLF, LF or CR, a blank line ends an event, and a line
 * may be of any length. Names, ids and comments are passed over: Google sends none that matter.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function readEventStream(body: Uint8Array): EventStream {
  const bytes = viewOf(body)
  const events: Buffer[][] = []
  let event: Buffer[] = []
  let [start, cr, lf] = [0, nextByte(bytes, CR, 0), nextByte(bytes, LF, 0)]
  while (start < bytes.length) {
    // Searched for only once passed: where there is none of a kind, looking for it at every line would be quadratic.
    if (cr >= 0 && cr < start) cr = nextByte(bytes, CR, start)
    if (lf >= 0 && lf < start) lf = nextByte(bytes, LF, start)
    const end = cr < 0 || (lf >= 0 && lf < cr) ? lf : cr
    if (end === start) {
      if (event.some((piece) => piece.length > 0)) events.push(event)
      event = []
    } else {
      const data = dataOf(bytes.subarray(start, end < 0 ? bytes.length : end))
      if (data !== undefined) event.push(...(event.length === 0 ? [data] : [LINE_FEED, data]))
    }
    if (end < 0) break
    start = end + (end === cr && end + 1 === lf ? 2 : 1)
  }
  return { events, rest: event }
}

/** A blank line, in each spelling that event streams know. */
const BLANK_LINES = ['\r\n\r\n', '\n\n', '\r\r'].map((text) => Buffer.from(text))

/** Behind the blank line that ends the event, or -1. */
export function endOfEvent(bytes: Buffer): number {
  const ends = BLANK_LINES.flatMap((line) => {
    const at = bytes.indexOf(line)
    return at < 0 ? [] : [at + line.length]
  })
  return ends.length === 0 ? -1 : Math.min(...ends)
}

const FIELD = Buffer.from('data:')
const LINE_FEED = Buffer.from('\n')
const SPACE = 0x20
const CR = 0x0d
const LF = 0x0a

function dataOf(line: Buffer): Buffer | undefined {
  if (!line.subarray(0, FIELD.length).equals(FIELD)) return undefined
  return line.subarray(line[FIELD.length] === SPACE ? FIELD.length + 1 : FIELD.length)
}
