import { expect, test } from 'vitest'
import { blankRaster, type Plane, type Raster } from '../image/raster.ts'
import { adjust } from './adjust.ts'
import { understand } from './grammar/understand.ts'
import { perform } from './perform.ts'

const SIZE = { width: 48, height: 32 }

function photo(): Raster {
  const picture = blankRaster(SIZE)
  for (let at = 0; at < picture.data.length; at += 4) picture.data.set([60, (at / 4) % 200, 120, 255], at)
  return picture
}

function maskOf(value: number): Plane {
  return { ...SIZE, data: new Uint8Array(SIZE.width * SIZE.height).fill(value) }
}

test.each([0, 1, 64, 128, 254, 255])('a mask value of %i counts once', async (value) => {
  const understood = understand('make the marked area brighter', { inputs: 1, hasMask: true })
  if (understood.kind === 'unsupported') throw new Error(understood.reason)
  const [operation] = understood.plan.operations
  if (operation === undefined || !('where' in operation)) throw new Error('an adjustment was expected')
  const { where, ...adjusting } = operation
  expect(where).toBe('mask')
  const before = photo()
  const whole = adjust(before, adjusting)
  const expected = before.data.map((byte, i) => Math.round(byte + (whole.data[i]! - byte) * (value / 255)))
  const { picture } = await perform(understood.plan, { pictures: [before], mask: maskOf(value), seed: 1 })
  expect(Buffer.compare(picture.data, Uint8Array.from(expected))).toBe(0)
})
