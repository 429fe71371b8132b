import { expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from './base64.ts'

const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => 255 - index))
const standard = bytes.toString('base64')

test.each([
  ['standard', standard],
  ['without padding', standard.replace(/=+$/, '')],
  ['URL-safe', bytes.toString('base64url')],
  ['URL-safe with padding', standard.replaceAll('+', '-').replaceAll('/', '_')],
  ['in lines', standard.replaceAll(/.{76}/g, '$&\r\n')],
  ['with space around', `\n  ${standard}\t\n`],
])('%s base64 is read', (_, text) => {
  expect(decodeBase64(text)).toEqual(bytes)
})

test.each([
  ['a foreign character', `${standard.slice(0, 40)}!${standard.slice(41)}`],
  ['a foreign character more', `${standard.slice(0, 40)}!${standard.slice(40)}`],
  ['an ellipsis', `${standard.slice(0, 40)}…`],
  ['a letter beyond ASCII', `${standard.slice(0, 40)}Ł${standard.slice(41)}`],
  ['a lone last symbol', 'QUJDR'],
  ['early padding', 'QUI=QUJD'],
  ['too much padding', 'QUJDRA==='],
  ['padding that fills nothing', 'QUJD='],
  ['an escape', 'QUJD\\nQUJD'],
])('%s makes it unreadable', (_, text) => {
  expect(decodeBase64(text)).toBeNull()
})

test('every length goes there and back', () => {
  for (let length = 0; length < 70; length += 1) {
    const part = bytes.subarray(3, 3 + length)
    expect(encodeBase64(part).toString()).toBe(Buffer.from(part).toString('base64'))
    expect(decodeBase64(encodeBase64(part).toString())).toEqual(part)
  }
})
