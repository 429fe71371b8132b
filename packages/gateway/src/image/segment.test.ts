import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Plane, Raster } from './raster.ts'
import { segment, type Cutout } from './segment.ts'

const photos = new URL('../../../../examples/photos/', import.meta.url)
const fixtures = new URL('./fixtures/', import.meta.url)

async function photo(name: string): Promise<Raster> {
  const { data, info } = await sharp(new URL(name, photos).pathname)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data: new Uint8Array(data) }
}

const cut = new Map<string, Promise<Cutout>>()

/** Each photo is cut out once for all tests. */
function cutoutOf(name: string): Promise<Cutout> {
  const known = cut.get(name) ?? photo(name).then(mustCutOut)
  cut.set(name, known)
  return known
}

async function mustCutOut(picture: Raster): Promise<Cutout> {
  const result = await segment(picture)
  if (result.kind !== 'cutout') throw new Error(`no subject found, maximum ${result.rawMaximum}`)
  return result
}

/** Mean alpha (0..1) of a rectangle. */
function mean({ width, data }: Plane, left: number, top: number, wide: number, high: number): number {
  let sum = 0
  for (let y = top; y < top + high; y++) for (let x = left; x < left + wide; x++) sum += data[y * width + x]!
  return sum / (255 * wide * high)
}

async function overlapWithReference({ alpha }: Cutout, name: string): Promise<number> {
  const reference = await sharp(new URL(`${name}.subject.png`, fixtures).pathname)
    .extractChannel(0)
    .raw()
    .toBuffer()
  expect(reference.length).toBe(alpha.data.length)
  let both = 0
  let either = 0
  for (let i = 0; i < reference.length; i++) {
    const here = alpha.data[i]! > 127
    const there = reference[i]! > 127
    if (here && there) both++
    if (here || there) either++
  }
  return both / either
}

describe('segment', () => {
  it.each([
    ['astronaut.png', 0.985],
    ['chelsea.png', 0.975],
    ['camera.png', 0.975],
    ['coffee.png', 0.985],
    ['raccoon.jpg', 0.97],
    ['rocket.jpg', 0.92],
  ])('cuts %s out as its reference mask has it', async (name, least) => {
    const result = await cutoutOf(name)
    expect(await overlapWithReference(result, name.replace(/\..*/, ''))).toBeGreaterThan(least)
    const soft = result.alpha.data.filter((value) => value > 20 && value < 235).length
    expect(soft / result.alpha.data.length, 'half-transparent areas').toBeLessThan(0.045)
  })

  it('leaves the flag behind the astronaut, and keeps her whites', async () => {
    const { alpha, passes } = await cutoutOf('astronaut.png')
    expect(passes).toBe(2)
    expect(mean(alpha, 0, 240, 18, 240), 'the flag beside the arm').toBeLessThan(0.01)
    expect(mean(alpha, 0, 480, 20, 32), 'the flag in the corner').toBeLessThan(0.05)
    expect(mean(alpha, 392, 347, 28, 6), "the helmet's white rim").toBeGreaterThan(0.97)
    expect(mean(alpha, 236, 330, 20, 150), 'the white straps').toBe(1)
  })

  it("keeps the camera, the tripod's leg and the white collar of the cameraman", async () => {
    const { alpha } = await cutoutOf('camera.png')
    expect(mean(alpha, 270, 146, 40, 30), 'the camera').toBeGreaterThan(0.97)
    expect(mean(alpha, 172, 165, 14, 30), 'the collar').toBeGreaterThan(0.97)
    expect(mean(alpha, 300, 350, 15, 40), 'grass between the legs').toBeLessThan(0.02)
    expect(mean(alpha, 344, 399, 3, 3), 'the right leg').toBeGreaterThan(0.97)
    expect(mean(alpha, 365, 439, 3, 3), 'its thin end').toBeGreaterThan(0.5)
    expect(mean(alpha, 420, 100, 60, 400), 'grass and sky').toBe(0)
  })

  it("counts the cat's chest and the raccoon's back in, where the network is in two minds", async () => {
    const cat = await cutoutOf('chelsea.png')
    expect(mean(cat.alpha, 60, 250, 80, 50)).toBeGreaterThan(0.95)
    const raccoon = await cutoutOf('raccoon.jpg')
    expect(mean(raccoon.alpha, 0, 0, 300, 200)).toBe(1)
  })

  it('needs one pass for a clear subject', async () => {
    expect((await cutoutOf('coffee.png')).passes).toBe(1)
  })

  it('says so when there is no subject', async () => {
    const result = await segment(await photo('black-canyon.jpg'))
    expect(result.kind).toBe('no-subject')
    expect(result.rawMaximum).toBeLessThan(0.1)
  })

  it.each(['astronaut.png', 'camera.png'])('leaves the subject of %s byte for byte', async (name) => {
    const picture = await photo(name)
    const { alpha, foreground } = await cutoutOf(name)
    expect([alpha.width, alpha.height]).toEqual([picture.width, picture.height])
    expect([foreground.width, foreground.height]).toEqual([picture.width, picture.height])
    let solid = 0
    for (let i = 0; i < alpha.data.length; i++) {
      if (alpha.data[i] !== 255) continue
      solid++
      for (let c = 0; c < 4; c++)
        if (foreground.data[i * 4 + c] !== picture.data[i * 4 + c]) expect.fail(`${i}`)
    }
    expect(solid).toBeGreaterThan(alpha.data.length / 10)
    expect(alpha.data).toContain(0)
  })

  it('takes the old background out of the edge: no light rim round dark hair', async () => {
    const picture = await photo('astronaut.png')
    const { alpha, foreground } = await cutoutOf('astronaut.png')
    let before = 0
    let after = 0
    for (let y = 10; y < 110; y++) {
      for (let x = 140; x < 330; x++) {
        const i = y * alpha.width + x
        if (alpha.data[i]! < 20 || alpha.data[i]! > 200) continue
        before += picture.data[i * 4 + 2]!
        after += foreground.data[i * 4 + 2]!
      }
    }
    // Her hair has hardly any blue, the wall behind it much.
    expect(after).toBeLessThan(0.75 * before)
  })

  it('gives the same bytes again and leaves its input alone', async () => {
    const picture = await photo('coffee.png')
    // A Buffer, whose slice() shares memory, is the input most likely to be overwritten.
    const input = Buffer.from(picture.data)
    const again = await mustCutOut({ ...picture, data: input })
    const first = await cutoutOf('coffee.png')
    expect(input.equals(picture.data)).toBe(true)
    expect(Buffer.from(again.alpha.data).equals(first.alpha.data)).toBe(true)
    expect(Buffer.from(again.foreground.data).equals(first.foreground.data)).toBe(true)
  })

  it('leaves transparent pixels out of the subject', async () => {
    const picture = await photo('coffee.png')
    for (let y = 0; y < picture.height; y++) {
      for (let x = 0; x < 300; x++)
        picture.data.fill(0, (y * picture.width + x) * 4, (y * picture.width + x) * 4 + 4)
    }
    const result = await mustCutOut(picture)
    expect(mean(result.alpha, 0, 0, 300, picture.height)).toBe(0)
    expect(mean(result.alpha, 330, 250, 60, 60)).toBeGreaterThan(0.95)
  })

  it.each([
    [1, 1],
    [2, 2],
    [3, 200],
    [16, 16],
    [200, 3],
  ])('takes a picture of %i × %i', async (width, height) => {
    const data = new Uint8Array(width * height * 4).map((_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256))
    const result = await segment({ width, height, data })
    if (result.kind === 'cutout') expect(result.alpha.data.length).toBe(width * height)
    else expect(result.rawMaximum).toBeLessThan(0.5)
  })

  it('carries a large photo at its own size', async () => {
    const { data, info } = await sharp(new URL('coffee.png', photos).pathname)
      .resize(2400, 1600)
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const large = await mustCutOut({ width: info.width, height: info.height, data })
    expect(large.alpha.width).toBe(2400)
    const shrunk = await sharp(large.alpha.data, { raw: { width: 2400, height: 1600, channels: 1 } })
      .resize(600, 400, { kernel: 'linear' })
      .extractChannel(0)
      .raw()
      .toBuffer()
    const overlap = await overlapWithReference(
      { ...large, alpha: { width: 600, height: 400, data: shrunk } },
      'coffee',
    )
    expect(overlap).toBeGreaterThan(0.985)
  })
})
