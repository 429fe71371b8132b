import { describe, expect, it } from 'vitest'
import type { Raster, Size } from '../../image/raster.ts'
import { SCENES } from '../operation.ts'
import { paintScene } from './paint-scene.ts'

const SIZES: readonly Size[] = [
  { width: 1, height: 1 },
  { width: 2, height: 1 },
  { width: 3, height: 200 },
  { width: 200, height: 3 },
  { width: 64, height: 64 },
  { width: 97, height: 131 },
]

function brightness(raster: Raster): Float64Array {
  return Float64Array.from(
    { length: raster.width * raster.height },
    (_, i) => (raster.data[i * 4]! + 2 * raster.data[i * 4 + 1]! + raster.data[i * 4 + 2]!) / 4,
  )
}

describe.each(SCENES)('%s', (name) => {
  it('paints the same bytes for the same seed and others for another', () => {
    const size = { width: 120, height: 90 }
    const once = paintScene(name, size, { seed: 7 }).raster
    expect(paintScene(name, size, { seed: 7 }).raster.data).toEqual(once.data)
    expect(paintScene(name, size, { seed: 8 }).raster.data).not.toEqual(once.data)
  })

  it.each(SIZES)('fills every pixel of $width × $height, opaque', (size) => {
    const { raster, light } = paintScene(name, size, { seed: 1 })
    expect(raster).toMatchObject(size)
    expect(raster.data).toHaveLength(size.width * size.height * 4)
    expect(raster.data.every((value, i) => i % 4 !== 3 || value === 255)).toBe(true)
    for (const value of [light.x, light.y, light.strength, ...light.colour])
      expect(Number.isFinite(value)).toBe(true)
  })

  it('is a picture: light and dark, neither burnt out nor sunk', () => {
    const values = brightness(paintScene(name, { width: 160, height: 120 }, { seed: 3 }).raster).toSorted()
    const at = (share: number): number => values[Math.floor(share * (values.length - 1))]!
    expect(at(0.95) - at(0.05)).toBeGreaterThan(25)
    expect(at(0.9)).toBeGreaterThan(40)
    expect(at(0.5)).toBeLessThan(246)
  })

  it('looks alike at other sizes of the same ratio', () => {
    const large = brightness(paintScene(name, { width: 640, height: 480 }, { seed: 5, grain: 0 }).raster)
    const small = brightness(paintScene(name, { width: 1280, height: 960 }, { seed: 5, grain: 0 }).raster)
    let difference = 0
    for (let y = 0; y < 480; y++) {
      for (let x = 0; x < 640; x++) difference += Math.abs(large[y * 640 + x]! - small[y * 2 * 1280 + x * 2]!)
    }
    expect(difference / (640 * 480)).toBeLessThan(9)
  })
})

it('covers twelve megapixels without bands: no run of equal values in the sky', () => {
  const { raster } = paintScene('sunset-beach', { width: 4000, height: 3000 }, { seed: 1 })
  for (const row of [100, 700, 1300]) {
    let longest = 0
    let run = 1
    for (let x = 1; x < raster.width; x++) {
      const at = (row * raster.width + x) * 4
      run =
        raster.data[at] === raster.data[at - 4] && raster.data[at + 1] === raster.data[at - 3] ? run + 1 : 1
      longest = Math.max(longest, run)
    }
    expect(longest).toBeLessThan(12)
  }
})

it('puts as much grain on the picture as it is asked for', () => {
  const size = { width: 200, height: 200 }
  const clean = brightness(paintScene('studio', size, { seed: 2, grain: 0 }).raster)
  const grainy = brightness(paintScene('studio', size, { seed: 2, grain: 4 }).raster)
  const squares = clean.reduce((sum, value, i) => sum + (grainy[i]! - value) ** 2, 0)
  expect(Math.sqrt(squares / clean.length)).toBeGreaterThan(3)
  expect(Math.sqrt(squares / clean.length)).toBeLessThan(5)
})

it('tells where the sun of the beach stands: the brightest place of the picture', () => {
  for (const seed of [1, 2, 3, 4]) {
    const { raster, light } = paintScene('sunset-beach', { width: 300, height: 200 }, { seed })
    const at = (Math.round(light.y * 200) * 300 + Math.round(light.x * 300)) * 4
    expect(Math.min(raster.data[at]!, raster.data[at + 1]!, raster.data[at + 2]!)).toBeGreaterThan(225)
  }
})
