import { expect, test } from 'vitest'
import { Base64Bytes, JsonBlob } from './json-blob.ts'
import { writeJson } from './json-write.ts'

const text = (value: unknown): string => Buffer.concat(writeJson(value)).toString()
const blob = new JsonBlob([Buffer.from('two\\/'), Buffer.from('\\u0041pieces')])
const image = new Base64Bytes(Buffer.from('QUJD'))

test('blobs go out as the bytes they came in, wherever they stand', () => {
  expect(text(blob)).toBe('"two\\/\\u0041pieces"')
  expect(text([image, [blob], { a: { b: image } }])).toBe(
    '["QUJD",["two\\/\\u0041pieces"],{"a":{"b":"QUJD"}}]',
  )
  expect(writeJson([image])).toContain(image.raw()[0])
})

test.each<[string, unknown]>([
  ['a scalar', 1.5],
  ['what has no spelling', { a: undefined, b: [undefined, () => 0, Symbol('c')], d: Number.NaN, e: -0 }],
  ['dates and other toJSON', { at: new Date(0), key: { toJSON: (key: string) => ({ key }) } }],
  ['boxed values', [Object('text'), Object(1), Object(true)]],
  ['a sparse list', Object.assign([1], { 3: 4 })],
  ['odd keys', JSON.parse('{"__proto__":1,"\\"":2,"\\\\/":3,"1":4,"":5}')],
  ['what is not well-formed', ['\uD83D', '\u2028', '\u0000', 'é😀']],
])('%s is written as JSON.stringify writes it', (_, value) => {
  expect(text(value)).toBe(JSON.stringify(value))
  const beside = { image, value }
  expect(text(beside)).toBe(JSON.stringify(beside))
  expect(text([value, blob])).toBe(`${JSON.stringify([value]).slice(0, -1)},"two\\/\\u0041pieces"]`)
})

test('no text of a user is taken for a stand-in', () => {
  const texts = [
    '"\\/0"',
    '\\/0',
    '/0',
    '"\\\\/0"',
    '\\"\\/0\\"',
    '"/0"',
    String.raw`","\/0","`,
    '0',
    String.raw`\u0022\/0`,
  ]
  for (const said of texts) {
    const value = { [said]: said, list: [said, image, { [said]: image }, said] }
    expect(text(value)).toBe(JSON.stringify(value))
  }
})

test('toJSON that gives a blob, and a member called __proto__ that is one', () => {
  expect(text({ a: { toJSON: () => blob }, b: { toJSON: () => ({ c: blob }) } })).toBe(
    '{"a":"two\\/\\u0041pieces","b":{"c":"two\\/\\u0041pieces"}}',
  )
  const holder = Object.defineProperty({}, '__proto__', { value: image, enumerable: true })
  expect(text(holder)).toBe('{"__proto__":"QUJD"}')
})

test('what JSON cannot hold is refused', () => {
  const ring: unknown[] = []
  ring.push(ring)
  for (const value of [undefined, Symbol('a'), () => 0, 1n, ring])
    expect(() => writeJson(value)).toThrow(TypeError)
})
