import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../src/config/config.ts'
import { type EditRequest, heldImage } from '../src/contract/request.ts'
import type { EditResult } from '../src/contract/result.ts'
import type { EmulatorOptions } from '../src/emulator/options.ts'
import { startEmulator } from '../src/emulator.ts'
import { createPlantain } from '../src/main.ts'
import { startScriptedServer } from './scripted-server.ts'
import { discMask, outsideOf } from './masked-photo.ts'

const photo = readFileSync(new URL('../../../examples/photos/raccoon.jpg', import.meta.url))
const SIZE = { width: 1024, height: 768 }
const DISC = { x: 400, y: 300, radius: 150 }
const mask = await discMask(SIZE, DISC)

const WORDS = 'Make the animal wear a red hat'

async function google(options: EmulatorOptions = {}) {
  const emulator = await startEmulator({ pictures: 'canned', ...options })
  onTestFinished(() => emulator.close())
  return { emulator, ...(await askedAt(emulator.url)) }
}

async function askedAt(url: string) {
  const env = { GEMINI_API_KEY: 'AIzaTestKeyForLoopbackOnly', GOOGLE_GEMINI_BASE_URL: url }
  const plantain = await createPlantain(readConfig(env))
  onTestFinished(() => plantain.close())
  const edit = (rest: Partial<EditRequest>): Promise<EditResult> =>
    plantain.edit({ ...asking(photo), ...rest }, new AbortController().signal)
  return { edit }
}

function asking(...images: readonly Uint8Array[]): EditRequest {
  const words = { kind: 'text' as const, text: WORDS }
  return { input: [words, ...images.map((bytes) => ({ kind: 'image' as const, image: heldImage(bytes) }))] }
}

test('what lies outside the mask comes back pixel for pixel, at the photo’s own size', async () => {
  const { edit, emulator } = await google()
  const result = await edit({ mask })
  expect(result).toMatchObject({
    outcome: 'edited',
    images: [{ ...SIZE, mimeType: 'image/png' }],
    checks: { changed: true, preserved: true, ratio: true },
    attempts: [{ status: 200 }],
  })
  expect(result.notices.map(({ code }) => code)).toContain('put_back')
  const outside = await outsideOf(mask, photo, result.images[0]!.bytes)
  expect(outside).toEqual({
    differing: 0,
    of: SIZE.width * SIZE.height - outside.inside,
    inside: outside.inside,
  })
  expect(emulator.state().totals.imagesBilled).toBe(1)
})

test('the mask goes out as one more picture, with words for it, behind all else, and the photo’s ratio is asked for', async () => {
  const server = await startScriptedServer(() => ({ json: { promptFeedback: { blockReason: 'OTHER' } } }))
  onTestFinished(() => server.close())
  const { edit } = await askedAt(server.origin)
  await edit({ mask })
  const body = JSON.parse(server.seen[0]!.body.toString())
  expect(body.contents[0].parts).toEqual([
    { text: WORDS },
    { inlineData: { mimeType: 'image/jpeg', data: photo.toString('base64') } },
    { text: expect.stringMatching(/a mask of the photo to be edited.*only where the mask is white/) },
    { inlineData: { mimeType: 'image/png', data: expect.any(String) } },
  ])
  const sent = Buffer.from(body.contents[0].parts[3].inlineData.data, 'base64')
  expect(await outsideOf(mask, mask, sent)).toMatchObject({ differing: 0 })
  expect(body.generationConfig.imageConfig).toEqual({ aspectRatio: '4:3' })
})

test('edges are soft inwards: within some pixels of the edge the edit opens up', async () => {
  const { edit } = await google()
  const { images } = await edit({ mask })
  const before = await sharp(photo).raw().toBuffer()
  const after = await sharp(images[0]!.bytes).removeAlpha().raw().toBuffer()
  const differenceAt = (x: number) => {
    const at = (DISC.y * SIZE.width + x) * 3
    return [0, 1, 2].reduce((sum, c) => sum + Math.abs(before[at + c]! - after[at + c]!), 0)
  }
  const edge = DISC.x - DISC.radius
  expect(differenceAt(edge - 2)).toBe(0)
  const rim = [1, 2, 3, 4, 5, 6].map((inwards) => differenceAt(edge + inwards))
  expect(rim[0]).toBeLessThan(rim[5]! / 2)
})

test.each([
  [{ mimeType: 'image/webp' as const }, { preserved: true, codes: [] }],
  [
    { mimeType: 'image/webp' as const, quality: 80 },
    { preserved: false, codes: ['lossy_output'] },
  ],
  [{ mimeType: 'image/jpeg' as const }, { preserved: false, codes: ['lossy_output'] }],
])('%o', async (output, { preserved, codes }) => {
  const { edit } = await google()
  const result = await edit({ mask, output })
  expect(result).toMatchObject({
    outcome: 'edited',
    images: [{ ...SIZE, ...(output.mimeType && { mimeType: output.mimeType }) }],
  })
  expect(result.checks.preserved).toBe(preserved)
  expect(result.notices.map(({ code }) => code).filter((code) => code === 'lossy_output')).toEqual(codes)
})

test('an answer in another frame is not pasted askew', async () => {
  const { edit } = await google({ personas: 'wrong-ratio=1:1' })
  const result = await edit({ mask })
  expect(result).toMatchObject({
    outcome: 'preserve_failed',
    error: { code: 'preserve_failed', message: expect.stringContaining('1024x768') },
    checks: { preserved: false },
    charged: 'yes',
  })
})

test('a model that changes nothing inside the mask is found out', async () => {
  const { edit } = await google({ personas: 'unchanged', pictures: 'engine', drift: 'none' })
  expect(await edit({ mask })).toMatchObject({
    outcome: 'unchanged',
    checks: { changed: false, preserved: true },
  })
})

test('a change of a few pixels inside a small mask is a change', async () => {
  const { edit } = await google()
  const small = await discMask(SIZE, { x: 500, y: 380, radius: 6 })
  expect(await edit({ mask: small })).toMatchObject({
    outcome: 'edited',
    checks: { changed: true, preserved: true },
  })
})

test('preserve: none sends the mask and takes the whole answer', async () => {
  const { edit, emulator } = await google()
  const result = await edit({ mask, preserve: 'none', output: { aspectRatio: '1:1' } })
  expect(result).toMatchObject({
    outcome: 'edited',
    checks: { preserved: null },
    images: [{ width: 1024, height: 1024 }],
  })
  expect(emulator.state().calls[0]?.images).toHaveLength(2)
})

const empty = await discMask(SIZE, { x: 0, y: 0, radius: -1 })
const other = await discMask({ width: 512, height: 768 }, DISC)
const strip = await sharp(photo).resize(1024, 480, { fit: 'fill' }).jpeg().toBuffer()

test.each<[string, Partial<EditRequest>, string, RegExp]>([
  ['no edit area', { mask: empty }, 'mask_unusable', /marks nothing/],
  ['another size', { mask: other }, 'mask_unusable', /512x768.*1024x768/],
  ['no picture', { mask: Buffer.from('%PDF-1.7 and so on') }, 'mask_unusable', /The mask is not a picture/],
  ['no bytes', { mask: new Uint8Array() }, 'mask_unusable', /The mask is empty/],
  ['no photo', asking(), 'mask_unusable', /without a photo/],
  [
    'a contradictory ratio',
    { output: { aspectRatio: '16:9' } },
    'unsupported_option',
    /16:9 and a mask contradict/,
  ],
  [
    'as many pictures as the model takes',
    asking(...Array.from({ length: 14 }, () => photo)),
    'unsupported_option',
    /the mask is sent as one: 15/,
  ],
  [
    'a ratio no model makes',
    { ...asking(strip), mask: await discMask({ width: 1024, height: 480 }, DISC) },
    'unsupported_option',
    /nearest is/,
  ],
])('%s is told before anything is sent', async (_, request, code, message) => {
  const { edit, emulator } = await google()
  const result = await edit({ mask, ...request })
  expect(result.error).toMatchObject({ code, message: expect.stringMatching(message) })
  expect(emulator.state().calls).toEqual([])
})

test('preserve without a mask is told to lack one', async () => {
  const { edit } = await google()
  const result = await edit({ preserve: 'unmasked' })
  expect(result.error).toMatchObject({
    code: 'invalid_request',
    message: expect.stringContaining('no mask came'),
  })
})
