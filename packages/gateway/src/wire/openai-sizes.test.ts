import { describe, expect, test } from 'vitest'
import { ASPECT_RATIOS } from '../contract/request.ts'
import { GEMINI_2_5_PIXELS, GEMINI_3_PIXELS } from '../models/pixel-tables.ts'
import { FOURTEEN_RATIOS } from '../models/ratio-sets.ts'
import { OPENAI_QUALITIES, OPENAI_SIZES, qualityOf, readSize } from './openai-sizes.ts'

describe('a size', () => {
  test.each(Object.entries(OPENAI_SIZES))('%s is what the table says', (size, shape) => {
    expect(readSize(size)).toEqual({ kind: 'shape', shape })
  })

  test('of the table is what its width and height say by themselves', () => {
    for (const [size, shape] of Object.entries(OPENAI_SIZES)) {
      if (shape === null) continue
      const [width = 0, height = 0] = size.split('x').map(Number)
      // Twice as large it is none of the table's.
      const { aspectRatio } = shape
      expect(readSize(`${width * 2}x${height * 2}`)).toMatchObject({ shape: { aspectRatio } })
    }
  })

  test.each(
    FOURTEEN_RATIOS.flatMap((ratio) =>
      (['1K', '2K', '4K'] as const).map((size) => [ratio, size, GEMINI_3_PIXELS[ratio]?.[size]] as const),
    ),
  )('%s at %s, by the pixels Google gives for it', (aspectRatio, imageSize, pixels) => {
    expect(readSize(`${pixels?.width}x${pixels?.height}`)).toEqual({
      kind: 'shape',
      shape: { aspectRatio, imageSize },
    })
  })

  test('of the models before is one as well', () => {
    for (const [aspectRatio, sizes] of Object.entries(GEMINI_2_5_PIXELS)) {
      const { width, height } = sizes['1K']!
      expect(readSize(`${width}x${height}`)).toMatchObject({ shape: { aspectRatio, imageSize: '1K' } })
    }
  })

  test.each([
    ['1536x864', '16:9', '1K'],
    ['1920x1080', '16:9', '2K'],
    ['2560x1440', '16:9', '2K'],
    ['3840x2160', '16:9', '4K'],
    ['2160x3840', '9:16', '4K'],
    ['900x2100', '9:21', '1K'],
  ])('%s is %s at %s', (size, aspectRatio, imageSize) => {
    expect(readSize(size)).toEqual({ kind: 'shape', shape: { aspectRatio, imageSize } })
  })

  test('a little off a ratio is that ratio, and the nearest where two are near', () => {
    for (const ratio of ASPECT_RATIOS) {
      const [width = 1, height = 1] = ratio.split(':').map(Number)
      const scale = Math.sqrt(1_500_000 / (width * height))
      for (const off of [1 / 1.03, 1, 1.03]) {
        const size = `${Math.round(width * scale * off)}x${Math.round(height * scale)}`
        expect(readSize(size)).toMatchObject({ shape: { aspectRatio: ratio } })
      }
    }
  })

  test.each([
    ['1000x300', /ratio that no model makes.*1:1, 2:3, 3:2/],
    ['1024 x 1024', /neither auto nor WIDTHxHEIGHT/],
    ['1024X1024', /neither auto/],
    ['1024', /neither auto/],
    ['', /neither auto/],
    ['0x0', /neither auto/],
    ['00x00', /neither auto/],
    ['-1024x1024', /neither auto/],
    ['1e3x1e3', /neither auto/],
    ['AUTO', /neither auto/],
    ['99999x99999', /more than the 20000000 pixels/],
    ['constructor', /neither auto/],
  ])('%j is none', (size, why) => {
    expect(readSize(size)).toEqual({ kind: 'mistake', why: expect.stringMatching(why) })
  })
})

test('a quality that was asked for is the one that is answered, under the name of today', () => {
  const pixels = { '512': 512 ** 2, '1K': 1264 * 848, '2K': 2752 * 1536, '4K': 5504 * 3072 }
  const answered = Object.entries(OPENAI_QUALITIES).map(([quality, size]) => [
    quality,
    size === null ? null : qualityOf(pixels[size]),
  ])
  expect(Object.fromEntries(answered)).toEqual({
    auto: null,
    low: 'low',
    medium: 'medium',
    standard: 'medium',
    high: 'high',
    hd: 'high',
    xhigh: 'max',
    max: 'max',
  })
})
