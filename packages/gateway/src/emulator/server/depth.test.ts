import { expect, test } from 'vitest'
import { mustBeShallow } from './depth.ts'

/** A document of so many levels. */
function nested(levels: number, form: 'lists' | 'objects'): unknown {
  let document: unknown = 1
  for (let i = 0; i < levels; i++) document = form === 'lists' ? [document] : { a: document }
  return document
}

test.each(['lists', 'objects'] as const)('100 levels of %s are read, one more is not', (form) => {
  expect(() => mustBeShallow(nested(100, form))).not.toThrow()
  expect(() => mustBeShallow(nested(101, form))).toThrow(/Message too deep\. .* key '/)
  expect(() => mustBeShallow({ b: [1, nested(200_000, form)] })).toThrow(/Message too deep/)
})

test('what is no document at all is shallow', () => {
  for (const document of [undefined, null, 'text', 1]) expect(() => mustBeShallow(document)).not.toThrow()
})
