import sharp from 'sharp'
import { expect, test } from 'vitest'
import { DEFAULT_IMAGE_LIMITS as LIMITS } from './limits.ts'
import { decodePlane, encodePlane, readMask } from './mask.ts'

const SIZE = { width: 40, height: 30 }

/** Black with a white square of ten pixels at 5, 5. */
function whiteSquare(): Promise<Buffer> {
  const square = { create: { width: 10, height: 10, channels: 3, background: '#fff' } } as const
  return sharp({ create: { ...SIZE, channels: 3, background: '#000' } })
    .composite([{ input: square, left: 5, top: 5 }])
    .png()
    .toBuffer()
}

const at = (plane: { data: Uint8Array }, x: number, y: number) => plane.data[y * SIZE.width + x]

test('white is what to edit', async () => {
  const plane = await readMask(await whiteSquare(), SIZE, LIMITS)
  expect([at(plane, 7, 7), at(plane, 30, 20)]).toEqual([255, 0])
})

test('where alpha varies, transparent is what to edit', async () => {
  const data = new Uint8Array(SIZE.width * SIZE.height * 4).fill(255)
  data[3] = 0
  const bytes = await sharp(data, { raw: { ...SIZE, channels: 4 } })
    .png()
    .toBuffer()
  const plane = await readMask(bytes, SIZE, LIMITS)
  expect([at(plane, 0, 0), at(plane, 1, 0)]).toEqual([255, 0])
})

test('read by alpha alone, white is nothing: what is opaque stays', async () => {
  const byAlpha = { ...LIMITS, by: 'alpha' } as const
  const why = { code: 'mask_unusable', message: expect.stringContaining('transparent') }
  await expect(readMask(await whiteSquare(), SIZE, byAlpha)).rejects.toMatchObject(why)
  const data = new Uint8Array(SIZE.width * SIZE.height * 4).fill(255)
  const bytes = () => sharp(data, { raw: { ...SIZE, channels: 4 } }).png()
  await expect(readMask(await bytes().toBuffer(), SIZE, byAlpha)).rejects.toMatchObject(why)
  data[3] = 0
  const plane = await readMask(await bytes().webp({ lossless: true }).toBuffer(), SIZE, byAlpha)
  expect([at(plane, 0, 0), at(plane, 1, 0)]).toEqual([255, 0])
})

test.each([
  ['of another size', { width: 41, height: 30 }, '#fff'],
  ['that marks nothing', SIZE, '#000'],
])('a mask %s is refused', async (_, size, background) => {
  const bytes = await sharp({ create: { ...size, channels: 3, background } })
    .png()
    .toBuffer()
  await expect(readMask(bytes, SIZE, LIMITS)).rejects.toMatchObject({ code: 'mask_unusable' })
})

test('nearly black is black, nearly white is white', async () => {
  const data = new Uint8Array(SIZE.width * SIZE.height * 3).fill(10)
  data.fill(246, 0, 30)
  const bytes = await sharp(data, { raw: { ...SIZE, channels: 3 } })
    .png()
    .toBuffer()
  const plane = await readMask(bytes, SIZE, LIMITS)
  expect(new Set(plane.data)).toEqual(new Set([0, 255]))
})

test('a plane survives its PNG', async () => {
  const plane = { ...SIZE, data: Uint8Array.from({ length: 1200 }, (_, i) => i % 256) }
  expect((await decodePlane(await encodePlane(plane))).data).toEqual(plane.data)
})
