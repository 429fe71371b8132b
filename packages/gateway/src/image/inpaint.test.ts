import { describe, expect, it } from 'vitest'
import { grainOf } from './grain.ts'
import { inpaint } from './inpaint.ts'
import { blankPlane, blankRaster, type Plane, type Raster, type Size } from './raster.ts'
import { seeded } from './seeded.ts'

function smooth({ width, height }: Size, noise = 0): Raster {
  const random = seeded(4)
  const raster = blankRaster({ width, height })
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const grain = (random() + random() + random() - 1.5) * 2 * noise
      raster.data.set(
        [60 + (x / width) * 120, 80 + (y / height) * 100, 150, 0].map((v) => Math.round(v + grain)),
        at,
      )
      raster.data[at + 3] = 255
    }
  }
  return raster
}

function spot(size: Size, cx: number, cy: number, radius: number, into: Plane = blankPlane(size)): Plane {
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++)
      if (Math.hypot(x - cx, y - cy) <= radius) into.data[y * size.width + x] = 255
  }
  return into
}

function scribbledOver(photo: Raster, mask: Plane): Raster {
  const data = new Uint8Array(photo.data)
  mask.data.forEach((value, i) => value > 0 && data.set([255, 0, 255], i * 4))
  return { ...photo, data }
}

/** 36 × 36 pixels from the middle of 240 × 180. */
function patch(raster: Raster): Raster {
  const cut = blankRaster({ width: 36, height: 36 })
  for (let y = 0; y < 36; y++) {
    const from = ((72 + y) * 240 + 102) * 4
    cut.data.set(raster.data.subarray(from, from + 144), y * 144)
  }
  return cut
}

describe('inpaint', () => {
  it.each([
    { width: 160, height: 120, radius: 14 },
    { width: 1800, height: 1200, radius: 170 },
  ])(
    'fills a hole of radius $radius near the truth and touches nothing else',
    async ({ radius, ...size }) => {
      const truth = smooth(size)
      const mask = spot(size, size.width * 0.55, size.height * 0.5, radius)
      const given = scribbledOver(truth, mask)
      const { data } = await inpaint(given, mask)
      let worst = 0
      for (let i = 0; i < mask.data.length; i++) {
        for (let c = 0; c < 4; c++) {
          if (mask.data[i] === 0) {
            if (data[i * 4 + c] !== given.data[i * 4 + c])
              expect.fail(`pixel ${i} outside the mask was changed`)
          } else worst = Math.max(worst, Math.abs(data[i * 4 + c]! - truth.data[i * 4 + c]!))
        }
      }
      expect(worst).toBeLessThan(20)
    },
  )

  it('fills spots apart from each other, to the borders of the picture', async () => {
    const size = { width: 200, height: 100 }
    const truth = smooth(size)
    const mask = spot(size, 0, 0, 9, spot(size, 199, 99, 9, spot(size, 100, 50, 4)))
    const { data } = await inpaint(scribbledOver(truth, mask), mask)
    for (let i = 0; i < mask.data.length; i++)
      expect(Math.abs(data[i * 4]! - truth.data[i * 4]!)).toBeLessThan(12)
  })

  it('gives the hole the grain of its surroundings', async () => {
    const size = { width: 240, height: 180 }
    const photo = smooth(size, 5)
    const mask = spot(size, 120, 90, 30)
    const result = await inpaint(scribbledOver(photo, mask), mask)
    expect(grainOf(patch(result))).toBeGreaterThan(0.5 * grainOf(patch(photo)))
    expect(grainOf(patch(result))).toBeLessThan(1.5 * grainOf(patch(photo)))
  })

  it('keeps transparency, and everything when the mask is empty', async () => {
    const photo = smooth({ width: 40, height: 40 })
    photo.data[(20 * 40 + 20) * 4 + 3] = 31
    expect((await inpaint(photo, blankPlane(photo))).data).toEqual(photo.data)
    const { data } = await inpaint(photo, spot(photo, 20, 20, 5))
    expect(data[(20 * 40 + 20) * 4 + 3]).toBe(31)
  })

  it('mixes by a soft mask', async () => {
    const photo = smooth({ width: 60, height: 60 })
    const mask = spot(photo, 30, 30, 8)
    const given = scribbledOver(photo, mask)
    const half = { ...mask, data: mask.data.map((value) => (value > 0 ? 128 : 0)) }
    const whole = await inpaint(given, mask)
    const soft = await inpaint(given, half)
    const at = (30 * 60 + 30) * 4 + 1
    expect(soft.data[at]).toBeCloseTo((whole.data[at]! * 128) / 255, -1)
  })

  it('survives a mask over everything and refuses one of another size', async () => {
    const photo = smooth({ width: 30, height: 20 })
    const all = { width: 30, height: 20, data: new Uint8Array(600).fill(255) }
    expect((await inpaint(photo, all)).data).toHaveLength(photo.data.length)
    await expect(inpaint(photo, blankPlane({ width: 3, height: 3 }))).rejects.toThrow('size of the photo')
  })
})

it('reads the grain of a photo, not its slopes', () => {
  expect(grainOf(smooth({ width: 200, height: 200 }))).toBeLessThan(0.7)
  expect(grainOf(smooth({ width: 200, height: 200 }, 4))).toBeGreaterThan(2.8)
  expect(grainOf(smooth({ width: 200, height: 200 }, 4))).toBeLessThan(5)
  expect(grainOf(smooth({ width: 3, height: 3 }))).toBe(0)
})
