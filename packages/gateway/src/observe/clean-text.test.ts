import { expect, test } from 'vitest'
import { cleanName, cleanText } from './clean-text.ts'

test.each([
  ['a key', 'key AIzaSyA-0123456789abcdef refused', 'key [redacted] refused'],
  ['a token', 'Authorization: Bearer ya29.a0Af_xyz', 'Authorization: Bearer [redacted]'],
  ['a gateway key', 'pl_test_0123456789abcdefABCDEF_3KCUcm?', '[redacted]?'],
  ['a browser token', 'got plt_eyJhbGciOi.abc.def', 'got [redacted]'],
  ['what follows a path', 'GET https://u:pw@host:8/a/b?sig=1#x failed', 'GET https://host:8/a/b failed'],
  ['several lines', ' one\r\n\ttwo\u001B[31m\u0000 ', 'one two [31m'],
])('%s does not come through', (_, text, shown) => {
  expect(cleanText(text)).toBe(shown)
})

test('long text is cut, and no key comes through at the cut', () => {
  expect(cleanText('x'.repeat(1_000_000))).toBe(`${'x'.repeat(299)}…`)
  const pem = `-----BEGIN PRIVATE KEY-----\n${'MIIEvQ'.repeat(1000)}\n-----END PRIVATE KEY-----`
  expect(cleanText(`no: ${pem}`)).toBe('no: [redacted]')
})

test('megabytes of what looks like the beginning of something are passed in a moment', () => {
  for (const begun of ['http://', 'https://a@', '-----BEGIN PRIVATE KEY-----', 'eyJ', '?key=', ' \t']) {
    const text = begun.repeat(1_000_000)
    // The best of ten, on a machine that others use too: hundredths of a millisecond, or a hundred where all is read.
    const tries = Array.from({ length: 10 }, () => {
      const started = performance.now()
      cleanText(text)
      return performance.now() - started
    })
    expect(Math.min(...tries)).toBeLessThan(5)
  }
})

test('names are kept, and what is none is not', () => {
  for (const name of [
    'gemini-nano-banana-2.1',
    'vertex:global',
    'ai-studio#2',
    'tunedModels/a_b',
    '/v1/edits/{id}',
  ]) {
    expect(cleanName(name)).toBe(name)
  }
  for (const text of ['', 'make it blue', 'a\nb', 'é', 'x'.repeat(129), '"'])
    expect(cleanName(text)).toBe('other')
  expect(cleanName('AIzaSyA-0123456789abcdef')).toBe('[redacted]')
})
