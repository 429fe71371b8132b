import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { KEY_HASH } from '../contract/caller.ts'
import { realSystem } from '../system.ts'
import { hashOf, isGatewayKey, KEY_ENVIRONMENTS, newGatewayKey } from './gateway-key.ts'

const { random } = realSystem

test.each(KEY_ENVIRONMENTS)('a new %s key has its shape, is good, and is like no other', (env) => {
  const keys = Array.from({ length: 1000 }, () => newGatewayKey({ env, random }).reveal())
  for (const key of keys) {
    expect(key).toMatch(new RegExp(`^pl_${env}_[0-9A-Za-z]{27}_[0-9A-Za-z]{6}$`))
    expect(isGatewayKey(key)).toBe(true)
  }
  expect(new Set(keys).size).toBe(keys.length)
})

const keyOf = (byte: number) =>
  newGatewayKey({ random: { bytes: (count) => new Uint8Array(count).fill(byte) } }).reveal()

test('all 160 bits are in the key, and the checksum is CRC-32 of what stands before it', () => {
  // Expected values are from another implementation (Python, zlib.crc32).
  expect(keyOf(0)).toBe('pl_live_000000000000000000000000000_3KCUcm')
  expect(keyOf(255)).toBe('pl_live_aWgEPTl1tmebfsQzFP4bxwgy80V_33Y8qX')
})

test('a key shows itself to nobody who does not ask for it', () => {
  const key = newGatewayKey({ random })
  expect(`${key}${JSON.stringify({ key })}${inspect(key)}`).not.toContain('pl_')
})

test('a hash is SHA-256 of the whole key, as any tool would make it', () => {
  const key = newGatewayKey({ random }).reveal()
  expect(hashOf(key)).toBe(`sha256:${createHash('sha256').update(key, 'utf8').digest('hex')}`)
  expect(hashOf(key)).toMatch(KEY_HASH)
})

test.each([
  '',
  'pl_',
  'pl_live__',
  'AIzaSyA-planted',
  'x'.repeat(1_000_000),
  `pl_prod_${'0'.repeat(27)}_3KCUcm`,
])('no key: %.20j', (text) => {
  expect(isGatewayKey(text)).toBe(false)
})
