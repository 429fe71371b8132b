import type { Finding } from './finding.ts'
import type { Terminal } from './terminal.ts'
import { wrapped } from './wrapped.ts'

const MARKS = {
  ok: ['green', '✓'],
  note: ['dim', '·'],
  warn: ['yellow', '!'],
  fail: ['red', '✗'],
} as const
const TOPIC_COLUMNS = 13

/** A finding on lines of its own: what it is about in a column to the left, what would mend it below. */
export function writeFinding(
  { stdout }: Terminal,
  { topic, mark, text, remedy }: Finding,
  columns = TOPIC_COLUMNS,
): void {
  const [style, sign] = MARKS[mark]
  const width = Math.min(stdout.width, 100)
  const rest = ' '.repeat(columns + 3)
  const lines = wrapped(text, width, { first: rest, rest }).slice(rest.length)
  stdout.write(`${stdout.paint(style, sign)} ${stdout.paint('bold', topic.padEnd(columns))} ${lines}\n`)
  if (remedy)
    stdout.write(
      `${stdout.paint('cyan', wrapped(remedy, width, { first: `${rest}→ `, rest: `${rest}  ` }))}\n`,
    )
}
