import { expect, test } from 'vitest'
import { readEmulatorOptions } from './emulator-options.ts'

test.each([
  [{ port: '80x' }, '--port is a whole number'],
  [{ port: '65536' }, '--port is a whole number'],
  [{ seed: '-1' }, '--seed is a whole number'],
  [{ canned: '1e3' }, '--canned is a whole number'],
  [{ drift: 'wild' }, '--drift is one of none, faithful'],
  [{ date: '2026-02-30' }, '--date is a day'],
  [{ host: 'example.org' }, '--host is an address of this machine'],
  [{ host: '' }, '--host is an address of this machine'],
  [{ scenario: '4-retry' }, 'There are 1-no-image, '],
  [{ key: ['AIza', ''] }, '--key is empty'],
])('%j is a mistake that is said', (raw, said) => {
  expect(() => readEmulatorOptions(raw)).toThrow(said)
})

test('what is left out is left to the emulator', () => {
  expect(readEmulatorOptions({})).toEqual({ personas: '' })
  expect(readEmulatorOptions({ canned: true, persona: ['503@30%', 'no-usage'], seed: '7' })).toEqual({
    personas: '503@30%,no-usage',
    pictures: 'canned',
    seed: 7,
  })
})
