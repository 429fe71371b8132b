import { expect, test } from 'vitest'
import { readAnswerBody } from './answer-body.ts'
import { readEventStream } from './sse.ts'

/** The events as text. */
function textsOf(body: string): { readonly events: readonly string[]; readonly rest: string } {
  const { events, rest } = readEventStream(Buffer.from(body))
  return { events: events.map((pieces) => String(Buffer.concat(pieces))), rest: String(Buffer.concat(rest)) }
}

test.each([
  ['CRLF', '\r\n'],
  ['LF', '\n'],
  ['CR', '\r'],
])('events end with a blank line, lines with %s', (_, end) => {
  const body = ['data: {"a":1}', '', ': comment', 'event: x', 'id: 7', 'data:{"b":2}', '', ''].join(end)
  expect(textsOf(body)).toEqual({ events: ['{"a":1}', '{"b":2}'], rest: '' })
})

test('data over several lines is one text, and a very long line is no trouble', () => {
  const long = 'x'.repeat(20_000_000)
  expect(textsOf('data: {\ndata: "a": 1}\n\n').events).toEqual(['{\n"a": 1}'])
  expect(textsOf('data: {\r\ndata: "a": 1}\r\n\r\n').events).toEqual(['{\n"a": 1}'])
  expect(textsOf(`data: ${long}\r\n\r\n`).events[0]).toHaveLength(long.length)
})

test('what no blank line ends is left over', () => {
  expect(textsOf('data: 1\n\ndata: 2')).toEqual({ events: ['1'], rest: '2' })
  expect(textsOf('data: 1\n\ndata: 2\n')).toEqual({ events: ['1'], rest: '2' })
  expect(textsOf('')).toEqual({ events: [], rest: '' })
})

test.each<[string, string, object]>([
  ['an object', '\uFEFF {"a":1}\n', { kind: 'json', documents: [{ a: 1 }] }],
  ['an array of chunks', '[{"a":1},\n{"b":2}]', { kind: 'json', documents: [{ a: 1 }, { b: 2 }] }],
  [
    'a stream',
    'data: {"a":1}\r\n\r\ndata: {"b":2}\r\n\r\n',
    { kind: 'json', documents: [{ a: 1 }, { b: 2 }] },
  ],
  ['a stream with a sentinel', 'data: {"a":1}\n\ndata: [DONE]\n\n', { kind: 'json', documents: [{ a: 1 }] }],
  [
    'a stream without its last blank line',
    'data: {"a":1}\n\ndata: {"b":2}',
    { kind: 'json', documents: [{ a: 1 }, { b: 2 }] },
  ],
  ['a stream cut in an event', 'data: {"a":1}\n\ndata: {"b"', { kind: 'cut', documents: [{ a: 1 }] }],
  ['an object cut', '{"a":', { kind: 'cut', documents: [] }],
  ['a page', '<!doctype html><title>502</title>', { kind: 'page' }],
  ['words', 'upstream connect error', { kind: 'text' }],
  ['nothing', ' \r\n', { kind: 'empty' }],
])('%s is told by its bytes', (_, body, expected) => {
  expect(readAnswerBody(Buffer.from(body))).toMatchObject(expected)
})

test('lines by the million are read in one pass', () => {
  expect(textsOf('\n'.repeat(2_000_000)).events).toEqual([])
  expect(textsOf(':\r'.repeat(2_000_000)).events).toEqual([])
})
