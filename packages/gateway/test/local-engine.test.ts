import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import type { Answer, ProviderRequest } from '../src/contract/provider.ts'
import { DEFAULT_IMAGE_LIMITS as LIMITS } from '../src/image/limits.ts'
import { decodePhoto } from '../src/image/photo.ts'
import { createPool } from '../src/image/pool.ts'
import type { Raster } from '../src/image/raster.ts'
import { createLocalProvider } from '../src/providers/local.ts'

const pool = createPool({ maxWorkers: 1 })
afterAll(() => pool.close())

const sample = (name: string) => readFileSync(new URL(`../../../examples/photos/${name}`, import.meta.url))
const astronaut = sample('astronaut.png')
const photo = await decodePhoto(astronaut, LIMITS, 'x')

function send(
  text: string,
  images: Uint8Array[] = [astronaut],
  wishes: Partial<ProviderRequest> = {},
): Promise<Answer> {
  const input = [
    { kind: 'text' as const, text },
    ...images.map((bytes) => ({ kind: 'image' as const, bytes, mimeType: 'image/png', width: 0, height: 0 })),
  ]
  const provider = createLocalProvider({ pool, imageLimits: LIMITS })
  return provider.send({ model: 'local', input, ...wishes }, { signal: AbortSignal.timeout(60_000) })
}

async function made(...question: Parameters<typeof send>): Promise<Raster> {
  const answer = await send(...question)
  if (answer.kind !== 'image') throw new Error(JSON.stringify(answer))
  return decodePhoto(answer.image.bytes(), LIMITS, 'x')
}

/** Pixels of `a` that are not the same bytes in `b`, among those that `counts`. */
function differing(a: Raster, b: Raster, counts: (i: number) => boolean): number {
  let differ = 0
  for (let i = 0; i < a.width * a.height; i++) {
    if (!counts(i)) continue
    if ([0, 1, 2, 3].some((c) => a.data[i * 4 + c] !== b.data[i * 4 + c])) differ++
  }
  return differ
}

const cutOut = await made('remove the background')
const inside = (i: number) => cutOut.data[i * 4 + 3] === 255
const outside = (i: number) => cutOut.data[i * 4 + 3] === 0

function shareOf(wanted: (i: number) => boolean): number {
  return Array.from({ length: 512 * 512 }, (_, i) => i).filter(wanted).length / 512 ** 2
}

test('the cut-out has a real inside, a real outside, and a soft edge', () => {
  expect(shareOf(inside)).toBeGreaterThan(0.35)
  expect(shareOf(outside)).toBeGreaterThan(0.3)
  expect(1 - shareOf(inside) - shareOf(outside)).toBeGreaterThan(0.002)
})

test.each([
  'Change the background to a sunset beach while keeping the person identical',
  'put her in front of a studio backdrop',
  'city lights at night as the background',
  'change the background to a misty forest',
  'a starry night sky as background, please',
  'replace the background with a gradient from navy to pink',
  'blur the background strongly',
  'make the background black and white',
  'make the background darker and warmer but keep the person unchanged',
])('%s: every pixel inside the subject is the photo’s own', async (instruction) => {
  const result = await made(instruction)
  expect([result.width, result.height]).toEqual([512, 512])
  expect(differing(photo, result, inside)).toBe(0)
  expect(differing(photo, result, outside)).toBeGreaterThan(20_000)
})

test('the user’s own picture stands behind the subject', async () => {
  const canyon = sample('black-canyon.jpg')
  const result = await made('Use the second image as the background', [astronaut, canyon])
  const behind = await decodePhoto(
    await sharp(canyon).resize(512, 512, { fit: 'cover' }).png().toBuffer(),
    LIMITS,
    'x',
  )
  expect(differing(photo, result, inside)).toBe(0)
  let error = 0
  let pixels = 0
  for (let i = 0; i < 512 * 512; i++) {
    if (!outside(i)) continue
    error += Math.abs(result.data[i * 4]! - behind.data[i * 4]!)
    pixels++
  }
  expect(error / pixels).toBeLessThan(6)
})

test('several wishes in a sentence, in a frame of their own', async () => {
  const result = await made('make it black and white and crop to 16:9')
  expect([result.width, result.height]).toEqual([512, 288])
  expect(differing(result, result, (i) => result.data[i * 4] !== result.data[i * 4 + 2])).toBe(0)
  for (let at = 0; at < result.data.length; at += 4) expect(result.data[at]).toBe(result.data[at + 1])
})

test('ratio and size of the answer are wishes of their own', async () => {
  const result = await made('make it brighter', [astronaut], { aspectRatio: '4:5', imageSize: '1K' })
  expect(result.width / result.height).toBeCloseTo(0.8, 2)
  expect(Math.abs(result.width * result.height - 1024 ** 2) / 1024 ** 2).toBeLessThan(0.01)
})

const marked = (i: number) => i % 200 >= 56 && i % 200 < 80 && i / 200 >= 46 && Math.floor(i / 200) < 70

test('an object inside the mask is removed, and nothing outside it is touched', async () => {
  const wall = await sharp({ create: { width: 200, height: 150, channels: 3, background: '#7a8f99' } })
    .composite([
      { input: { create: { width: 16, height: 16, channels: 3, background: '#d01010' } }, left: 60, top: 50 },
    ])
    .png()
    .toBuffer()
  const mask = await sharp({ create: { width: 200, height: 150, channels: 3, background: '#000' } })
    .composite([
      { input: { create: { width: 24, height: 24, channels: 3, background: '#fff' } }, left: 56, top: 46 },
    ])
    .toColourspace('b-w')
    .png()
    .toBuffer()
  const before = await decodePhoto(wall, LIMITS, 'x')
  const after = await made('remove the marked object', [wall], { mask })
  expect(differing(before, after, (i) => !marked(i))).toBe(0)
  const centre = (58 * 200 + 68) * 4
  expect(Math.abs(after.data[centre]! - 0x7a)).toBeLessThan(12)
})

test('a mask bounds every adjustment', async () => {
  const left = await sharp({ create: { width: 512, height: 512, channels: 3, background: '#000' } })
    .composite([
      { input: { create: { width: 256, height: 512, channels: 3, background: '#fff' } }, left: 0, top: 0 },
    ])
    .toColourspace('b-w')
    .png()
    .toBuffer()
  const result = await made('make this area black and white', [astronaut], { mask: left })
  expect(differing(photo, result, (i) => i % 512 >= 256)).toBe(0)
  expect(differing(photo, result, (i) => i % 512 < 256)).toBeGreaterThan(50_000)
})

test.each([
  ['make her smile', 'unsupported_instruction', /blur the background or turn it black and white/],
  ['blur the background and add a hat', 'unsupported_instruction', /hat/],
  ['remove the lamp', 'unsupported_instruction', /mask/],
])('%s is refused, with what can be done', async (instruction, code, text) => {
  expect(await send(instruction)).toMatchObject({
    kind: 'fault',
    fault: { code, charged: 'no', message: expect.stringMatching(text) },
  })
})

test('removing the background is refused in JPEG, which cannot say transparent', async () => {
  const answer = await send('remove the background', [astronaut], { mimeType: 'image/jpeg' })
  expect(answer).toMatchObject({ kind: 'fault', fault: { code: 'unsupported_option' } })
})

test('a grey photo made grey is not changed, and the answer knows it', async () => {
  const answer = await send('make it black and white', [sample('camera.png')])
  expect(answer).toMatchObject({ kind: 'image', changed: false })
  expect(await send('rotate it 90 degrees', [sample('camera.png')])).toMatchObject({ changed: true })
})

test('a mask over everything leaves nothing to fill from', async () => {
  const all = await sharp({ create: { width: 512, height: 512, channels: 3, background: '#fff' } })
    .toColourspace('b-w')
    .png()
    .toBuffer()
  const answer = await send('remove the marked object', [astronaut], { mask: all })
  expect(answer).toMatchObject({ kind: 'fault', fault: { code: 'mask_unusable' } })
})

test('a landscape has no subject, and none is guessed', async () => {
  const answer = await send('remove the background', [sample('black-canyon.jpg')])
  expect(answer).toMatchObject({ kind: 'fault', fault: { code: 'no_subject' } })
})

test('the same question gives the same bytes; another seed another sky', async () => {
  const beach = 'put her on a sunset beach'
  const [first, again, other] = [
    await made(beach),
    await made(beach),
    await made(beach, [astronaut], { seed: 9 }),
  ]
  expect(differing(first, again, () => true)).toBe(0)
  expect(differing(first, other, outside)).toBeGreaterThan(10_000)
})
