import { expect, it } from 'vitest'
import { compose, cutOut } from './compose.ts'
import { blankPlane, blankRaster, type Plane, type Raster } from './raster.ts'

const SIZE = { width: 64, height: 48 }

function filled(colour: readonly number[]): Raster {
  const raster = blankRaster(SIZE)
  for (let at = 0; at < raster.data.length; at += 4) raster.data.set(colour, at)
  return raster
}

function varied(seed: number): Raster {
  const raster = blankRaster(SIZE)
  for (let i = 0; i < raster.data.length; i++)
    raster.data[i] = i % 4 === 3 ? 255 : Math.imul(i + seed, 2654435761) >>> 24
  return raster
}

/** 0 … 255 from left to right. */
function slope(): Plane {
  const alpha = blankPlane(SIZE)
  for (let i = 0; i < alpha.data.length; i++) {
    alpha.data[i] = Math.min(255, Math.max(0, Math.round((((i % 64) - 16) / 32) * 255)))
  }
  return alpha
}

const LIGHT = { x: 0.9, y: 0.5, colour: [255, 180, 90], strength: 1 } as const

it('keeps the photo inside and the background outside, byte for byte', () => {
  const [photo, foreground, background, alpha] = [varied(1), varied(2), varied(3), slope()]
  const result = compose({ photo, alpha, foreground, background, light: LIGHT })
  for (let i = 0; i < alpha.data.length; i++) {
    const source = alpha.data[i] === 255 ? photo : alpha.data[i] === 0 ? background : undefined
    if (source) expect(result.data.subarray(i * 4, i * 4 + 4)).toEqual(source.data.subarray(i * 4, i * 4 + 4))
  }
  expect(background.data).toEqual(varied(3).data)
})

it('does not write into a background that is a Buffer', () => {
  const background = { ...SIZE, data: Buffer.from(varied(3).data) }
  compose({ photo: varied(1), alpha: slope(), foreground: varied(2), background })
  expect(new Uint8Array(background.data)).toEqual(varied(3).data)
})

it('shows the pure foreground in the edge, not the photo with its old background', () => {
  const result = compose({
    photo: filled([0, 255, 0, 255]),
    alpha: slope(),
    foreground: filled([200, 40, 40, 255]),
    background: filled([40, 40, 200, 255]),
  })
  for (let x = 17; x < 47; x++) expect(result.data[(20 * 64 + x) * 4 + 1]).toBeLessThanOrEqual(41)
  expect(result.data[(20 * 64 + 32) * 4]).toBeGreaterThan(100)
  expect(result.data[(20 * 64 + 32) * 4]).toBeLessThan(150)
})

it('lets the light touch the outline, more near it than far away', () => {
  const layers = {
    photo: filled([90, 90, 90, 255]),
    alpha: { ...SIZE, data: new Uint8Array(SIZE.width * SIZE.height).fill(128) },
    foreground: filled([90, 90, 90, 255]),
    background: filled([90, 90, 90, 255]),
  }
  const { data } = compose({ ...layers, light: LIGHT })
  const redOverBlue = (x: number): number => data[(24 * 64 + x) * 4]! - data[(24 * 64 + x) * 4 + 2]!
  expect(redOverBlue(57)).toBeGreaterThan(redOverBlue(4))
  expect(redOverBlue(57)).toBeGreaterThan(2)
  expect(compose(layers).data).toEqual(layers.background.data)
})

it('cuts out with the colours of the subject under a soft edge and nothing behind', () => {
  const [photo, foreground, alpha] = [varied(1), varied(2), slope()]
  photo.data[(10 * 64 + 60) * 4 + 3] = 100
  const { data } = cutOut({ photo, alpha, foreground })
  for (let i = 0; i < alpha.data.length; i++) {
    const at = i * 4
    if (alpha.data[i] === 0) expect([...data.subarray(at, at + 4)]).toEqual([0, 0, 0, 0])
    else if (alpha.data[i] === 255) expect(data.subarray(at, at + 4)).toEqual(photo.data.subarray(at, at + 4))
    else {
      expect(data.subarray(at, at + 3)).toEqual(foreground.data.subarray(at, at + 3))
      expect(data[at + 3]).toBe(alpha.data[i])
    }
  }
})

it('refuses layers of different sizes', () => {
  const alpha = blankPlane({ width: 2, height: 2 })
  expect(() => cutOut({ photo: varied(1), alpha, foreground: varied(1) })).toThrow('2 × 2')
})
