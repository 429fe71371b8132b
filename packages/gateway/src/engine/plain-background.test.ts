import { expect, it } from 'vitest'
import { colourBackground, gradientBackground, greyscaleBackground } from './plain-background.ts'
import type { Rgb } from './operation.ts'

const WHITE: Rgb = [255, 255, 255]

it('a colour is that colour in every byte', () => {
  const { data } = colourBackground({ width: 17, height: 9 }, [12, 200, 254])
  for (let at = 0; at < data.length; at += 4)
    expect([...data.subarray(at, at + 4)]).toEqual([12, 200, 254, 255])
})

it('a gradient runs from the first colour to the second', () => {
  const { data } = gradientBackground(
    { width: 40, height: 300 },
    { from: [0, 20, 90], to: WHITE, direction: 'down' },
  )
  expect(data[1]).toBeLessThan(24)
  expect(data[(299 * 40 + 20) * 4]!).toBeGreaterThan(251)
  const right = gradientBackground(
    { width: 300, height: 4 },
    { from: WHITE, to: [0, 0, 0], direction: 'right' },
  )
  expect(right.data[0]).toBeGreaterThan(251)
  expect(right.data[299 * 4]).toBeLessThan(4)
  const radial = gradientBackground(
    { width: 101, height: 101 },
    { from: WHITE, to: [0, 0, 0], direction: 'radial' },
  )
  expect(radial.data[(50 * 101 + 50) * 4]).toBeGreaterThan(250)
  expect(radial.data[0]).toBeLessThan(6)
})

it('a slow gradient has no bands: every row mixes neighbouring values', () => {
  const { data } = gradientBackground(
    { width: 64, height: 3000 },
    { from: [100, 100, 100], to: [110, 110, 110], direction: 'down' },
  )
  let plain = 0
  for (let y = 300; y < 2700; y++) {
    const row = new Set<number>()
    for (let x = 0; x < 64; x++) row.add(data[(y * 64 + x) * 4]!)
    if (row.size < 2) plain++
  }
  expect(plain).toBe(0)
  const mean = (y: number): number => {
    let sum = 0
    for (let x = 0; x < 64; x++) sum += data[(y * 64 + x) * 4]!
    return sum / 64
  }
  expect(mean(1500)).toBeCloseTo(105, 0)
})

it('between equal colours a gradient is that colour exactly', () => {
  const { data } = gradientBackground(
    { width: 5, height: 5 },
    { from: [9, 8, 7], to: [9, 8, 7], direction: 'radial' },
  )
  for (let at = 0; at < data.length; at += 4) expect([...data.subarray(at, at + 3)]).toEqual([9, 8, 7])
})

it('greyscale has three equal channels and keeps transparency', () => {
  const photo = { width: 2, height: 1, data: Uint8Array.from([255, 0, 0, 77, 10, 20, 30, 255]) }
  const { data } = greyscaleBackground(photo)
  expect([...data]).toEqual([54, 54, 54, 77, 19, 19, 19, 255])
})
