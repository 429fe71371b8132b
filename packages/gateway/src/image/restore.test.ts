import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { DEFAULT_IMAGE_LIMITS as imageLimits } from './limits.ts'
import { encodePlane } from './mask.ts'
import { blankPlane } from './raster.ts'
import { spotsOf } from './region.ts'
import restore from './restore.task.ts'

const photo = readFileSync(new URL('../../../../examples/photos/raccoon.jpg', import.meta.url))
const rewritten = await sharp(photo).jpeg({ quality: 80 }).toBuffer()
const SIZE = { width: 1024, height: 768 }

/** Squares of eight pixels a side, white on black. */
function spots(...places: readonly (readonly [number, number])[]) {
  const plane = blankPlane(SIZE)
  for (const [left, top] of places) {
    for (let y = top; y < top + 8; y++) plane.data.fill(255, y * SIZE.width + left, y * SIZE.width + left + 8)
  }
  return plane
}

const FAR_APART = [
  [100, 100],
  [900, 650],
] as const

describe('whether anything changed inside a mask of two small spots far apart', () => {
  const restored = async (answer: Uint8Array) => {
    const mask = await encodePlane(spots(...FAR_APART))
    return restore({ photo, answer, mask, mimeType: 'image/png', imageLimits })
  }

  test('what became red did', async () => {
    const red = sharp({ create: { ...SIZE, channels: 3, background: '#f00' } })
    expect(await restored(await red.png().toBuffer())).toMatchObject({ changed: true, preserved: true })
  })

  test('in one of them too', async () => {
    const input = { create: { width: 8, height: 8, channels: 3, background: '#f00' } } as const
    const [left, top] = FAR_APART[1]
    const answer = await sharp(photo).composite([{ input, left, top }]).png().toBuffer()
    expect(await restored(answer)).toMatchObject({ changed: true })
  })

  test.each([
    ['the very photo', photo],
    ['the photo written anew', rewritten],
  ])('%s did not', async (_, answer) => {
    expect(await restored(answer)).toMatchObject({ changed: false, preserved: true })
  })
})

test('spots far apart have a box each, and what is one a single one; however many there are, no more than 64', () => {
  const boxes = [...spotsOf(spots(...FAR_APART))]
  expect(boxes).toEqual(FAR_APART.map(([left, top]) => ({ left, top, width: 8, height: 8 })))
  expect([...spotsOf(spots([40, 40], [48, 40]))]).toEqual([{ left: 40, top: 40, width: 16, height: 8 }])
  expect([...spotsOf(blankPlane(SIZE))]).toEqual([])
  const many = Array.from({ length: 40 * 30 }, (_, at) => [(at % 40) * 25, Math.floor(at / 40) * 25] as const)
  expect([...spotsOf(spots(...many))].length).toBeLessThanOrEqual(64)
})
