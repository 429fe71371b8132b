import { expect, it } from 'vitest'
import { blankPlane, blankRaster, type Plane, type Raster, type Size } from '../image/raster.ts'
import { blurred, blurredBackground } from './lens-blur.ts'

function painted(size: Size, colourAt: (x: number, y: number) => readonly [number, number, number]): Raster {
  const raster = blankRaster(size)
  for (let y = 0, at = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, at += 4) raster.data.set([...colourAt(x, y), 255], at)
  }
  return raster
}

function disc(size: Size, radius: number): Plane {
  const plane = blankPlane(size)
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const away = Math.hypot(x + 0.5 - size.width / 2, y + 0.5 - size.height / 2)
      plane.data[y * size.width + x] = Math.round(255 * Math.min(1, Math.max(0, (radius + 4 - away) / 8)))
    }
  }
  return plane
}

it.each([
  { width: 300, height: 220 },
  { width: 1900, height: 1300 },
])('leaves no halo of the subject at $width × $height', (size) => {
  const alpha = disc(size, size.height / 4)
  // The photo mixes red subject and grey background in its soft edge, as a lens does.
  const photo = painted(size, (x, y) => {
    const share = alpha.data[y * size.width + x]! / 255
    return [Math.round(128 + 127 * share), Math.round(128 - 128 * share), Math.round(128 - 128 * share)]
  })
  const { data } = blurredBackground(photo, alpha, 1)
  let red = 0
  let off = 0
  for (let at = 0; at < data.length; at += 4) {
    red = Math.max(red, Math.abs(data[at]! - data[at + 1]!))
    off = Math.max(off, Math.abs(data[at]! - 128))
  }
  // The grain alone makes the channels differ by up to 3.
  expect(red).toBeLessThan(6)
  expect(off).toBeLessThan(6)
})

it('blurs more with a larger amount, and a point becomes a disc that is even inside', () => {
  const size = { width: 400, height: 400 }
  const photo = painted(size, (x, y) =>
    Math.abs(x - 200) < 3 && Math.abs(y - 200) < 3 ? [255, 255, 255] : [0, 0, 0],
  )
  const lit = (amount: number): number => {
    const { data } = blurred(photo, { amount })
    let count = 0
    for (let at = 0; at < data.length; at += 4) if (data[at]! > 20) count++
    return count
  }
  const [slight, usual, strong] = [lit(0.5), lit(1), lit(2)]
  expect(usual).toBeGreaterThan(slight * 1.5)
  expect(strong).toBeGreaterThan(usual * 1.5)
  const { data } = blurred(photo, { amount: 1 })
  const at = (dx: number): number => data[(200 * 400 + 200 + dx) * 4]!
  expect(Math.abs(at(0) - at(3))).toBeLessThan(10)
  expect(at(14)).toBeLessThan(10)
})

it('works on any size, keeps transparency, and is wholly subject without failing', () => {
  for (const size of [
    { width: 1, height: 1 },
    { width: 3, height: 200 },
  ]) {
    const photo = painted(size, () => [40, 80, 120])
    photo.data[3] = 9
    const result = blurredBackground(
      photo,
      { ...size, data: new Uint8Array(size.width * size.height).fill(255) },
      2,
    )
    expect(result.data).toHaveLength(photo.data.length)
    expect(result.data[3]).toBe(9)
  }
})
