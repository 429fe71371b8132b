import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { afterEach, expect, test, vi } from 'vitest'
import { readConfig } from '../src/config/config.ts'
import { type EditRequest, heldImage } from '../src/contract/request.ts'
import type { EditResult } from '../src/contract/result.ts'
import { createPlantain, type Plantain } from '../src/main.ts'
import { type Play, type ScriptedServer, startScriptedServer } from './scripted-server.ts'

const photo = readFileSync(new URL('../../../examples/photos/raccoon.jpg', import.meta.url))
/** What a model might return: the photo's frame, plainly changed. */
const edited = await sharp(photo).resize(1200, 896).modulate({ hue: 120 }).tint('#40a0ff').jpeg().toBuffer()
const usage = {
  promptTokenCount: 266,
  candidatesTokenCount: 1120,
  totalTokenCount: 1386,
  promptTokensDetails: [
    { modality: 'TEXT', tokenCount: 8 },
    { modality: 'IMAGE', tokenCount: 258 },
  ],
  candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
}

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

function imagePart(bytes: Uint8Array, mimeType = 'image/jpeg') {
  return { inlineData: { mimeType, data: Buffer.from(bytes).toString('base64') } }
}

function answering(...parts: object[]): Play {
  return {
    json: {
      candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }],
      usageMetadata: usage,
    },
  }
}

async function google(
  script: (index: number) => Play,
): Promise<{ plantain: Plantain; server: ScriptedServer }> {
  const server = await startScriptedServer((_, index) => script(index))
  const env = { GEMINI_API_KEY: 'AIzaTestKeyForLoopbackOnly', GOOGLE_GEMINI_BASE_URL: server.origin }
  const plantain = await createPlantain(readConfig(env))
  closing.push(
    () => plantain.close(),
    () => server.close(),
  )
  return { plantain, server }
}

function asking(rest: Partial<EditRequest> = {}): EditRequest {
  return {
    input: [
      { kind: 'text', text: 'Make it blue' },
      { kind: 'image', image: heldImage(photo) },
    ],
    ...rest,
  }
}

const never = new AbortController().signal
const run = (plantain: Plantain, rest?: Partial<EditRequest>): Promise<EditResult> =>
  plantain.edit(asking(rest), never)

test('an edit: the model’s very bytes, one attempt, its price', async () => {
  const { plantain, server } = await google(() => answering({ text: 'Here it is.' }, imagePart(edited)))
  const result = await run(plantain)
  expect(result).toMatchObject({
    outcome: 'edited',
    error: null,
    model: 'gemini-nano-banana-2.1',
    target: 'ai-studio',
    text: 'Here it is.',
    checks: { changed: true, label: true, ratio: null, size: null },
    charged: 'yes',
    attempts: [{ target: 'ai-studio', status: 200, code: null, charged: 'yes' }],
  })
  expect(Buffer.from(result.images[0]!.bytes)).toEqual(edited)
  // 266 input tokens at $1.50 and 1,120 image tokens at $30 a million.
  expect(result.costMicroUsd).toBe(Math.floor(266 * 1.5 + 1120 * 30 + 0.5))
  expect(result.attempts[0]!.costMicroUsd).toBe(result.costMicroUsd)
  const body = JSON.parse(server.seen[0]!.body.toString())
  expect(Buffer.from(body.contents[0].parts[1].inlineData.data, 'base64')).toEqual(photo)
})

test.each<[string, string | undefined, Partial<EditRequest>, Play]>([
  [
    'unchanged',
    'unchanged',
    {},
    answering(imagePart(await sharp(photo).resize(1200, 900).jpeg({ quality: 75 }).toBuffer())),
  ],
  ['wrong_shape', 'wrong_shape', { output: { aspectRatio: '16:9' } }, answering(imagePart(edited))],
  ['wrong_shape', 'wrong_shape', { output: { imageSize: '4K' } }, answering(imagePart(edited))],
  ['no_image', 'no_image', {}, answering({ text: 'I would rather talk about it.' })],
  ['blocked', 'image_blocked', {}, { json: { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } } }],
  ['failed', 'upstream_unreadable', {}, answering(imagePart(edited.subarray(0, 9000)))],
  [
    'failed',
    'upstream_unreadable',
    {},
    answering(imagePart(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))),
  ],
  [
    'failed',
    'quota_exhausted',
    {},
    {
      status: 429,
      json: {
        error: {
          code: 429,
          status: 'RESOURCE_EXHAUSTED',
          message: 'Quota exceeded for metric: x, limit: 0, model: y',
        },
      },
    },
  ],
  [
    'failed',
    'unsupported_option',
    {
      // Kept outside the mask, the result has the photo's own frame.
      output: { aspectRatio: '16:9' },
      mask: await sharp({ create: { width: 1024, height: 768, channels: 3, background: '#fff' } })
        .png()
        .toBuffer(),
    },
    answering(),
  ],
  ['failed', 'unsupported_option', { output: { imageSize: '512' } }, answering()],
  ['failed', 'unknown_model', { model: 'nanobanana-9' }, answering()],
  ['failed', 'invalid_request', { input: [{ kind: 'image', image: heldImage(photo) }] }, answering()],
])('%s: %s', async (outcome, code, request, play) => {
  const { plantain } = await google(() => play)
  const result = await run(plantain, request)
  expect(result.outcome).toBe(outcome)
  expect(result.error?.code).toBe(code)
  expect(result.error?.message).not.toMatch(/AIza/)
})

test('what cannot be sent is never sent', async () => {
  const { plantain, server } = await google(() => answering(imagePart(edited)))
  await run(plantain, { output: { imageSize: '512' } })
  await run(plantain, {
    input: [
      { kind: 'text', text: 'x' },
      { kind: 'image', image: heldImage(photo.subarray(0, 5000)) },
    ],
  })
  expect(server.seen).toHaveLength(0)
})

test('drafts are told from the final image, a wrong label is named, a wished format is made', async () => {
  const draft = await sharp(photo).negate().png().toBuffer()
  const { plantain } = await google(() => answering(imagePart(draft), imagePart(edited, 'image/png')))
  const result = await run(plantain, { output: { mimeType: 'image/webp' } })
  expect(result.outcome).toBe('edited')
  expect(result.notices.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['drafts_dropped', 'mime_mislabelled']),
  )
  expect(result.images[0]).toMatchObject({ mimeType: 'image/webp', width: 1200, height: 896 })
  expect((await sharp(result.images[0]!.bytes).metadata()).format).toBe('webp')
})

test('a photo on its side with GPS is sent upright and bare', async () => {
  const { plantain, server } = await google(() => answering(imagePart(edited)))
  const phone = await sharp(photo)
    .withMetadata({ orientation: 6 })
    .withExifMerge({
      IFD0: { Make: 'Camera' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
    })
    .jpeg()
    .toBuffer()
  const result = await run(plantain, {
    input: [
      { kind: 'image', image: heldImage(phone) },
      { kind: 'text', text: 'Make it blue' },
    ],
  })
  const sent = Buffer.from(
    JSON.parse(server.seen[0]!.body.toString()).contents[0].parts[0].inlineData.data,
    'base64',
  )
  const metadata = await sharp(sent).metadata()
  expect(metadata).toMatchObject({ width: 768, height: 1024 })
  expect(metadata.exif).toBeUndefined()
  expect(result.notices.map(({ code }) => code)).toContain('image_reencoded')
})

test('the same question is paid for once where the caller allows it', async () => {
  const { plantain, server } = await google(() => answering(imagePart(edited)))
  const first = await run(plantain, { cache: true })
  const second = await run(plantain, { cache: true })
  const other = await run(plantain, { cache: true, seed: 7 })
  expect(server.seen).toHaveLength(2)
  expect(second.images[0]!.sha256).toBe(first.images[0]!.sha256)
  expect(second).toMatchObject({
    charged: 'no',
    costMicroUsd: 0,
    attempts: [],
    usage: null,
    outcome: 'edited',
  })
  expect(second.id).not.toBe(first.id)
  expect(other.attempts).toHaveLength(1)
})

test('a retired id goes to a living model and says so', async () => {
  const { plantain, server } = await google(() => answering(imagePart(edited)))
  const result = await run(plantain, { model: 'gemini-2.5-flash-image' })
  expect(result).toMatchObject({ requestedModel: 'gemini-2.5-flash-image', model: 'gemini-nano-banana-2.1' })
  expect(server.seen[0]!.url).toContain('gemini-nano-banana-2.1:generateContent')
  expect(result.notices.map(({ code }) => code)).toContain('model_migrated')
})

test('what was never sent was never billed', async () => {
  const { plantain, server } = await google(() => answering(imagePart(edited)))
  const gone = await plantain.edit(asking(), AbortSignal.abort())
  expect(gone).toMatchObject({ outcome: 'cancelled', charged: 'no', attempts: [] })
  expect(await run(plantain, { timeoutMs: 1 })).toMatchObject({
    error: { code: 'deadline_exceeded' },
    charged: 'no',
    attempts: [],
  })
  expect(server.seen).toHaveLength(0)
})

test('a damaged image was billed all the same', async () => {
  const hole = { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo!' } }
  const { plantain } = await google(() => answering(hole))
  const result = await run(plantain)
  expect(result).toMatchObject({ outcome: 'failed', error: { code: 'upstream_unreadable' }, charged: 'yes' })
  expect(result.costMicroUsd).toBeGreaterThan(30_000)
})

test('how long Google asks to wait reaches the caller', async () => {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' }]
  const error = { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded per minute.', details }
  const { plantain } = await google(() => ({ status: 429, json: { error } }))
  const started = performance.now()
  const refused = await run(plantain, { timeoutMs: 30_000 })
  expect(refused.error).toMatchObject({ code: 'rate_limited' })
  expect(refused.error?.waitMs).toBeGreaterThan(34_000)
  expect(refused.error?.waitMs).toBeLessThanOrEqual(34_400)
  // Waiting for what cannot come in time would be waiting for nothing.
  expect(performance.now() - started).toBeLessThan(5000)
})

test('cancelling ends the edit at once, and says that it may have been billed', async () => {
  const { plantain, server } = await google(() => ({ end: 'hold' }))
  const controller = new AbortController()
  const running = plantain.edit(asking(), controller.signal)
  await vi.waitFor(() => expect(server.seen).toHaveLength(1))
  controller.abort()
  expect(await running).toMatchObject({
    outcome: 'cancelled',
    error: { code: 'cancelled' },
    charged: 'unknown',
  })
})

test('a deadline is kept', async () => {
  const { plantain } = await google(() => ({ end: 'hold' }))
  const started = performance.now()
  const result = await run(plantain, { timeoutMs: 300 })
  expect(result).toMatchObject({
    outcome: 'failed',
    error: { code: 'deadline_exceeded' },
    charged: 'unknown',
  })
  expect(performance.now() - started).toBeLessThan(2000)
})

test('without a credential a Google model is refused, never done by the local engine', async () => {
  const plantain = await createPlantain(readConfig({}))
  closing.push(() => plantain.close())
  expect(await run(plantain, { model: 'nano-banana-pro' })).toMatchObject({
    outcome: 'failed',
    error: { code: 'credential_missing' },
  })
  await expect(createPlantain(readConfig({}, { provider: 'ai-studio' }))).rejects.toMatchObject({
    code: 'credential_missing',
  })
})
