import { readFileSync } from 'node:fs'
import { assert, property, uint8Array } from 'fast-check'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { type ImageType, sniff } from './sniff.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const dot = () => sharp({ create: { width: 8, height: 8, channels: 3, background: '#fa0' } })

test.each<[ImageType, () => Promise<Uint8Array>]>([
  ['image/jpeg', () => dot().jpeg().toBuffer()],
  ['image/png', () => dot().png().toBuffer()],
  ['image/webp', () => dot().webp().toBuffer()],
  ['image/gif', () => dot().gif().toBuffer()],
  ['image/tiff', () => dot().tiff().toBuffer()],
  ['image/avif', () => dot().avif().toBuffer()],
  ['image/heic', async () => bytes('\0\0\0\x18ftypheic\0\0\0\0mif1heic')],
  ['image/heic', async () => bytes('\0\0\0\x18ftypmif1\0\0\0\0mif1heic')],
])('tells %s by its bytes', async (type, make) => {
  expect(sniff(await make())).toEqual({ kind: 'image', type })
})

test.each([
  ['an SVG drawing', '<?xml version="1.0"?>\n<!-- x --><svg xmlns="http://www.w3.org/2000/svg"/>'],
  ['an SVG drawing', '\xef\xbb\xbf  <svg width="1"/>'],
  ['a web page', '<!DOCTYPE html><title>Not found</title>'],
  ['a PDF', '%PDF-1.7'],
  ['a video', '\0\0\0\x18ftypmp42\0\0\0\0isom'],
  ['text', 'hello, I am renamed to .jpg'],
  ['unknown data', '\0\x01\x02\x03'],
])('names what is no picture to edit: %s', (looksLike, content) => {
  expect(sniff(bytes(content))).toEqual({ kind: 'other', looksLike })
})

test('never throws, whatever the bytes', () => {
  const jpeg = readFileSync(new URL('../../../../examples/photos/rocket.jpg', import.meta.url))
  expect(sniff(jpeg.subarray(0, 2)).kind).toBe('other')
  assert(property(uint8Array({ maxLength: 600 }), (random) => void sniff(random)))
})
