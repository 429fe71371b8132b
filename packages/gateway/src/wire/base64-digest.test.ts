import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { seeded } from '../image/seeded.ts'
import { decodeBase64 } from './base64.ts'
import { type Base64Digest, createBase64Digester } from './base64-digest.ts'
import { pick } from './json-document.fixture.ts'

/** Of a text in as many pieces as there are cuts and one more. */
function digestOf(text: string, ...cuts: readonly number[]): Base64Digest | null {
  const bytes = Buffer.from(text)
  const digester = createBase64Digester()
  for (const [index, to] of [...cuts, bytes.length].entries())
    digester.push(bytes.subarray(cuts[index - 1] ?? 0, to))
  return digester.end()
}

function meant(bytes: Buffer | null): Base64Digest | null {
  return bytes && { sha256: createHash('sha256').update(bytes).digest('hex'), byteLength: bytes.length }
}

test('a digest is that of the bytes, in every spelling that is dense and wherever it is cut', () => {
  const bytes = Buffer.from(Array.from({ length: 299 }, (_, index) => (index * 7 + 250) % 256))
  for (const length of [297, 298, 299]) {
    const part = bytes.subarray(0, length)
    const standard = part.toString('base64')
    for (const text of [standard, standard.replaceAll('=', ''), part.toString('base64url')]) {
      for (let cut = 0; cut <= text.length; cut += 1) expect(digestOf(text, cut)).toEqual(meant(part))
      expect(digestOf(text, ...Array.from(text, (_, index) => index))).toEqual(meant(part))
    }
  }
})

test('any mixture has the digest of its bytes where it holds nothing but symbols, and none elsewhere', () => {
  const random = seeded(11)
  const seen = { bytes: 0, none: 0 }
  for (let index = 0; index < 20_000; index += 1) {
    const pieces = Array.from({ length: Math.floor(random() * 8) }, () =>
      pick(random, random() < 0.9 ? SYMBOLS : FOREIGN),
    )
    const text = pieces.join('')
    const cuts = [random(), random()].map((at) => Math.floor(at * (Buffer.byteLength(text) + 1)))
    const expected = /^[\w+/=-]*$/.test(text) ? meant(decodeBase64(text)) : null
    seen[expected === null ? 'none' : 'bytes'] += 1
    expect([text, digestOf(text, ...cuts.toSorted((a, b) => a - b))]).toEqual([text, expected])
  }
  expect(Math.min(seen.bytes, seen.none)).toBeGreaterThan(2000)
})

const SYMBOLS = ['QUJD', 'QUJDREVG', 'QU', 'Q', '+/', '-_', '=', '==']
const FOREIGN = ['!', 'é', '\n', ' ', '\u0000', '"', '\\', '\u007F', '\t\r']

test('of megabytes one wrong byte anywhere is seen', () => {
  const image = Buffer.from(Array.from({ length: 1_000_003 }, (_, index) => (index * index) % 251))
  const text = image.toString('base64')
  expect(digestOf(text)).toEqual(meant(image))
  expect(digestOf(text, 65_537, 131_075, 600_001)).toEqual(meant(image))
  for (const at of [0, 65_535, 65_536, 131_072, 900_000, text.length - 5]) {
    for (const wrong of ['!', '=', '\n', 'é'])
      expect(digestOf(text.slice(0, at) + wrong + text.slice(at + 1), 65_537)).toBeNull()
  }
})
