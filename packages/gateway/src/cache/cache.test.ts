import { expect, test } from 'vitest'
import { type EditRequest, heldImage } from '../contract/request.ts'
import { memoryCache, questionKey } from './cache.ts'

const bytes = new Uint8Array([1, 2, 3])
const base: EditRequest = {
  input: [
    { kind: 'text', text: 'ab' },
    { kind: 'image', image: heldImage(bytes) },
  ],
}

test('whatever changes the question changes its key', () => {
  const variants: [string, string, EditRequest][] = [
    ['t', 'm', base],
    ['u', 'm', base],
    ['t', 'n', base],
    ['t', 'm', { ...base, seed: 1 }],
    ['t', 'm', { ...base, mask: bytes }],
    ['t', 'm', { ...base, output: { aspectRatio: '1:1' } }],
    ['t', 'm', { ...base, output: { imageSize: '1K' } }],
    ['t', 'm', { ...base, output: { mimeType: 'image/png' } }],
    ['t', 'm', { input: base.input.toReversed() }],
    [
      't',
      'm',
      {
        input: [
          { kind: 'text', text: 'a' },
          { kind: 'text', text: 'b' },
          { kind: 'image', image: heldImage(bytes) },
        ],
      },
    ],
    [
      't',
      'm',
      {
        input: [
          { kind: 'text', text: 'ab' },
          { kind: 'image', image: heldImage(bytes.subarray(1)) },
        ],
      },
    ],
  ]
  const keys = variants.map((variant) => questionKey(...variant))
  expect(new Set(keys).size).toBe(variants.length)
})

test('how it is asked does not: label, patience and metadata of the call', () => {
  const labelled: EditRequest = {
    timeoutMs: 5,
    cache: true,
    accept: 'any',
    input: [
      { kind: 'text', text: 'ab' },
      { kind: 'image', image: heldImage(Uint8Array.from(bytes)) },
    ],
  }
  expect(questionKey('t', 'm', labelled)).toBe(questionKey('t', 'm', base))
})

test('the cache is bounded in bytes, the oldest going first', () => {
  const cache = memoryCache<{ n: number }>({ maxBytes: 10 })
  cache.put('a', { n: 1 }, 6)
  cache.put('b', { n: 2 }, 6)
  cache.put('huge', { n: 3 }, 11)
  expect([cache.get('a'), cache.get('b'), cache.get('huge')]).toEqual([undefined, { n: 2 }, undefined])
})
