import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import sharp from 'sharp'
import type { RunningGateway } from '../src/gateway.ts'
import { FOURTEEN_RATIOS } from '../src/models/ratio-sets.ts'
import { DIALECTS } from './cross-dialect/dialects.ts'
import { sha256, startUpstream, type Upstream } from './cross-dialect/upstream.ts'
import { stayHome } from './clients/network.ts'
import { aiStudio, gatewayWith, SETTINGS } from './gateway-client.ts'

stayHome()

/** Nothing of an edit may get lost, whichever dialect says it: it is held against what reaches Google's stand-in. */

const MODEL = 'gemini-nano-banana-2.1'
const SIZES = ['1K', '2K', '4K'] as const
const PHOTO = await plain('#c08040')
const REFERENCE = await plain('#4080c0')

function plain(background: string): Promise<Buffer> {
  return sharp({ create: { width: 96, height: 64, channels: 3, background } })
    .jpeg()
    .toBuffer()
}

let google: Upstream
let gateway: RunningGateway
beforeAll(async () => {
  google = await startUpstream({ pictures: 'canned', cannedBytes: 0 })
  gateway = await gatewayWith({
    targets: [aiStudio(google.url)],
    // The checks look at pixels; here it is about what is asked.
    limits: { ...SETTINGS.limits, verify: 'headers' },
  })
})
afterAll(async () => {
  await gateway.close()
  await google.close()
})

describe.each(Object.entries(DIALECTS))('%s', (_, dialect) => {
  test.each(FOURTEEN_RATIOS.flatMap((ratio) => SIZES.map((size) => [ratio, size] as const)))(
    '%s at %s arrives as it was said',
    async (aspectRatio, imageSize) => {
      const images = await dialect.edit(gateway.url, {
        model: MODEL,
        instruction: 'make it brighter',
        pictures: [PHOTO],
        aspectRatio,
        imageSize,
      })
      expect(images).toHaveLength(1)
      expect(google.taken()).toMatchObject([{ aspectRatio, imageSize }])
    },
  )

  test.each([
    ['one picture', [PHOTO]],
    ['two pictures', [PHOTO, REFERENCE]],
  ])('an edit of %s with all there is to say arrives as the same request', async (_name, pictures) => {
    const instruction = 'paint the wall in the colour of the table'
    const wanted = { model: MODEL, instruction, aspectRatio: '16:9', imageSize: '2K', seed: 7 } as const
    await dialect.edit(gateway.url, { ...wanted, pictures })
    const isExplained = dialect.explains === true && pictures.length > 1
    expect(google.taken()).toEqual([
      {
        ...wanted,
        instruction: isExplained ? expect.stringContaining(instruction) : instruction,
        images: pictures.map((bytes) => ({ sha256: sha256(bytes), mimeType: 'image/jpeg' })),
      },
    ])
  })
})

describe('a mask, by the convention of each dialect, edits the same region', () => {
  const [width, height] = [320, 240]
  const region = { left: 40, top: 60, width: 120, height: 100 }
  let other: Upstream
  let before: RunningGateway
  beforeAll(async () => {
    // One plain picture, of another size and shape than the photo.
    other = await startUpstream({ pictures: 'canned' })
    before = await gatewayWith({ targets: [aiStudio(other.url)] })
  })
  afterAll(async () => {
    await before.close()
    await other.close()
  })

  test.each(Object.entries(DIALECTS))('%s', { timeout: 60_000 }, async (_, dialect) => {
    const photo = await sharp(EXAMPLE)
      .resize(width, height, { fit: 'cover' })
      .jpeg({ quality: 95 })
      .toBuffer()
    const mask = await maskOf(dialect.masks, { width, height, region })
    const instruction = 'paint it over'
    const [image] = await dialect.edit(before.url, { model: MODEL, instruction, pictures: [photo], mask })
    const changed = await changedPixels(photo, image)
    expect(changed).toMatchObject({ width, height })
    // The photo has the colour of the answer in a few places; and the edge is soft, to the inside.
    expect(changed.inside(region)).toBeGreaterThan(0.9)
    expect(changed.outside(region)).toBe(0)
  })
})

const EXAMPLE = fileURLToPath(new URL('../../../examples/photos/coffee.png', import.meta.url))

type Box = { readonly left: number; readonly top: number; readonly width: number; readonly height: number }

/** A PNG that marks a box in white on black, or by a hole in what is opaque. */
function maskOf(
  convention: 'white' | 'transparent',
  { width, height, region }: { readonly width: number; readonly height: number; readonly region: Box },
): Promise<Buffer> {
  const isWhite = convention === 'white'
  const channels = isWhite ? 3 : 4
  const pixels = Buffer.alloc(width * height * channels, isWhite ? 0 : 255)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (!isIn(region, x, y)) continue
      const at = (y * width + x) * channels
      if (isWhite) pixels.fill(255, at, at + 3)
      // Black, so that nobody who looks at colours sees it as white.
      else pixels.fill(0, at, at + 4)
    }
  }
  return sharp(pixels, { raw: { width, height, channels } }).png().toBuffer()
}

function isIn({ left, top, width, height }: Box, x: number, y: number): boolean {
  return x >= left && x < left + width && y >= top && y < top + height
}

async function changedPixels(photo: Uint8Array, image: Uint8Array | undefined) {
  const [before, after] = await Promise.all([rawOf(photo), rawOf(image)])
  const { width, height } = after.info
  const share = (region: Box, isInside: boolean) => {
    let [changed, all] = [0, 0]
    for (let at = 0; at < width * height; at += 1) {
      if (isIn(region, at % width, Math.floor(at / width)) !== isInside) continue
      all += 1
      const isOther = [0, 1, 2].some(
        (channel) => Math.abs(before.data[at * 3 + channel]! - after.data[at * 3 + channel]!) > 8,
      )
      if (isOther) changed += 1
    }
    return changed / all
  }
  return {
    width,
    height,
    inside: (region: Box) => share(region, true),
    outside: (region: Box) => share(region, false),
  }
}

function rawOf(image: Uint8Array | undefined) {
  return sharp(image).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
}
