import { expect, test } from 'vitest'
import { interpolated } from './interpolation.ts'

const env = { KEY: 'k-1', HOST: 'h', EMPTY: '', TRICKY: '${KEY}\n  - injected: [', DOLLAR: '$&$1' }

test.each([
  ['plain', 'plain'],
  ['${KEY}', 'k-1'],
  ['${KEY}${HOST}', 'k-1h'],
  ['http://${HOST}:${PORT:-8080}/', 'http://h:8080/'],
  ['${EMPTY:-other}', 'other'],
  ['${NONE:-}', ''],
  ['${NONE:-a:-b{c}', 'a:-b{c'],
  ['$KEY', '$KEY'],
  ['$${KEY}', '${KEY}'],
  ['$$', '$$'],
  // A value is a value: neither looked through nor able to change what is around it.
  ['${TRICKY}', '${KEY}\n  - injected: ['],
  ['<${DOLLAR}>', '<$&$1>'],
])('%j becomes %j', (text, expected) => {
  expect(interpolated(text, env)).toMatchObject({ text: expected, mistakes: [] })
})

test.each([
  ['${NONE}', /variable NONE, which is not set or empty/],
  ['${EMPTY}', /variable EMPTY/],
  ['${', /no reference/],
  ['${KEY', /no reference/],
  ['${1KEY}', /no reference/],
  ['${KEY-x}', /no reference/],
  ['${ KEY }', /no reference/],
  ['${__proto__}', /variable __proto__/],
  ['${toString}', /variable toString/],
])('%j is a mistake', (text, problem) => {
  expect(interpolated(text, env).mistakes).toEqual([
    { problem: expect.stringMatching(problem), remedy: expect.stringMatching(/^(?:Set|Write) /) },
  ])
})

test('every mistake of a text is told', () => {
  expect(interpolated('${NONE}${KEY}${NADA}${', env).mistakes).toHaveLength(3)
})

test.each([
  ['${KEY}', false],
  ['${KEY}${HOST}', false],
  ['${NONE:-}', false],
  ['x${KEY}', true],
  ['${KEY:-planted}', true],
  ['${NONE:-planted}', true],
  ['$${', true],
  ['', false],
  ['plain', true],
])('%j holds something of its own: %j', (text, isLiteral) => {
  expect(interpolated(text, env).isLiteral).toBe(isLiteral)
})
