import { describe, expect, it } from 'vitest'
import { blankPlane, blankRaster, type Raster } from '../image/raster.ts'
import { adjust, type Adjusting } from './adjust.ts'

const ALL: readonly Adjusting[] = [
  { op: 'brightness', amount: 0.6 },
  { op: 'brightness', amount: -0.6 },
  { op: 'contrast', amount: 0.6 },
  { op: 'contrast', amount: -0.6 },
  { op: 'saturation', amount: 0.6 },
  { op: 'saturation', amount: -1 },
  { op: 'warmth', amount: 0.6 },
  { op: 'warmth', amount: -0.6 },
  { op: 'greyscale' },
  { op: 'sepia' },
  { op: 'blur', amount: 1 },
  { op: 'sharpen', amount: 1 },
]

/** Colours, edges and some transparency. */
function sample(): Raster {
  const raster = blankRaster({ width: 80, height: 50 })
  for (let y = 0, at = 0; y < 50; y++) {
    for (let x = 0; x < 80; x++, at += 4) {
      const stripe = (x >> 3) % 2
      raster.data.set([(x * 3) & 255, stripe * 120 + y, 200 - y * 3, x === 70 ? 0 : 255 - y], at)
    }
  }
  return raster
}

function one(...colour: [number, number, number]): Raster {
  return { width: 1, height: 1, data: Uint8Array.from([...colour, 255]) }
}

function changed(colour: [number, number, number], adjusting: Adjusting): number[] {
  return [...adjust(one(...colour), adjusting).data.subarray(0, 3)]
}

describe.each(ALL)('%o', (adjusting) => {
  it('changes something, never its input, never transparency', () => {
    const raster = sample()
    const result = adjust(raster, adjusting)
    expect(raster.data).toEqual(sample().data)
    expect(result.data).not.toEqual(raster.data)
    for (let at = 3; at < result.data.length; at += 4) expect(result.data[at]).toBe(raster.data[at])
  })

  it('leaves pixels of weight 0 as they are, and blends between', () => {
    const raster = sample()
    const weight = blankPlane(raster)
    for (let i = 0; i < weight.data.length; i++) weight.data[i] = i % 80 < 30 ? 0 : i % 80 < 50 ? 128 : 255
    const result = adjust(raster, adjusting, weight)
    let touched = 0
    for (let i = 0; i < weight.data.length; i++) {
      for (let c = 0; c < 4; c++) {
        if (weight.data[i] === 0) expect(result.data[i * 4 + c]).toBe(raster.data[i * 4 + c])
        else if (result.data[i * 4 + c] !== raster.data[i * 4 + c]) touched++
      }
    }
    expect(touched).toBeGreaterThan(100)
  })
})

it('greyscale has three equal channels', () => {
  const { data } = adjust(sample(), { op: 'greyscale' })
  for (let at = 0; at < data.length; at += 4)
    expect([data[at], data[at]]).toEqual([data[at + 1], data[at + 2]])
})

it('amount 0 changes nothing', () => {
  for (const op of ['brightness', 'contrast', 'saturation', 'warmth', 'sharpen'] as const) {
    expect(adjust(sample(), { op, amount: 0 }).data).toEqual(sample().data)
  }
})

it('brightness moves the middle and holds both ends', () => {
  expect(changed([0, 0, 0], { op: 'brightness', amount: 1 })).toEqual([0, 0, 0])
  expect(changed([255, 255, 255], { op: 'brightness', amount: -1 })).toEqual([255, 255, 255])
  expect(changed([118, 118, 118], { op: 'brightness', amount: 1 })[0]).toBeGreaterThan(160)
  expect(changed([118, 118, 118], { op: 'brightness', amount: -1 })[0]).toBeLessThan(85)
})

it('curves never turn back: a lighter tone stays lighter', () => {
  for (const adjusting of ALL.slice(0, 8)) {
    const ramp = blankRaster({ width: 256, height: 1 })
    for (let x = 0; x < 256; x++) ramp.data.set([x, x, x, 255], x * 4)
    const { data } = adjust(ramp, adjusting)
    for (let at = 4; at < data.length; at += 4) expect(data[at]).toBeGreaterThanOrEqual(data[at - 4]!)
  }
})

it('contrast pulls dark and light apart round middle grey', () => {
  expect(changed([70, 128, 190], { op: 'contrast', amount: 0.7 })[0]).toBeLessThan(60)
  expect(changed([70, 128, 190], { op: 'contrast', amount: 0.7 })[2]).toBeGreaterThan(200)
  expect(changed([0, 128, 255], { op: 'contrast', amount: -0.5 })[0]).toBeGreaterThan(30)
})

it('warmth moves blue to red and the other way', () => {
  const [red, , blue] = changed([128, 128, 128], { op: 'warmth', amount: 0.5 })
  expect(red! - blue!).toBeGreaterThan(15)
  const [coolRed, , coolBlue] = changed([128, 128, 128], { op: 'warmth', amount: -0.5 })
  expect(coolBlue! - coolRed!).toBeGreaterThan(15)
})

it('saturation -1 is grey, more saturation keeps greys grey', () => {
  const [r, g, b] = changed([200, 40, 90], { op: 'saturation', amount: -1 })
  expect([g, b]).toEqual([r, r])
  expect(changed([90, 90, 90], { op: 'saturation', amount: 1 })).toEqual([90, 90, 90])
})

it('sharpen steepens an edge and leaves even ground alone', () => {
  const edge = blankRaster({ width: 40, height: 5 })
  for (let i = 0; i < 200; i++) edge.data.set(i % 40 < 20 ? [90, 90, 90, 255] : [160, 160, 160, 255], i * 4)
  const { data } = adjust(edge, { op: 'sharpen', amount: 1 })
  expect(data[(2 * 40 + 19) * 4]).toBeLessThan(86)
  expect(data[(2 * 40 + 20) * 4]).toBeGreaterThan(164)
  expect(data[(2 * 40 + 5) * 4]).toBe(90)
})

it('refuses a weight of another size', () => {
  expect(() => adjust(sample(), { op: 'sepia' }, blankPlane({ width: 3, height: 3 }))).toThrow('does not fit')
})
