import { expect, test } from 'vitest'
import { bytesOf, durationMsOf, durationText, pixelsOf, pixelsText, sizeText } from './quantity.ts'

test.each([
  ['0', 0],
  ['65536', 65_536],
  ['100MB', 100_000_000],
  ['100 mb', 100_000_000],
  ['1GiB', 2 ** 30],
  ['16KiB', 16_384],
  ['1.5GiB', 1.5 * 2 ** 30],
  ['0.1GB', 100_000_000],
  ['4.35GB', 4_350_000_000],
  ['7B', 7],
  ['0.5B', null],
  ['1G', null],
  ['MB', null],
  ['-1MB', null],
  ['1e6', null],
  ['1,000', null],
  ['9999999999TiB', null],
  ['15s', null],
  ['', null],
])('%j is %j bytes', (text, bytes) => expect(bytesOf(text)).toBe(bytes))

test.each([
  ['250', 250],
  ['250ms', 250],
  ['15s', 15_000],
  ['1.5h', 5_400_000],
  ['2d', 172_800_000],
  ['0.009h', 32_400],
  ['0.3s', 300],
  ['3 m', 180_000],
  ['1M', 60_000],
  ['0.1ms', null],
  ['1w', null],
  ['soon', null],
])('%j is %j ms', (text, ms) => expect(durationMsOf(text)).toBe(ms))

test.each(['100MB', '1GiB', '16KiB', '1TB', '999B', '1001B'])('%s is written as it is read', (text) => {
  expect(sizeText(bytesOf(text) ?? -1)).toBe(text)
})

test.each(['250ms', '15s', '3m', '65s', '48h'])('%s is written as it is read', (text) => {
  expect(durationText(durationMsOf(text) ?? -1)).toBe(text)
})

test('pixels', () => {
  expect(pixelsOf('50MP')).toBe(50_000_000)
  expect(pixelsOf('123')).toBe(123)
  expect(pixelsText(50_000_000)).toBe('50MP')
  expect(pixelsText(123)).toBe('123')
})
