import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { isBare } from './bare.ts'

const photo = readFileSync(new URL('../../../../examples/photos/rocket.jpg', import.meta.url))
const segment = (marker: number, text: string) => {
  const body = Buffer.from(text)
  return Buffer.concat([Buffer.from([0xff, marker, 0, body.length + 2]), body])
}
const after = (bytes: Buffer, at: number, ...extra: Buffer[]) =>
  Buffer.concat([bytes.subarray(0, at), ...extra, bytes.subarray(at)])

const jpeg = await sharp(photo).jpeg().toBuffer()
const progressive = await sharp(photo).jpeg({ progressive: true }).toBuffer()
const png = await sharp(photo).resize(40).png().toBuffer()
const webp = await sharp(photo).resize(40).webp().toBuffer()
const alpha = await sharp(photo).resize(40).ensureAlpha(0.5).webp().toBuffer()

test('what an encoder writes by itself is bare', () => {
  expect(isBare(jpeg, 'image/jpeg')).toBe(true)
  expect(isBare(progressive, 'image/jpeg')).toBe(true)
  expect(isBare(png, 'image/png')).toBe(true)
  expect(isBare(webp, 'image/webp')).toBe(true)
  expect(isBare(alpha, 'image/webp')).toBe(true)
})

test.each<[string, () => Promise<Buffer> | Buffer, 'image/jpeg' | 'image/png' | 'image/webp']>([
  ['a JPEG comment', () => after(jpeg, 2, segment(0xfe, 'home: 52.52, 13.40')), 'image/jpeg'],
  ['an unknown application block', () => after(jpeg, 2, segment(0xe5, 'secret')), 'image/jpeg'],
  ['bytes behind the end', () => Buffer.concat([jpeg, Buffer.from('motion photo')]), 'image/jpeg'],
  [
    'bytes behind an end with a fill byte before it, and one more end',
    () =>
      Buffer.concat([
        jpeg.subarray(0, -2),
        Buffer.from('ffffd9', 'hex'),
        Buffer.from('motion'),
        jpeg.subarray(-2),
      ]),
    'image/jpeg',
  ],
  [
    'a comment with a fill byte before it, between two scans',
    () =>
      after(
        progressive,
        progressive.lastIndexOf('ffda', undefined, 'hex'),
        Buffer.from([0xff]),
        segment(0xfe, 'home'),
      ),
    'image/jpeg',
  ],
  ['a second picture behind the end', () => Buffer.concat([jpeg, jpeg]), 'image/jpeg'],
  [
    'EXIF',
    () =>
      sharp(photo)
        .withExif({ IFD0: { Artist: 'A' } })
        .jpeg()
        .toBuffer(),
    'image/jpeg',
  ],
  ['a cut file', () => jpeg.subarray(0, 3000), 'image/jpeg'],
  [
    'PNG text',
    () =>
      sharp(png)
        .withExif({ IFD0: { Artist: 'A' } })
        .png()
        .toBuffer(),
    'image/png',
  ],
  ['bytes behind IEND', () => Buffer.concat([png, Buffer.from('x')]), 'image/png'],
  [
    'WebP EXIF',
    () =>
      sharp(webp)
        .withExif({ IFD0: { Artist: 'A' } })
        .webp()
        .toBuffer(),
    'image/webp',
  ],
  ['nothing', () => Buffer.alloc(0), 'image/jpeg'],
])('%s is found', async (_, make, type) => {
  expect(isBare(await make(), type)).toBe(false)
})

test('a comment between the scans of a progressive file is found', () => {
  const secondScan = progressive.indexOf('ffda', progressive.indexOf('ffda', 0, 'hex') + 2, 'hex')
  expect(secondScan).toBeGreaterThan(0)
  expect(isBare(after(progressive, secondScan, segment(0xfe, 'hidden')), 'image/jpeg')).toBe(false)
})
