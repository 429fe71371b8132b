import { expect, test } from 'vitest'
import { readSkeleton } from './skeleton.ts'
import { flawOf } from './sound-document.ts'

const flaw = (text: string) => flawOf(readSkeleton([Buffer.from(text)]))

test.each([
  '{}',
  '[]',
  '"a"',
  '{"a":{"a":1},"b":[{"a":1},{"a":2}]}',
  '{"a":"a","b":"a\\":","c":"\\\\"}',
  `{"long":"${'x'.repeat(9000)}","longer":"${'y'.repeat(9000)}"}`,
  `${'['.repeat(100)}${']'.repeat(100)}`,
  '{"__proto__":1,"constructor":2}',
])('%j is sound', (text) => {
  expect(flaw(text)).toBe(null)
})

test.each([
  ['{"a":1,"a":2}', 'a'],
  ['{"x":{"b":1,"c":2,"b":3}}', 'b'],
  ['[{"a":1},{"d":1,"d":1}]', 'd'],
  // The same key to whoever decodes it, and another one to whoever compares bytes.
  ['{"model":1,"\\u006dodel":2}', 'model'],
  ['{"\\u00e9":1,"é":2}', 'é'],
  ['{ "a" : 1 , "a" : 2 }', 'a'],
  [`{"a":"${'x'.repeat(9000)}","a":1}`, 'a'],
])('%j has a key twice', (text, key) => {
  expect(flaw(text)).toBe(`The key ${JSON.stringify(key)} stands twice in one object.`)
})

test('nesting has an end', () => {
  expect(flaw(`${'['.repeat(101)}${']'.repeat(101)}`)).toContain('more than 100 deep')
  expect(flaw(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`)).toContain('more than 100 deep')
})
