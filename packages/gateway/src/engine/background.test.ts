import { describe, expect, it } from 'vitest'
import { blankPlane, blankRaster, type Raster } from '../image/raster.ts'
import { covering, replaceBackground } from './background.ts'
import { type Background, SCENES } from './operation.ts'

const SIZE = { width: 90, height: 60 }

function noisy(): Raster {
  const raster = blankRaster(SIZE)
  for (let i = 0; i < raster.data.length; i++) raster.data[i] = i % 4 === 3 ? 255 : (i * 2654435761) >>> 24
  return raster
}

function layers() {
  const alpha = blankPlane(SIZE)
  for (let y = 0; y < 60; y++) {
    for (let x = 0; x < 90; x++) alpha.data[y * 90 + x] = x < 30 ? 255 : x < 40 ? 255 - (x - 29) * 23 : 0
  }
  return { photo: noisy(), alpha, foreground: noisy() }
}

const BACKGROUNDS: readonly Background[] = [
  { kind: 'transparent' },
  { kind: 'colour', colour: [1, 2, 3] },
  { kind: 'gradient', from: [0, 0, 0], to: [255, 255, 255], direction: 'right' },
  { kind: 'blur', amount: 1 },
  { kind: 'greyscale' },
  { kind: 'picture', input: 1 },
  ...SCENES.map((scene) => ({ kind: 'scene', scene }) as const),
]

describe('replaceBackground', () => {
  it.each(BACKGROUNDS)('keeps every pixel of the subject, byte for byte: %o', async (background) => {
    const given = layers()
    const pictures = [given.photo, { width: 2, height: 2, data: new Uint8Array(16).fill(200) }]
    const result = await replaceBackground(given, background, { seed: 1, pictures })
    expect(result).toMatchObject(SIZE)
    for (let i = 0; i < given.alpha.data.length; i++) {
      if (given.alpha.data[i] !== 255) continue
      expect(result.data.subarray(i * 4, i * 4 + 4)).toEqual(given.photo.data.subarray(i * 4, i * 4 + 4))
    }
  })

  it('is exactly the colour where there is no subject', async () => {
    const result = await replaceBackground(
      layers(),
      { kind: 'colour', colour: [250, 251, 252] },
      { seed: 1, pictures: [] },
    )
    for (let y = 0; y < 60; y++) {
      const at = (y * 90 + 40) * 4
      expect([...result.data.subarray(at, at + 4)]).toEqual([250, 251, 252, 255])
    }
  })

  it('says which picture is missing', async () => {
    await expect(
      replaceBackground(layers(), { kind: 'picture', input: 1 }, { seed: 1, pictures: [noisy()] }),
    ).rejects.toThrow('input picture 2')
  })
})

it('covers a frame with the middle of a picture', async () => {
  const wide = blankRaster({ width: 300, height: 100 })
  for (let i = 0; i < 300 * 100; i++)
    wide.data.set(
      i % 300 < 100 ? [255, 0, 0, 255] : i % 300 < 200 ? [0, 255, 0, 255] : [0, 0, 255, 255],
      i * 4,
    )
  const { width, height, data } = await covering(wide, { width: 50, height: 50 })
  expect([width, height, data.length]).toEqual([50, 50, 10000])
  for (let x = 3; x < 47; x++)
    expect([...data.subarray((25 * 50 + x) * 4, (25 * 50 + x) * 4 + 3)]).toEqual([0, 255, 0])
})
