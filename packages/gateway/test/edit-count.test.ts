import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../src/config/config.ts'
import { type EditRequest, heldImage } from '../src/contract/request.ts'
import type { EditResult } from '../src/contract/result.ts'
import type { EmulatorOptions } from '../src/emulator/options.ts'
import { startEmulator } from '../src/emulator.ts'
import { createPlantain } from '../src/main.ts'
import { type Play, startScriptedServer } from './scripted-server.ts'

const photo = readFileSync(new URL('../../../examples/photos/rocket.jpg', import.meta.url))
const never = new AbortController().signal

async function before(url: string) {
  const env = { GEMINI_API_KEY: 'AIzaTestKeyForLoopbackOnly', GOOGLE_GEMINI_BASE_URL: url }
  const plantain = await createPlantain(readConfig(env))
  onTestFinished(() => plantain.close())
  return (rest: Partial<EditRequest>, signal = never): Promise<EditResult> =>
    plantain.edit({ ...asking(), ...rest }, signal)
}

function asking(): EditRequest {
  return {
    input: [
      { kind: 'text', text: 'Make the sky pink' },
      { kind: 'image', image: heldImage(photo) },
    ],
  }
}

async function google(options: EmulatorOptions = {}) {
  const emulator = await startEmulator({ pictures: 'canned', ...options })
  onTestFinished(() => emulator.close())
  return { emulator, edit: await before(emulator.url) }
}

async function scripted(script: (seed: number | undefined, index: number) => Play | Promise<Play>) {
  const server = await startScriptedServer(({ body }, index) =>
    script(JSON.parse(body.toString()).generationConfig.seed, index),
  )
  onTestFinished(() => server.close())
  return { server, edit: await before(server.origin) }
}

function picture(color = photo.toString('base64')): Play {
  const parts = [{ text: 'Here.' }, { inlineData: { mimeType: 'image/jpeg', data: color } }]
  return {
    json: { candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP' }], usageMetadata: USAGE },
  }
}

const USAGE = { promptTokenCount: 100, candidatesTokenCount: 1120, totalTokenCount: 1220 }
const BLOCKED: Play = { json: { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } } }

test('four results come under one id, on one bill', async () => {
  const { edit, emulator } = await google()
  const result = await edit({ count: 4 })
  expect(result).toMatchObject({
    outcome: 'edited',
    error: null,
    missing: [],
    charged: 'yes',
    text: 'Here is the edited image.',
  })
  expect(result.images).toHaveLength(4)
  expect(result.attempts).toHaveLength(4)
  const { totals } = emulator.state()
  expect(totals.imagesBilled).toBe(4)
  expect(result.costMicroUsd).toBe(totals.costMicroUsd)
  expect(result.costMicroUsd).toBe(result.attempts.reduce((sum, attempt) => sum + attempt.costMicroUsd, 0))
  expect(result.sources).toHaveLength(1)
  const { inputImageTokens, outputImageTokens } = (await edit({})).usage!
  expect(result.usage).toMatchObject({
    inputImageTokens: 4 * inputImageTokens,
    outputImageTokens: 4 * outputImageTokens,
  })
})

test('one of four that fails is missing, and the others are an edit', async () => {
  const { edit } = await scripted((seed) => (seed === 12 ? BLOCKED : picture()))
  const result = await edit({ count: 4, seed: 10, accept: 'any' })
  expect(result).toMatchObject({
    missing: [{ index: 2, code: 'image_blocked', message: expect.stringContaining('PROHIBITED_CONTENT') }],
  })
  expect(result.images).toHaveLength(3)
})

test('one of four that fails leaves an edit of three (over the emulator)', async () => {
  const { edit } = await google({ personas: 'blocked@1x' })
  const result = await edit({ count: 4 })
  expect(result).toMatchObject({ outcome: 'edited', error: null, missing: [{ code: 'image_blocked' }] })
  expect([result.images.length, result.missing.length]).toEqual([3, 1])
})

test('where none arrives, the first one’s failure is that of the edit', async () => {
  const { edit } = await scripted((seed) =>
    seed === 5
      ? BLOCKED
      : { status: 400, json: { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'No.' } } },
  )
  const result = await edit({ count: 3, seed: 5 })
  expect(result).toMatchObject({ outcome: 'blocked', error: { code: 'image_blocked' }, images: [] })
  expect(result.missing.map(({ code }) => code)).toEqual([
    'image_blocked',
    'upstream_rejected',
    'upstream_rejected',
  ])
})

test('seeds differ, beyond the largest one too', async () => {
  const { edit, server } = await scripted(() => picture())
  await edit({ count: 3, seed: 2 ** 31 - 2 })
  const seeds = server.seen.map(({ body }) => JSON.parse(body.toString()).generationConfig.seed)
  expect(seeds.toSorted((a, b) => b - a)).toEqual([2 ** 31 - 1, 2 ** 31 - 2, 0])
})

test('no more than four are made at once', async () => {
  let [under, most] = [0, 0]
  const { edit, server } = await scripted(async () => {
    most = Math.max(most, (under += 1))
    await new Promise((resolve) => setTimeout(resolve, 100))
    under -= 1
    return picture()
  })
  await edit({ count: 10, accept: 'any' })
  expect([server.seen.length, most]).toEqual([10, 4])
})

test('who gives up ends all of them, those not yet begun too', async () => {
  const { edit, server } = await scripted(() => ({ end: 'hold' }))
  const giving = new AbortController()
  const editing = edit({ count: 6 }, giving.signal)
  await expect.poll(() => server.seen.length).toBe(4)
  giving.abort()
  const result = await editing
  expect(result).toMatchObject({ outcome: 'cancelled', images: [], attempts: [{}, {}, {}, {}] })
  expect(result.missing).toHaveLength(6)
  expect(server.seen).toHaveLength(4)
})

test('the same question in one process is paid for once, result by result', async () => {
  const { edit, emulator } = await google()
  const first = await edit({ count: 2, cache: true })
  const again = await edit({ count: 3, cache: true })
  expect([again.images.length, again.attempts.length]).toEqual([3, 1])
  expect(again.images[0]?.sha256).toBe(first.images[0]?.sha256)
  expect(emulator.state().totals.imagesBilled).toBe(3)
})

test('what an edit may cost at most is meant for all of its results', async () => {
  const { edit, emulator } = await google()
  const one = await edit({})
  const most = Math.ceil(one.costMicroUsd * 2.5)
  expect((await edit({ count: 2, maxCostMicroUsd: most })).outcome).toBe('edited')
  expect((await edit({ count: 4, maxCostMicroUsd: most })).outcome).toBe('failed')
  expect(emulator.state().totals.imagesBilled).toBe(3)
})

test('notices that are the same are told once', async () => {
  const { edit } = await google()
  const { notices } = await edit({ count: 3, model: 'nano-banana' })
  expect(notices.filter(({ code }) => code === 'model_alias')).toHaveLength(1)
})

test.each([0, 11, 1.5, -1, NaN])('%s results are none that can be asked for', async (count) => {
  const { edit, emulator } = await google()
  expect((await edit({ count })).error).toMatchObject({ code: 'invalid_request' })
  expect(emulator.state().calls).toEqual([])
})

test.each([
  [{ quality: 0, mimeType: 'image/jpeg' as const }, 'invalid_request'],
  [{ quality: 101, mimeType: 'image/jpeg' as const }, 'invalid_request'],
  [{ quality: 50 }, 'unsupported_option'],
  [{ quality: 50, mimeType: 'image/png' as const }, 'unsupported_option'],
])('quality: %o', async (output, code) => {
  const { edit } = await google()
  expect((await edit({ output })).error).toMatchObject({ code })
})

test.each(['image/jpeg', 'image/webp'] as const)(
  'a result has the quality that was asked for, from whichever target: %s',
  async (mimeType) => {
    const { edit } = await scripted(() => picture())
    const local = await createPlantain(readConfig({}, { provider: 'local' }))
    onTestFinished(() => local.close())
    const grey = { kind: 'text' as const, text: 'make it black and white' }
    const made = [
      (output: EditRequest['output']) => edit({ ...(output && { output }), accept: 'any' }),
      (output: EditRequest['output']) =>
        local.edit({ input: [grey, ...asking().input.slice(1)], ...(output && { output }) }, never),
    ]
    for (const make of made) {
      const [low, usual] = [await make({ mimeType, quality: 10 }), await make({ mimeType })]
      expect([low.images[0]?.mimeType, usual.images[0]?.mimeType]).toEqual([mimeType, mimeType])
      expect(low.images[0]!.byteLength * 2).toBeLessThan(usual.images[0]!.byteLength)
    }
  },
)
