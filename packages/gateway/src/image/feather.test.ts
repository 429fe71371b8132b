import { expect, test } from 'vitest'
import { feathered } from './feather.ts'
import { blankPlane, type Plane } from './raster.ts'
import { boundsOf } from './region.ts'

function square(side: number, from: number, to: number): Plane {
  const plane = blankPlane({ width: side, height: side })
  for (let y = from; y < to; y++) plane.data.fill(255, y * side + from, y * side + to)
  return plane
}

function rowOf({ width, data }: Plane, y: number): readonly number[] {
  return [...data.subarray(y * width, (y + 1) * width)]
}

test('bounds are the smallest box around what is marked', () => {
  expect(boundsOf(square(20, 5, 9))).toEqual({ left: 5, top: 5, width: 4, height: 4 })
  expect(boundsOf(blankPlane({ width: 4, height: 4 }))).toMatchObject({ width: 0, height: 0 })
})

test('an edge opens inwards within four pixels, and nothing outside does', () => {
  const mask = square(100, 20, 80)
  const soft = feathered(mask, boundsOf(mask))
  const row = rowOf(soft, 50)
  expect(row.slice(18, 26)).toEqual([0, 0, 27, 90, 165, 228, 255, 255])
  expect(row.toReversed().slice(18, 26)).toEqual(row.slice(18, 26))
  expect(soft.data.every((value, at) => value <= mask.data[at]!)).toBe(true)
})

test('where the mask runs out of the picture there is no edge', () => {
  const mask = square(64, 0, 40)
  const soft = feathered(mask, boundsOf(mask))
  expect(rowOf(soft, 0).slice(0, 3)).toEqual([255, 255, 255])
  expect(rowOf(soft, 0)[39]).toBeLessThan(255)
})

test('of something small most stays open', () => {
  const tiny = square(40, 10, 16)
  expect(feathered(tiny, boundsOf(tiny))).toEqual(tiny)
  const small = square(40, 10, 20)
  expect(rowOf(feathered(small, boundsOf(small)), 15).slice(10, 13)).toEqual([128, 255, 255])
})

test('grey stays at most as it is', () => {
  const grey = square(100, 20, 80)
  grey.data.forEach((value, at) => (grey.data[at] = value === 0 ? 0 : 100))
  const soft = feathered(grey, boundsOf(grey))
  expect(Math.max(...soft.data)).toBe(100)
})
