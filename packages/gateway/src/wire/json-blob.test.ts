import { expect, test } from 'vitest'
import { seeded } from '../image/seeded.ts'
import { decodeBase64 } from './base64.ts'
import { Base64Bytes, JsonBlob } from './json-blob.ts'
import { pick } from './json-document.fixture.ts'

/** The inside of a JSON string as a blob, in as many pieces as there are cuts and one more. */
function blobOf(inside: string, ...cuts: readonly number[]): JsonBlob {
  const bytes = Buffer.from(inside)
  const borders = [0, ...cuts, bytes.length]
  return new JsonBlob(borders.slice(1).map((to, index) => Buffer.from(bytes.subarray(borders[index], to))))
}

const bytes = Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 7 + 250) % 256))
const standard = bytes.toString('base64')

test.each([
  ['standard', standard],
  ['unpadded', bytes.subarray(0, 298).toString('base64').replace(/=+$/, '')],
  ['padded', bytes.subarray(0, 298).toString('base64')],
  ['URL-safe', bytes.toString('base64url')],
  ['slashes escaped, as PHP does', standard.replaceAll('/', String.raw`\/`)],
  ['pluses escaped, as .NET does', standard.replaceAll('+', String.raw`\u002B`)],
  [
    'padding escaped, as Gson does',
    bytes
      .subarray(0, 298)
      .toString('base64')
      .replaceAll('=', String.raw`\u003d`),
  ],
  ['lines of 76, escaped', standard.replaceAll(/.{76}/g, String.raw`$&\r\n`)],
  ['line feeds by number', standard.replaceAll(/.{76}/g, String.raw`$&\u000a`)],
  ['spaces, tabs and form feeds', standard.replaceAll(/.{40}/g, String.raw`$& \t\f`)],
])('%s base64 is read wherever it is cut', (_, inside) => {
  const meant = decodeBase64(String(JSON.parse(`"${inside}"`)))
  expect(meant).not.toBeNull()
  for (let cut = 0; cut < inside.length; cut += 1) {
    expect(blobOf(inside, cut).base64()?.equals(meant!)).toBe(true)
  }
  expect(blobOf(inside, ...Array.from(inside, (_letter, index) => index)).base64()).toEqual(meant)
})

test.each([
  ['a foreign character', `${standard.slice(0, 40)}!${standard.slice(41)}`],
  ['a foreign escape', String.raw`QUJD\"QUJD`],
  ['an escaped letter beyond ASCII', String.raw`QUJD\u0141UJD`],
  ['a letter beyond ASCII', 'QUJDŁUJD'],
  ['early padding', 'QUI=QUJD'],
  ['a lone last symbol', 'QUJDR'],
  ['too much padding', 'QUJDRA==='],
])('%s makes it no base64', (_, inside) => {
  for (let cut = 0; cut <= Buffer.byteLength(inside); cut += 1)
    expect(blobOf(inside, cut).base64()).toBeNull()
})

test('any mixture is what decodeBase64 makes of its text', () => {
  const random = seeded(7)
  const seen = { bytes: 0, none: 0 }
  for (let index = 0; index < 20_000; index += 1) {
    const count = Math.floor(random() * 8)
    const inside = Array.from({ length: count }, () => pick(random, random() < 0.9 ? SYMBOLS : FOREIGN)).join(
      '',
    )
    const blob = blobOf(inside, Math.floor(random() * (Buffer.byteLength(inside) + 1)))
    const meant = decodeBase64(blob.text())
    seen[meant === null ? 'none' : 'bytes'] += 1
    expect([inside, blob.base64()?.toString('hex')]).toEqual([inside, meant?.toString('hex')])
  }
  expect(Math.min(seen.bytes, seen.none)).toBeGreaterThan(2000)
})

const SYMBOLS = [
  'QUJD',
  'QUJDREVG',
  'QU',
  'Q',
  '+/',
  '-_',
  String.raw`\/`,
  String.raw`\r\n`,
  ' ',
  '=',
  '==',
  String.raw`\u002b`,
]
const FOREIGN = ['!', 'é', String.raw`\b`, String.raw`\\`, String.raw`\u00e9`, String.raw`\u0000`, '\u007F']

test('an image of megabytes in slabs is read, and one wrong byte anywhere is seen', () => {
  const image = Buffer.from(Array.from({ length: 1_000_003 }, (_, index) => (index * index) % 251))
  const text = image.toString('base64')
  // Odd cuts, so that groups of four straddle pieces and slices begin anywhere.
  expect(blobOf(text, 65_537, 131_075, 600_001).base64()?.equals(image)).toBe(true)
  for (const at of [0, 65_535, 65_536, 131_072, 900_000, text.length - 5]) {
    for (const wrong of ['!', '=']) {
      expect(blobOf(text.slice(0, at) + wrong + text.slice(at + 1), 65_537).base64()).toBeNull()
    }
  }
})

test('text is what the JSON said, and so is what JSON.stringify makes of a blob', () => {
  const inside = String.raw`é \"quoted\" \ud83d\ude00 \ud83d \u0000 ☃`
  for (let cut = 0; cut <= Buffer.byteLength(inside); cut += 1) {
    expect(blobOf(inside, cut).text()).toBe(JSON.parse(`"${inside}"`))
  }
  expect(JSON.stringify([blobOf(inside)])).toBe(JSON.stringify([JSON.parse(`"${inside}"`)]))
  expect(new Base64Bytes(Buffer.from(standard)).base64()).toEqual(bytes)
})

test('base64 goes out again as it lies, where that is the standard alphabet, padded, and somebody looked', () => {
  const digest = { sha256: '', byteLength: 0 }
  const lying = (text: string, seen: typeof digest | null = digest) =>
    new JsonBlob([Buffer.from(text.slice(0, 40)), Buffer.from(text.slice(40))], seen).standardBase64()
  expect(Buffer.concat(lying(standard) ?? []).toString()).toBe(standard)
  expect(lying(standard, null)).toBeNull()
  expect(lying(bytes.toString('base64url'))).toBeNull()
  expect(lying(bytes.subarray(0, 298).toString('base64').replace(/=+$/, ''))).toBeNull()
})
