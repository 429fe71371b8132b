import { expect, test } from 'vitest'
import { onlyInside, sameOutside } from './inside.ts'
import type { Raster } from './raster.ts'
import { wholeBox } from './region.ts'

const raster = (...pixels: readonly (readonly [number, number, number, number])[]): Raster => ({
  width: pixels.length,
  height: 1,
  data: Uint8Array.from(pixels.flat()),
})

test('white takes the edit, black the original, grey a share of each, by their opacity', () => {
  const mask = { width: 4, height: 1, data: Uint8Array.of(0, 255, 51, 51) }
  const original = raster([1, 2, 3, 0], [9, 9, 9, 255], [100, 0, 0, 255], [100, 0, 0, 0])
  const edited = raster([7, 7, 7, 7], [7, 8, 9, 10], [200, 50, 0, 255], [200, 50, 0, 255])
  const mixed = onlyInside(mask, { original, edited, box: wholeBox(original) })
  expect([...mixed.data]).toEqual([1, 2, 3, 0, 7, 8, 9, 10, 120, 10, 0, 255, 200, 50, 0, 51])
  expect(sameOutside(mask, original, mixed)).toBe(true)
  expect(sameOutside({ ...mask, data: new Uint8Array(4) }, original, mixed)).toBe(false)
})

test('an edit of a part lies where the part is', () => {
  const mask = { width: 4, height: 1, data: Uint8Array.of(0, 0, 255, 0) }
  const original = raster([1, 1, 1, 255], [2, 2, 2, 255], [3, 3, 3, 255], [4, 4, 4, 255])
  const mixed = onlyInside(mask, {
    original,
    edited: raster([30, 30, 30, 255], [40, 40, 40, 255]),
    box: { left: 2, top: 0, width: 2, height: 1 },
  })
  expect([...mixed.data]).toEqual([...original.data.subarray(0, 8), 30, 30, 30, 255, 4, 4, 4, 255])
})
