import { expect, test } from 'vitest'
import { seeded } from '../../image/seeded.ts'
import { displaced } from './displaced.ts'

const size = { width: 640, height: 400 }
const ramp = (value: (x: number, y: number) => number) => ({
  ...size,
  data: Float32Array.from({ length: 640 * 400 }, (_, i) => value(i % 640, Math.floor(i / 640))),
})
const shown = { columns: [0, 640], rows: [0, 400] } as const

test('reaches its figure, no further, smoothly, and moves nothing on the whole', () => {
  // Planes that hold their own coordinates tell where each pixel came from.
  const planes = [ramp((x) => x), ramp((_, y) => y), ramp(() => 1)] as const
  const [fromX, fromY, one] = displaced(planes, shown, 1.7, seeded(3))
  let [farthest, sumX, sumY, jump, count] = [0, 0, 0, 0, 0]
  for (let y = 8; y < 392; y++) {
    for (let x = 8; x < 632; x++, count++) {
      const i = y * 640 + x
      const [dx, dy] = [fromX.data[i]! - x, fromY.data[i]! - y]
      farthest = Math.max(farthest, Math.hypot(dx, dy))
      jump = Math.max(jump, Math.abs(fromX.data[i + 1]! - fromX.data[i]! - 1))
      sumX += dx
      sumY += dy
    }
  }
  expect(farthest).toBeLessThan(1.71)
  expect(farthest).toBeGreaterThan(1.2)
  expect(jump).toBeLessThan(0.05)
  expect(Math.hypot(sumX, sumY) / count).toBeLessThan(0.15)
  expect(one.data.every((value) => Math.abs(value - 1) < 1e-5)).toBe(true)
})

test('bare sides are filled by reflection, not by a smear', () => {
  const planes = [ramp((x) => x), ramp((_, y) => y), ramp(() => 1)] as const
  const [fromX, fromY] = displaced(planes, { columns: [5, 638], rows: [3, 400] }, 0, seeded(3))
  expect(Array.from(fromX.data.subarray(640 * 100, 640 * 100 + 7))).toEqual([9, 8, 7, 6, 5, 5, 6])
  expect(Array.from(fromX.data.subarray(640 * 101 - 4, 640 * 101))).toEqual([636, 637, 637, 636])
  expect([0, 1, 2, 3].map((y) => fromY.data[y * 640 + 50])).toEqual([5, 4, 3, 3])
})
