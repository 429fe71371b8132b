import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { DEFAULT_IMAGE_LIMITS as LIMITS } from './limits.ts'
import { decodePhoto, encodeRaster, inspectPhoto } from './photo.ts'

const red = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#e01020' } })

/** A PNG of `side` x `side` black pixels, a few kilobytes long. */
function bomb(side: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([1, 0, 0, 0, 0], 8)
  const rows = deflateSync(Buffer.alloc((Math.ceil(side / 8) + 1) * side), { level: 9 })
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const out = Buffer.alloc(8 + data.length + 4)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), out.length - 4)
  return out
}

function crc32(bytes: Buffer): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

test.each<[string, string, () => Promise<Uint8Array> | Uint8Array]>([
  ['image_empty', 'nothing', () => new Uint8Array()],
  ['image_unsupported', 'text', () => Buffer.from('I was renamed to .jpg')],
  [
    'image_unsupported',
    'SVG',
    () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'),
  ],
  ['image_too_large', '60 MP', () => red(10_000, 6000).jpeg().toBuffer()],
  ['image_too_large', 'a bomb', () => bomb(20_000)],
  ['image_corrupt', 'a bare signature', () => Buffer.from('89504e470d0a1a0a', 'hex')],
])('refuses with %s: %s', async (code, _, make) => {
  const bytes = await make()
  const rssBefore = process.memoryUsage().rss
  await expect(inspectPhoto(bytes, LIMITS, 'The image')).rejects.toMatchObject({ code })
  expect(process.memoryUsage().rss - rssBefore).toBeLessThan(64e6)
})

test('refuses more bytes than allowed before looking at them', async () => {
  const refusal = inspectPhoto(new Uint8Array(11), { ...LIMITS, maxBytes: 10 }, 'The image')
  await expect(refusal).rejects.toMatchObject({ code: 'image_too_large' })
})

test('a truncated JPEG has a good header and does not decode', async () => {
  const whole = await red(900, 700).jpeg().toBuffer()
  const cut = whole.subarray(0, Math.floor(whole.length * 0.6))
  expect(await inspectPhoto(cut, LIMITS, 'x')).toMatchObject({ width: 900 })
  await expect(decodePhoto(cut, LIMITS, 'The image')).rejects.toMatchObject({ code: 'image_corrupt' })
})

test.each([1, 2, 3, 4, 5, 6, 7, 8])('orientation %i is upright in facts and pixels', async (orientation) => {
  const bytes = await red(60, 20).withMetadata({ orientation }).jpeg().toBuffer()
  const size = orientation > 4 ? { width: 20, height: 60 } : { width: 60, height: 20 }
  expect(await inspectPhoto(bytes, LIMITS, 'x')).toMatchObject(size)
  expect(await decodePhoto(bytes, LIMITS, 'x')).toMatchObject(size)
})

test('grey, 16 bit, palette and alpha all become RGBA bytes', async () => {
  const sources = [
    red(9, 7).toColourspace('b-w').png(),
    red(9, 7).toColourspace('rgb16').png(),
    red(9, 7).png({ palette: true }),
    red(9, 7).ensureAlpha(0.5).png(),
    red(9, 7).gif(),
    red(9, 7).toColourspace('cmyk').tiff(),
  ]
  for (const source of sources) {
    const raster = await decodePhoto(await source.toBuffer(), LIMITS, 'x')
    expect(raster.data).toHaveLength(9 * 7 * 4)
  }
})

test('PNG gives the very pixels back, alpha included', async () => {
  const raster = { width: 3, height: 2, data: Uint8Array.from({ length: 24 }, (_, i) => (i * 37) % 256) }
  const back = await decodePhoto(await encodeRaster(raster, 'image/png'), LIMITS, 'x')
  expect(back.data).toEqual(raster.data)
})
