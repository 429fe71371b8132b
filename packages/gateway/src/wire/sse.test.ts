import { expect, test } from 'vitest'
import { readAnswerBody } from './answer-body.ts'
import { readEventStream } from './sse.ts'

test.each([
  ['CRLF', '\r\n'],
  ['LF', '\n'],
  ['CR', '\r'],
])('events end with a blank line, lines with %s', (_, end) => {
  const body = ['data: {"a":1}', '', ': comment', 'event: x', 'id: 7', 'data:{"b":2}', '', ''].join(end)
  expect(readEventStream(body)).toEqual({ events: ['{"a":1}', '{"b":2}'], rest: '' })
})

test('data over several lines is one text, and a very long line is no trouble', () => {
  const long = 'x'.repeat(20_000_000)
  expect(readEventStream('data: {\ndata: "a": 1}\n\n').events).toEqual(['{\n"a": 1}'])
  expect(readEventStream(`data: ${long}\r\n\r\n`).events[0]).toHaveLength(long.length)
})

test('what no blank line ends is left over', () => {
  expect(readEventStream('data: 1\n\ndata: 2')).toEqual({ events: ['1'], rest: '2' })
  expect(readEventStream('data: 1\n\ndata: 2\n')).toEqual({ events: ['1'], rest: '2' })
  expect(readEventStream('')).toEqual({ events: [], rest: '' })
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
