import { expect, test } from 'vitest'
import { ASPECT_RATIOS } from '../contract/request.ts'
import { expectedPixels, nearestRatio, ratioOf, ratiosOf } from './pixels.ts'
import { allModels, findModel } from './registry.ts'

const banana = findModel('gemini-nano-banana-2.1')!
const pro = findModel('gemini-3-pro-image')!
const flash = findModel('gemini-3.1-flash-image')!
const lite = findModel('gemini-3.1-flash-lite-image')!
const old = findModel('gemini-2.5-flash-image')!
const local = findModel('local')!

test('ratios are width over height', () => {
  expect(ratioOf('16:9')).toBeCloseTo(1.7778, 4)
  expect(ratioOf('1:8')).toBe(0.125)
  for (const ratio of ASPECT_RATIOS) expect(ratioOf(ratio), ratio).toBeGreaterThan(0)
})

test('expected pixels are the documented ones', () => {
  expect(expectedPixels(banana, '16:9', '1K')).toEqual({ width: 1376, height: 768 })
  expect(expectedPixels(pro, '2:3', '4K')).toEqual({ width: 3392, height: 5056 })
  expect(expectedPixels(flash, '8:1', '512')).toEqual({ width: 1536, height: 192 })
  expect(expectedPixels(old, '4:3')).toEqual({ width: 1184, height: 864 })
})

test('without a size the default one is expected', () => {
  expect(expectedPixels(banana, '21:9')).toEqual({ width: 1584, height: 672 })
  expect(expectedPixels(old, '21:9', '1K')).toEqual({ width: 1536, height: 672 })
})

test('nothing is expected of what a model does not offer or Google misprints', () => {
  expect(expectedPixels(banana, '1:1', '512')).toBeNull()
  expect(expectedPixels(pro, '1:8', '1K')).toBeNull()
  expect(expectedPixels(lite, '1:1', '2K')).toBeNull()
  expect(expectedPixels(old, '1:1', '2K')).toBeNull()
  expect(expectedPixels(flash, '21:9', '512')).toBeNull()
  expect(expectedPixels(flash, '9:21', '1K')).toBeNull()
  expect(expectedPixels(local, '1:1')).toBeNull()
})

test('every table entry has the shape of its ratio, within 3 %', () => {
  for (const model of allModels()) {
    for (const ratio of ratiosOf(model)) {
      for (const size of model.imageSizes?.length ? model.imageSizes : (['1K'] as const)) {
        const pixels = expectedPixels(model, ratio, size)
        if (pixels === null) continue
        const off = Math.abs(Math.log(pixels.width / pixels.height / ratioOf(ratio)))
        expect(off, `${model.id} ${ratio} ${size}`).toBeLessThan(0.03)
      }
    }
  }
})

test('every size that is offered doubles the one below', () => {
  for (const ratio of ratiosOf(banana)) {
    const small = expectedPixels(banana, ratio, '1K')!
    const large = expectedPixels(banana, ratio, '4K')!
    expect(large, ratio).toEqual({ width: small.width * 4, height: small.height * 4 })
  }
})

test.each([
  [512, 512, '1:1'],
  [451, 300, '3:2'],
  [600, 400, '3:2'],
  [640, 427, '3:2'],
  [1024, 858, '5:4'],
  [4032, 3024, '4:3'],
  [1080, 2340, '9:16'],
  [5000, 1000, '4:1'],
  [10_000, 100, '8:1'],
  // By plain difference 1:8 would be nearer.
  [180, 1000, '1:4'],
])('%dx%d is nearest to %s', (width, height, ratio) => {
  expect(nearestRatio(ratiosOf(banana), { width, height })).toBe(ratio)
})

test('nearness is the same upright and lying, and keeps to what the model offers', () => {
  expect(nearestRatio(ratiosOf(pro), { width: 5000, height: 1000 })).toBe('21:9')
  expect(nearestRatio(ratiosOf(pro), { width: 1000, height: 5000 })).toBe('9:16')
  for (const ratio of ratiosOf(pro)) {
    const [width, height] = ratio.split(':').map(Number)
    expect(nearestRatio(ratiosOf(pro), { width: width!, height: height! })).toBe(ratio)
  }
})

test('9:21 is offered on Vertex alone', () => {
  const tall = { width: 1080, height: 2520 }
  expect(nearestRatio(ratiosOf(flash, 'vertex'), tall)).toBe('9:21')
  expect(nearestRatio(ratiosOf(flash, 'ai-studio'), tall)).toBe('9:16')
  expect(nearestRatio(ratiosOf(flash), tall)).toBe('9:16')
})

test('a picture without area, or a model without ratios, has no nearest', () => {
  expect(nearestRatio(ratiosOf(banana), { width: 0, height: 100 })).toBeNull()
  expect(nearestRatio(ratiosOf(banana), { width: 100, height: 0 })).toBeNull()
  expect(nearestRatio(ratiosOf(local), { width: 100, height: 100 })).toBeNull()
})
