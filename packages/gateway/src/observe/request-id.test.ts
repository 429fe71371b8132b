import { expect, test } from 'vitest'
import { timeOfId } from '../contract/id.ts'
import { realSystem } from '../system.ts'
import { requestIdOf } from './request-id.ts'

test.each(['a', 'Az09._-', 'x'.repeat(128)])('the caller’s own id is kept: %.20s', (id) => {
  expect(requestIdOf({ 'x-request-id': id }, realSystem)).toBe(id)
})

test.each([
  ['none', undefined],
  ['empty', ''],
  ['too long', 'x'.repeat(129)],
  ['with a space', 'a b'],
  ['two of them, as Node joins them', 'a, b'],
  ['a list', ['a']],
  ['a line break', 'a\r\nset-cookie: x'],
  ['a line break at the end', 'a\n'],
  ['other letters', 'né'],
])('a new one where there is %s', (_, id) => {
  const made = requestIdOf({ 'x-request-id': id }, realSystem)
  expect(made).toMatch(/^req_[0-9a-f]{8}-[0-9a-f]{4}-7/)
  expect(timeOfId(made)).toBeGreaterThan(Date.now() - 60_000)
})
