import { expect, test } from 'vitest'
import { boxFilter } from '../../image/box-filter.ts'
import { drawDrift } from './drift.ts'
import { drifted } from './drifted.ts'
import { greenOf, photo, SIZE } from './photo.fixture.ts'

const none = drawDrift('none', 1)

/** What stands out from the mean of the square round it. */
function detail(values: Float32Array, radius: number): Float32Array {
  const mean = new Float32Array(values.length)
  boxFilter(SIZE)(values, radius, mean)
  return values.map((value, i) => value - mean[i]!)
}

function likeness(a: Float32Array, b: Float32Array, at: (i: number) => boolean): number {
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    if (!at(i)) continue
    ab += a[i]! * b[i]!
    aa += a[i]! ** 2
    bb += b[i]! ** 2
  }
  return ab / Math.sqrt(aa * bb)
}

const skyGrain = (i: number) => Math.floor(i / SIZE.width) < 110 && i % SIZE.width < 500
const fur = (i: number) => i % SIZE.width < 180 && Math.abs(Math.floor(i / SIZE.width) - 240) < 58

test.each([
  ['fur', 'raccoon.jpg', fur, 0.75],
  ['grain', 'black-canyon.jpg', skyGrain, 0.4],
] as const)('%s becomes another of the same strength', async (_, name, place, mostAlike) => {
  const picture = await photo(name)
  const made = drifted(picture, SIZE, { ...none, resynthesis: 0.7 }, 3)
  const [before, after] = [detail(greenOf(picture), 1), detail(greenOf(made), 1)]
  expect(likeness(before, after, place)).toBeLessThan(mostAlike)
  const strength = (values: Float32Array) =>
    Math.sqrt(values.reduce((sum, value, i) => sum + (place(i) ? value ** 2 : 0), 0))
  expect(strength(after) / strength(before)).toBeGreaterThan(0.7)
  expect(strength(after) / strength(before)).toBeLessThan(1.1)
})

test('edges stay', async () => {
  const canyon = await photo('black-canyon.jpg')
  const made = drifted(canyon, SIZE, { ...none, resynthesis: 0.7 }, 3)
  const [before, after] = [detail(greenOf(canyon), 4), detail(greenOf(made), 4)]
  expect(likeness(before, after, (i) => Math.abs(before[i]!) > 40)).toBeGreaterThan(0.9)
})

test('shows no grid: a clean slope and a plain field stay as they are', () => {
  const data = new Uint8Array(SIZE.width * SIZE.height * 4).fill(255)
  for (let i = 0; i < SIZE.width * SIZE.height; i++) {
    data.fill(40 + Math.round((150 * (i % SIZE.width)) / SIZE.width), i * 4, i * 4 + 3)
  }
  const slope = { ...SIZE, data }
  const made = greenOf(drifted(slope, SIZE, { ...none, resynthesis: 1 }, 3))
  const worst = greenOf(slope).reduce((most, value, i) => Math.max(most, Math.abs(value - made[i]!)), 0)
  expect(worst).toBeLessThanOrEqual(1)
})
