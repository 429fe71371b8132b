import { describe, expect, it } from 'vitest'
import { blankPlane, blankRaster, type Raster, type Size } from '../image/raster.ts'
import { cropAround } from './crop-box.ts'
import { reframe } from './frame.ts'

function numbered(size: Size): Raster {
  const raster = blankRaster(size)
  for (let i = 0; i < size.width * size.height; i++)
    raster.data.set([i & 255, (i >> 8) & 255, (i * 7) & 255, 255], i * 4)
  return raster
}

const RATIOS = [
  [1, 1],
  [16, 9],
  [9, 16],
  [4, 5],
  [21, 9],
] as const

describe('crop', () => {
  it.each(RATIOS)('is %i:%i to a pixel and as large as can be', async (w, h) => {
    for (const size of [
      { width: 301, height: 200 },
      { width: 117, height: 400 },
    ]) {
      const result = await reframe(numbered(size), { op: 'crop', ratio: [w, h] })
      const exact = Math.min(size.width / w, size.height / h)
      expect(Math.abs(result.width - exact * w)).toBeLessThanOrEqual(0.5)
      expect(Math.abs(result.height - exact * h)).toBeLessThanOrEqual(0.5)
    }
  })

  it('takes the middle, and the pixels unchanged', async () => {
    const photo = numbered({ width: 30, height: 10 })
    const result = await reframe(photo, { op: 'crop', ratio: [1, 1] })
    expect(result.data.subarray(0, 40)).toEqual(photo.data.subarray(40, 80))
  })

  it('does not cut a subject that fits, wherever it stands', () => {
    const picture = { width: 300, height: 100 }
    for (const from of [0, 37, 120, 230]) {
      const alpha = blankPlane(picture)
      for (let y = 20; y < 90; y++) alpha.data.fill(255, y * 300 + from, y * 300 + from + 70)
      const box = cropAround(picture, [1, 1], alpha)
      expect(box.left).toBeLessThanOrEqual(from)
      expect(box.left + box.width).toBeGreaterThanOrEqual(from + 70)
      expect(box.left).toBeGreaterThanOrEqual(0)
      expect(box.left + box.width).toBeLessThanOrEqual(300)
    }
  })

  it('keeps the head of a subject that is too tall', () => {
    const alpha = blankPlane({ width: 100, height: 300 })
    for (let y = 60; y < 300; y++) alpha.data.fill(255, y * 100 + 20, y * 100 + 80)
    const box = cropAround({ width: 100, height: 300 }, [1, 1], alpha)
    expect(box.top).toBeLessThanOrEqual(60)
    expect(box.top).toBeGreaterThan(45)
  })
})

it('crops to a box of fractions, and never to nothing', async () => {
  const photo = numbered({ width: 20, height: 10 })
  const half = await reframe(photo, { op: 'crop-box', left: 0.5, top: 0, width: 0.5, height: 1 })
  expect([half.width, half.height]).toEqual([10, 10])
  expect(half.data.subarray(0, 4)).toEqual(photo.data.subarray(40, 44))
  const none = await reframe(photo, { op: 'crop-box', left: 1, top: 1, width: 0, height: 0.5 })
  expect([none.width, none.height]).toEqual([1, 1])
})

it('resizes by one side, by both, by a factor', async () => {
  const photo = numbered({ width: 30, height: 20 })
  const size = async (framing: Parameters<typeof reframe>[1]): Promise<number[]> => {
    const { width, height, data } = await reframe(photo, framing)
    expect(data).toHaveLength(width * height * 4)
    return [width, height]
  }
  expect(await size({ op: 'resize', width: 60 })).toEqual([60, 40])
  expect(await size({ op: 'resize', height: 10 })).toEqual([15, 10])
  expect(await size({ op: 'resize', width: 7, height: 70 })).toEqual([7, 70])
  expect(await size({ op: 'scale', factor: 0.5 })).toEqual([15, 10])
  expect(await size({ op: 'scale', factor: 0.001 })).toEqual([1, 1])
})

it('refuses to become larger than 50 megapixels', async () => {
  await expect(reframe(numbered({ width: 30, height: 20 }), { op: 'scale', factor: 400 })).rejects.toThrow(
    '50 megapixels',
  )
})

describe('rotate', () => {
  it('four quarter turns are no turn, and one goes clockwise', async () => {
    const photo = numbered({ width: 7, height: 4 })
    let result = photo
    for (let turn = 0; turn < 4; turn++) {
      result = await reframe(result, { op: 'rotate', degrees: 90 })
      if (turn === 0) {
        expect([result.width, result.height]).toEqual([4, 7])
        expect(result.data.subarray(12, 16)).toEqual(photo.data.subarray(0, 4))
      }
    }
    expect(result.data).toEqual(photo.data)
    expect((await reframe(photo, { op: 'rotate', degrees: -90 })).data).toEqual(
      (await reframe(photo, { op: 'rotate', degrees: 270 })).data,
    )
    expect((await reframe(photo, { op: 'rotate', degrees: 360 })).data).toEqual(photo.data)
  })

  it('other angles hold the whole picture and leave the corners transparent', async () => {
    const photo = blankRaster({ width: 60, height: 40 })
    photo.data.fill(180)
    for (let at = 3; at < photo.data.length; at += 4) photo.data[at] = 255
    const { width, height, data } = await reframe(photo, { op: 'rotate', degrees: 30 })
    expect([width, height]).toEqual([72, 65])
    expect(data[3]).toBe(0)
    const middle = (32 * 72 + 36) * 4
    expect([...data.subarray(middle, middle + 4)]).toEqual([180, 180, 180, 255])
    const opaque = data.reduce((sum, value, i) => sum + (i % 4 === 3 ? value / 255 : 0), 0)
    expect(Math.abs(opaque - 2400)).toBeLessThan(40)
    for (let at = 0; at < data.length; at += 4) if (data[at + 3]! > 0) expect(data[at]).toBe(180)
  })

  it('there and back is nearly the picture', async () => {
    // 84 becomes 105 and then 132: the middle of all three lies on the same pixel grid.
    const photo = blankRaster({ width: 84, height: 84 })
    for (let i = 0; i < 84 * 84; i++) {
      const value = Math.round(128 + 90 * Math.sin((i % 84) / 6) * Math.cos(i / 84 / 7))
      photo.data.set([value, value, value, 255], i * 4)
    }
    const there = await reframe(photo, { op: 'rotate', degrees: 17 })
    const back = await reframe(there, { op: 'rotate', degrees: -17 })
    expect([there.width, back.width]).toEqual([105, 132])
    let worst = 0
    for (let y = 10; y < 74; y++) {
      for (let x = 10; x < 74; x++) {
        const value = back.data[((y + 24) * 132 + x + 24) * 4]!
        worst = Math.max(worst, Math.abs(value - photo.data[(y * 84 + x) * 4]!))
      }
    }
    expect(worst).toBeLessThan(6)
  })
})

it.each(['horizontal', 'vertical'] as const)('flipped twice (%s) is the picture', async (axis) => {
  const photo = numbered({ width: 5, height: 3 })
  const once = await reframe(photo, { op: 'flip', axis })
  expect(once.data).not.toEqual(photo.data)
  expect((await reframe(once, { op: 'flip', axis })).data).toEqual(photo.data)
  const firstPixel = axis === 'horizontal' ? 4 : 10
  expect(once.data.subarray(0, 4)).toEqual(photo.data.subarray(firstPixel * 4, firstPixel * 4 + 4))
})
