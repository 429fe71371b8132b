import { expect, test } from 'vitest'
import { GEMINI_2_5_PIXELS, GEMINI_3_PIXELS } from '../../models/pixel-tables.ts'
import { ratioOf } from '../../models/pixels.ts'
import { ASPECT_RATIOS } from '../../contract/request.ts'
import { drawDrift } from './drift.ts'
import { type Affine, affineOf, placement, regionShown, shownPixels } from './placement.ts'

const none = drawDrift('none', 1)

function mapped([a, b, c, d, e, f]: Affine, x: number, y: number): readonly [number, number] {
  return [a * x + b * y + c, d * x + e * y + f]
}

test('a photo of the same size stays where it is', () => {
  const size = { width: 1200, height: 896 }
  expect(affineOf(placement(size, size, none))).toEqual([1, 0, 0, 0, 1, 0])
})

test('a photo of the ratio is stretched to the rounded sizes of the tables, never cut', () => {
  for (const ratio of ASPECT_RATIOS) {
    const photo = { width: 4000 * ratioOf(ratio), height: 4000 }
    for (const pixels of [GEMINI_3_PIXELS[ratio]?.['1K'], GEMINI_2_5_PIXELS[ratio]?.['1K']]) {
      if (!pixels) continue
      const region = regionShown(placement(photo, pixels, none), pixels)
      expect(region.left, ratio).toBeCloseTo(0)
      expect(region.width, ratio).toBeCloseTo(photo.width)
      expect(region.top, ratio).toBeCloseTo(0)
      expect(region.height, ratio).toBeCloseTo(photo.height)
    }
  }
})

test('a photo of another ratio is filled in from its middle', () => {
  const photo = { width: 1600, height: 900 }
  const pixels = { width: 1024, height: 1024 }
  const place = placement(photo, pixels, none)
  const region = regionShown(place, pixels)
  expect(region.left).toBeCloseTo(350)
  expect(region.top).toBeCloseTo(0)
  expect(region.width).toBeCloseTo(900)
  expect(region.height).toBeCloseTo(900)
  const [x, y] = mapped(affineOf(place), 799.5, 449.5)
  expect(x).toBeCloseTo(511.5)
  expect(y).toBeCloseTo(511.5)
})

test('shift, scale and a new framing: in pixels of a megapixel, about the centre, in shares', () => {
  const photo = { width: 2048, height: 2048 }
  const shifted = placement(photo, photo, { ...none, shiftPx: [3, -2] })
  expect(mapped(affineOf(shifted), 100, 100)).toEqual([106, 96])
  const scaled = placement(photo, photo, { ...none, scale: 1.01 })
  const [centre] = mapped(affineOf(scaled), 1023.5, 0)
  expect(centre).toBeCloseTo(1023.5)
  expect(scaled.scaleX).toBeCloseTo(1.01)
  const recrop = placement(photo, photo, { ...none, recrop: { share: 0.1, x: 1, y: 0.5 } })
  const region = regionShown(recrop, photo)
  expect(region.left).toBeCloseTo(204.8)
  expect(region.top).toBeCloseTo(102.4)
  expect(region.width).toBeCloseTo(2048 * 0.9)
})

test('which pixels show photo when it does not reach the border', () => {
  const size = { width: 1024, height: 1024 }
  const place = placement(size, size, { ...none, shiftPx: [3.4, -2.2] })
  expect(shownPixels(size, size, place)).toEqual({ columns: [4, 1024], rows: [0, 1021] })
})
