import sharp, { type Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import { DEFAULT_IMAGE_LIMITS as limits } from './limits.ts'
import makeMask from './edit-mask.task.ts'
import { decodePlane } from './mask.ts'

const SIZE = { width: 20, height: 10 }
const PHOTO = await sharp({ create: { ...SIZE, channels: 3, background: '#369' } })
  .png()
  .toBuffer()

/** A picture of one colour with a square of another in it, four pixels wide. */
function drawn(background: string, square: string): Sharp {
  const input = { create: { width: 4, height: 4, channels: 4, background: square } } as const
  return sharp({ create: { ...SIZE, channels: 4, background } }).composite([{ input, left: 8, top: 3 }])
}

/** Left, top, right and bottom of what is marked, the last two without. */
async function marked(mask: Uint8Array, dilation = 0): Promise<readonly number[]> {
  const made = await makeMask({ photo: PHOTO, drawn: mask, find: 'foreground', dilation, limits })
  if (made.kind !== 'mask') return []
  const { data, width } = await decodePlane(made.mask)
  const at = [...data].flatMap((value, index) =>
    value >= 128 ? [[index % width, Math.floor(index / width)]] : [],
  )
  const xs = at.map(([x = 0]) => x)
  const ys = at.map(([, y = 0]) => y)
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1]
}

const SQUARE = [8, 3, 12, 7]
const black = '#000'

describe('a mask as Imagen has it', () => {
  test.each([
    ['white on black', drawn(black, '#fff')],
    ['any other colour on black', drawn(black, '#010203')],
    ['white on what is transparent', drawn('#0000', '#fff')],
    ['white, whatever its alpha', drawn(black, '#ffffff80')],
  ])('%s', async (_, picture) => {
    expect(await marked(await picture.png().toBuffer())).toEqual(SQUARE)
  })

  test('the ripples of a JPEG mark nothing', async () => {
    const jpeg = await drawn(black, '#fff')
      .flatten()
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      .toBuffer()
    expect(await marked(jpeg)).toEqual(SQUARE)
    const rippled = await drawn('#080808', '#fff').flatten().jpeg({ quality: 100 }).toBuffer()
    expect(await marked(rippled)).toEqual(SQUARE)
  })

  test('it grows by a share of its longer side, and not beyond the picture', async () => {
    const png = await drawn(black, '#fff').png().toBuffer()
    expect(await marked(png, 0.1)).toEqual([6, 1, 14, 9])
    expect(await marked(png, 1)).toEqual([0, 0, SIZE.width, SIZE.height])
  })

  test('one that breaks off is a fault that keeps its code', async () => {
    const png = await drawn(black, '#fff').png({ compressionLevel: 0 }).toBuffer()
    const half = png.subarray(0, png.length / 2)
    const made = await makeMask({ photo: PHOTO, drawn: half, find: 'foreground', dilation: 0, limits })
    expect(made).toMatchObject({ kind: 'fault', fault: { code: 'image_corrupt' } })
  })
})
