import { expect, test } from 'vitest'
import { redactKeys } from './redact.ts'

test.each([
  ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----', '[redacted]'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE, cut off', '[redacted]'],
  ['AIzaSyA-0123456789', '[redacted]'],
  ['AQ.Ab8RN6I-0123456789', '[redacted]'],
  ['ya29.a0AfH6', '[redacted]'],
  ['1//0gabcdefghij', '[redacted]'],
  ['GOCSPX-abc', '[redacted]'],
  ['pl_live_000000000000000000000000000_3KCUcm', '[redacted]'],
  ['plt_0123456789abc', '[redacted]'],
  ['eyJhbGciOiJIUzI1NiJ9.e30.abc', '[redacted]'],
  ['bearer abcdef', '[redacted]'],
  ['/v1?a=b&KEY=abc&c=d', '/v1?a=b&KEY=[redacted]&c=d'],
])('%j has what looks like a credential', (text, shown) => {
  expect(redactKeys(text)).toBe(shown)
  expect(redactKeys(`before ${text}`)).toBe(`before ${shown}`)
})

test.each([
  'req_01a2179e-0bec-7a2a-99dd-ac0d82f09d3c',
  'vertex:global',
  'a plain sentence',
  'apl_ x',
  'key',
  '',
])('%j has none', (text) => {
  expect(redactKeys(text)).toBe(text)
})
