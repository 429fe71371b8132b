import { expect, test } from 'vitest'
import { isLoopbackAddress, isLoopbackHost, mayCarryCredential } from './loopback.ts'

test.each([
  '127.0.0.1',
  '127.255.0.9',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::ffff:127.0.0.1',
  '::FFFF:7f00:1',
  '0000:0000:0000:0000:0000:ffff:127.1.2.3',
])('%s is this machine', (address) => {
  expect(isLoopbackAddress(address)).toBe(true)
  expect(isLoopbackHost(address)).toBe(true)
})

test.each([
  '0.0.0.0',
  '::',
  '::ffff:0.0.0.0',
  '::ffff:10.0.0.1',
  '::127.0.0.1',
  '10.127.0.1',
  '128.0.0.1',
  '127.1',
  '2130706433',
  '127.0.0.1.evil.test',
  '127.999.0.1',
  'localhost.evil.test',
  'evil.test',
  '::1%lo',
  '[::1',
  '',
])('%j is another', (host) => {
  expect(isLoopbackHost(host)).toBe(false)
})

test.each([
  ['https://example.test/base', true],
  ['http://localhost:8080', true],
  ['http://127.0.0.1:1', true],
  ['http://[::1]:1', true],
  ['http://example.test', false],
  ['http://localhost.example.test', false],
  ['https://user@example.test', false],
  ['https://:pass@example.test', false],
  ['https://example.test?key=1', false],
  ['https://example.test/#a', false],
  ['ftp://localhost', false],
])('a credential may be sent to %s: %s', (url, may) => {
  expect(mayCarryCredential(new URL(url))).toBe(may)
})
