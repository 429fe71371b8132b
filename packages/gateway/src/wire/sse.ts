export interface EventStream {
  /** The `data` of each event, its lines joined with a line feed. */
  readonly events: readonly string[]
  /** Data after the last blank line: the stream was cut there, or its writer forgot the blank line. */
  readonly rest: string
}

/**
 * Reads the body of an event stream: lines end with CRLF, LF or CR, a blank line ends an event, and a line
 * may be of any length. Names, ids and comments are passed over: Google sends none that matter.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function readEventStream(body: string): EventStream {
  const blocks = body.replaceAll(/\r\n?/g, '\n').split(/\n\n+/).map(dataOf)
  const rest = blocks.pop() ?? ''
  return { events: blocks.filter((data) => data !== ''), rest }
}

function dataOf(block: string): string {
  return block
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(line.startsWith('data: ') ? 6 : 5))
    .join('\n')
}
