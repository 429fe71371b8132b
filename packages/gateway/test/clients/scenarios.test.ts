import { GoogleGenAI } from '@google/genai'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { generateText } from 'ai'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { EmulatorOptions, RunningEmulator } from '../../src/emulator/options.ts'
import { SCENARIOS, type ScenarioName } from '../../src/emulator/scenarios.ts'
import { ask, edit, emulatorFor, GENERATE, KEY, MODEL, PHOTO, STREAM } from '../emulator-client.ts'
import { message } from './ai-sdk.ts'
import { stayHome } from './network.ts'
import {
  atVertex,
  difference,
  farFromTruth,
  generate,
  givingUpAt,
  heavy,
  imagesOf,
  inline,
  isImage,
  pixelsOf,
  sha256,
  sizeOf,
  small,
  waitMsOf,
} from './plain-client.ts'

stayHome()

interface Story {
  readonly options?: EmulatorOptions
  /** A careless client, what becomes of it, and what really happened. */
  readonly tell: (emulator: RunningEmulator) => Promise<void>
}

const photo = Buffer.from(PHOTO, 'base64')
const ENGINE: EmulatorOptions = { pictures: 'engine' }
const GREY = 'make it black and white'

const STORIES: Readonly<Record<ScenarioName, Story>> = {
  '1-no-image': {
    tell: async (emulator) => {
      const ai = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: emulator.url } })
      const careless = async () => (await ai.models.generateContent({ model: MODEL, ...edit() })).data
      expect(await careless()).toBeUndefined()
      expect(emulator.state().calls).toMatchObject([
        { status: 200, finishReason: 'NO_IMAGE', imagesBilled: 0 },
      ])
      expect(await careless()).toBeDefined()
    },
  },
  '2-limit-zero': {
    tell: async (emulator) => {
      for (let tries = 0; tries < 3; tries++) {
        const told = await generate(emulator)
        expect(told.status).toBe(429)
        expect(told.json.error.message).toContain('limit: 0,')
        emulator.advanceClock(waitMsOf(told))
      }
      expect(emulator.state().totals).toMatchObject({ generations: 3, imagesBilled: 0 })
    },
  },
  '2-per-day': {
    tell: async (emulator) => {
      const told = await generate(emulator)
      expect(told.json.error.details[1].violations[0].quotaId).toContain('PerDay')
      emulator.advanceClock(waitMsOf(told) + 1)
      expect((await generate(emulator)).status).toBe(429)
    },
  },
  '2-storm': {
    tell: async (emulator) => {
      const burst = await Promise.all(Array.from({ length: 14 }, () => generate(emulator)))
      const refused = burst.filter(({ status }) => status === 429)
      expect(refused).toHaveLength(4)
      const again = await generate(emulator)
      expect(again.status).toBe(429)
      emulator.advanceClock(waitMsOf(again))
      expect((await generate(emulator)).status).toBe(200)
      expect(emulator.state().totals).toMatchObject({ generations: 16, imagesBilled: 11 })
    },
  },
  '3-drift': {
    options: ENGINE,
    tell: async (emulator) => {
      const drifted = await farFromTruth(emulator)
      expect(drifted).toBeGreaterThan(
        2 * (await farFromTruth(await emulatorFor({ ...ENGINE, drift: 'none' }))),
      )
    },
  },
  '4-retry-info': {
    tell: async (emulator) => {
      const first = await generate(emulator)
      expect(first.status).toBe(429)
      expect(first.headers.get('retry-after')).toBeNull()
      expect(waitMsOf(first)).toBe(34_400)
      // What exponential waiting from a second comes to in three tries.
      emulator.advanceClock(7000)
      const early = await generate(emulator)
      expect(early.status).toBe(429)
      expect(waitMsOf(early)).toBeLessThanOrEqual(27_400)
      emulator.advanceClock(waitMsOf(early))
      expect((await generate(emulator)).status).toBe(200)
    },
  },
  '5-overloaded': {
    tell: async (emulator) => {
      const statuses = []
      for (let i = 0; i < 20; i++) statuses.push((await generate(emulator)).status)
      const lost = statuses.filter((status) => status === 503).length
      expect(lost).toBeGreaterThan(4)
      expect(lost).toBeLessThan(16)
      expect(emulator.state().totals.imagesBilled).toBe(20 - lost)
    },
  },
  '6-ratio-ignored': {
    tell: async (emulator) => {
      const told = await generate(emulator, { generationConfig: { imageConfig: { aspectRatio: '16:9' } } })
      expect(await sizeOf(told)).toEqual({ width: 1024, height: 1024 })
      expect(emulator.state().totals.imagesBilled).toBe(1)
    },
  },
  '7-no-mask': {
    options: ENGINE,
    tell: async (emulator) => {
      const right = await sharp({ create: { width: 320, height: 427, channels: 3, background: 'white' } })
        .extend({ left: 320, background: 'black' })
        .png()
        .toBuffer()
      const parts = [{ text: `${GREY}, where the mask is white` }, inline(photo), inline(right, 'image/png')]
      const told = await ask(emulator, GENERATE, { body: { contents: [{ parts }] } })
      const left = { left: 0, top: 0, width: 60, height: 128 }
      const outside = await sharp(await small(imagesOf(told)[0]))
        .extract(left)
        .toBuffer()
      const before = await sharp(await small(photo))
        .extract(left)
        .toBuffer()
      expect(await difference(outside, before)).toBeGreaterThan(3)
      expect(emulator.state().calls[0]?.images).toHaveLength(2)
    },
  },
  '8-slow-answer': {
    tell: async (emulator) => {
      const signal = AbortSignal.timeout(300)
      await expect(ask(emulator, GENERATE, { body: edit(), signal })).rejects.toThrow()
      expect(await emulator.waitFor({ open: 0, images: 1 }, { timeoutMs: 10_000 })).toBe(true)
      const [call] = emulator.state().calls
      expect(call).toMatchObject({ end: 'left', answerBytes: 0, imagesBilled: 1 })
      expect(call?.costMicroUsd).toBeGreaterThan(33_000)
    },
  },
  '9-safety-block': {
    tell: async (emulator) => {
      const answers = []
      for (let i = 0; i < 12; i++) answers.push(await generate(emulator))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      const reasons = answers.map(({ json }) => json.candidates[0].finishReason)
      expect(new Set(reasons)).toEqual(new Set(['STOP', 'IMAGE_SAFETY']))
      const pictures = reasons.filter((reason) => reason === 'STOP').length
      expect(emulator.state().totals.imagesBilled).toBe(pictures)
    },
  },
  '10-model-retired': {
    tell: async (emulator) => {
      const pro = GENERATE.replace(MODEL, 'gemini-3-pro-image')
      const told = await ask(emulator, pro, { body: edit() })
      expect(told.status).toBe(404)
      expect(told.json.error.message).toContain('models/gemini-3-pro-image is not found')
      // As whoever checks before a release does.
      const checked = (model: string) => ask(emulator, `/v1/models/${model}`, { method: 'GET' })
      expect((await checked('gemini-3-pro-image')).status).toBe(404)
      expect((await checked(MODEL)).status).toBe(200)
      expect((await generate(emulator)).status).toBe(200)
    },
  },
  '11-thought-signature': {
    tell: async (emulator) => {
      const [asked] = edit().contents
      const { content } = (await generate(emulator)).json.candidates[0]
      const next = { role: 'user', parts: [{ text: 'now at night' }] }
      const unsigned = content.parts.map((part: object) => ({ ...part, thoughtSignature: undefined }))
      const careless = [asked, { ...content, parts: unsigned }, next]
      const told = await ask(emulator, GENERATE, { body: { contents: careless } })
      expect(told.status).toBe(400)
      expect(told.json.error.message).toContain('Image part is missing a thought_signature')
      const faithful = await ask(emulator, GENERATE, { body: { contents: [asked, content, next] } })
      expect(faithful.status).toBe(200)
      expect(emulator.state().totals).toMatchObject({ generations: 3, imagesBilled: 2 })
    },
  },
  '12-cost': {
    tell: async (emulator) => {
      await generate(emulator)
      // 1,120 tokens at $30 a million.
      const counted = 33_600
      const { imagesBilled, costMicroUsd } = emulator.state().totals
      expect(imagesBilled).toBe(3)
      expect(counted / costMicroUsd).toBeLessThan(1 / 3)
    },
  },
  '13-paid-twice': {
    tell: async (emulator) => {
      await expect(generate(emulator)).rejects.toThrow()
      expect((await generate(emulator)).status).toBe(200)
      expect(emulator.state().calls.map(({ end, imagesBilled }) => [end, imagesBilled])).toEqual([
        ['cut', 1],
        ['answered', 1],
      ])
    },
  },
  '14-key-leaked': {
    tell: async (emulator) => {
      expect((await generate(emulator)).status).toBe(200)
      emulator.advanceClock(5000)
      const told = await generate(emulator)
      expect(told.status).toBe(403)
      expect(told.json.error.message).toContain('reported as leaked')
      for (const path of ['/v1/models', '/v1/files']) {
        expect((await ask(emulator, path, { method: 'GET' })).status).toBe(403)
      }
    },
  },
  '15-wrong-location': {
    tell: async (emulator) => {
      expect((await atVertex(emulator, 'europe-west4', edit())).status).toBe(404)
      expect((await atVertex(emulator, 'global', edit())).status).toBe(200)
    },
  },
  '16-vertex-7mb': {
    tell: async (emulator) => {
      const parts = [{ text: GREY }, inline(await heavy(), 'image/png')]
      const body = { contents: [{ role: 'user', parts }] }
      const told = await atVertex(emulator, 'global', body)
      expect(told.status).toBe(400)
      expect(told.json.error.status).toBe('INVALID_ARGUMENT')
      expect((await ask(emulator, GENERATE, { body })).status).toBe(200)
    },
  },
  '17-big-answer': {
    tell: async (emulator) => {
      expect((await generate(emulator)).text.length).toBeGreaterThan(20_000_000)
      expect(await givingUpAt(10_000_000, emulator, GENERATE)).toBe('gave up')
      await emulator.waitFor({ open: 0 }, { timeoutMs: 10_000 })
      expect(emulator.state().calls.at(-1)).toMatchObject({ end: 'left', imagesBilled: 1 })
    },
  },
  '18-output-mime': {
    tell: async (emulator) => {
      const told = await generate(emulator)
      expect(told.json.candidates[0].content.parts.find(isImage)?.inlineData.mimeType).toBe('image/png')
      expect((await sharp(imagesOf(told)[0]).metadata()).format).toBe('jpeg')
    },
  },
  '19-input-mime': {
    tell: async (emulator) => {
      // As code does that takes the type from a file's name.
      for (const extension of ['jpg', 'bmp']) {
        const parts = [{ text: GREY }, inline(photo, `image/${extension}`)]
        const told = await ask(emulator, GENERATE, { body: { contents: [{ parts }] } })
        expect(told.status).toBe(400)
        expect(told.json.error.message).toContain(`Unsupported MIME type: image/${extension}`)
      }
      expect(emulator.state().totals.imagesBilled).toBe(0)
    },
  },
  '20-drafts-duplicates': {
    tell: async (emulator) => {
      const google = createGoogleGenerativeAI({ baseURL: `${emulator.url}/v1beta`, apiKey: KEY })
      const { files } = await generateText({ model: google(MODEL), messages: [message()] })
      const [call] = emulator.state().calls
      expect(call).toMatchObject({ imagesBilled: 3 })
      const careless = sha256(files[0]?.uint8Array)
      expect(careless).toBe(call?.answerImages[0]?.sha256)
      expect(careless).not.toBe(call?.answerImages.at(-1)?.sha256)
      const [copy, final] = files.slice(1).map(({ uint8Array }) => uint8Array)
      expect(sha256(copy)).not.toBe(sha256(final))
      expect(await pixelsOf(copy)).toEqual(await pixelsOf(final))
    },
  },
  '21-smaller': {
    tell: async (emulator) => {
      const told = await generate(emulator, {
        generationConfig: { imageConfig: { aspectRatio: '1:1', imageSize: '2K' } },
      })
      expect(await sizeOf(told)).toEqual({ width: 1024, height: 1024 })
    },
  },
  '23-alpha-lost': {
    options: ENGINE,
    tell: async (emulator) => {
      const cutOut = await sharp({ create: { width: 200, height: 200, channels: 3, background: 'navy' } })
        .extend({ top: 60, left: 60, bottom: 60, right: 60, background: '#0000' })
        .png()
        .toBuffer()
      const parts = [{ text: GREY }, inline(cutOut, 'image/png')]
      const [image] = imagesOf(await ask(emulator, GENERATE, { body: { contents: [{ parts }] } }))
      expect((await sharp(image).metadata()).hasAlpha).toBe(false)
      const corner = sharp(image).extract({ left: 8, top: 8, width: 40, height: 40 })
      const { channels } = await sharp(await corner.toBuffer()).stats()
      expect(Math.min(...channels.map(({ mean }) => mean))).toBeGreaterThan(235)
    },
  },
  '25-long-line': {
    tell: async (emulator) => {
      const { text } = await ask(emulator, `${STREAM}?alt=sse`, { body: edit() })
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeGreaterThan(8_000_000)
      expect(await givingUpAt(1_000_000, emulator, `${STREAM}?alt=sse`)).toBe('gave up')
      await emulator.waitFor({ open: 0 }, { timeoutMs: 10_000 })
      expect(emulator.state().calls.at(-1)).toMatchObject({ end: 'left', imagesBilled: 1 })
    },
  },
  '28-history': {
    options: { cannedBytes: 100_000 },
    tell: async (emulator) => {
      const chat = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: emulator.url } }).chats.create({
        model: MODEL,
      })
      for (const wish of ['a rocket', 'at night', 'in snow', 'from above'])
        await chat.sendMessage({ message: wish })
      const bytes = emulator.state().calls.map(({ requestBytes }) => requestBytes)
      const growth = bytes.slice(1).map((size, index) => size - (bytes[index] ?? 0))
      expect(growth).toHaveLength(3)
      expect(Math.min(...growth)).toBeGreaterThan(133_000)
    },
  },
  '30-one-image': {
    tell: async (emulator) => {
      const told = await generate(emulator, { generationConfig: { candidateCount: 2 } })
      expect(told.status).toBe(400)
      expect(emulator.state().totals.imagesBilled).toBe(0)
    },
  },
  '33-exif': {
    options: ENGINE,
    tell: async (emulator) => {
      const lying = await sharp(photo).withMetadata({ orientation: 6 }).jpeg().toBuffer()
      const upright = await sharp(lying).autoOrient().toBuffer({ resolveWithObject: true })
      expect(upright.info.height).toBeGreaterThan(upright.info.width)
      const parts = [{ text: GREY }, inline(lying)]
      const told = await ask(emulator, GENERATE, { body: { contents: [{ parts }] } })
      const { width, height } = await sizeOf(told)
      expect(width).toBeGreaterThan(height)
      expect((await sharp(imagesOf(told)[0]).metadata()).orientation ?? 1).toBe(1)
    },
  },
  '34-unchanged': {
    options: ENGINE,
    tell: async (emulator) => {
      const [image] = imagesOf(await ask(emulator, GENERATE, { body: edit({}, GREY) }))
      expect(sha256(image)).not.toBe(sha256(photo))
      expect(await difference(await small(image), await small(photo))).toBeLessThan(6)
      const grey = await sharp(photo).greyscale().toColourspace('srgb').png().toBuffer()
      const changed = await difference(await small(image), await small(grey))
      expect(changed).toBeGreaterThan(await difference(await small(image), await small(photo)))
      expect(emulator.state().totals.imagesBilled).toBe(1)
    },
  },
}

test('there is a story for every scenario', () => {
  expect(Object.keys(STORIES)).toEqual(SCENARIOS.map(({ name }) => name))
})

test.each(SCENARIOS.map(({ name }) => name))('%s', async (scenario) => {
  const { options = {}, tell } = STORIES[scenario]
  const emulator = await emulatorFor({ ...options, scenario })
  await tell(emulator)
  expect(emulator.state().crashes).toBe(0)
})
