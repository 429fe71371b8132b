import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hashOf, newGatewayKey } from '../../src/auth/gateway-key.ts'
import type { GatewayConfig } from '../../src/config/gateway-config.ts'
import { startEmulator } from '../../src/emulator.ts'
import type { EmulatorOptions, RunningEmulator } from '../../src/emulator/options.ts'
import type { RunningGateway } from '../../src/gateway.ts'
import { realSystem } from '../../src/system.ts'
import { KEY, MODEL, PHOTO } from '../emulator-client.ts'
import { aiStudio, gatewayWith, KEYLESS } from '../gateway-client.ts'
import { developer, RELEASES, vertex } from './google-genai.ts'
import { onGoogleCloud, stayHome } from './network.ts'

stayHome()

const WORDS = 'make it brighter'
const INPUT = [
  { type: 'text', text: WORDS },
  { type: 'image', mime_type: 'image/jpeg', data: PHOTO },
] as const

interface Scene {
  readonly emulator: RunningEmulator
  /** To be taken for the emulator by whoever wants its address. */
  readonly gateway: RunningEmulator
}

async function scene(options: EmulatorOptions = {}, config: Partial<GatewayConfig> = {}): Promise<Scene> {
  const emulator = await startEmulator({ pictures: 'canned', ...options })
  onTestFinished(() => emulator.close())
  const gateway = await gatewayWith({ targets: [aiStudio(emulator.url)], ...config })
  onTestFinished(async () => void (await gateway.close()))
  return { emulator, gateway: at(emulator, gateway) }
}

function at(emulator: RunningEmulator, { url, port }: RunningGateway): RunningEmulator {
  return { ...emulator, url, port }
}

interface Step {
  readonly type?: string
  readonly content?: readonly { readonly type?: string; readonly data?: string }[]
}

function picturesIn(steps: unknown): readonly Buffer[] {
  const contents = (steps as readonly Step[]).flatMap(({ content }) => content ?? [])
  return contents.flatMap(({ type, data }) =>
    type === 'image' && data !== undefined ? [Buffer.from(data, 'base64')] : [],
  )
}

describe.each(RELEASES)('interactions of @google/genai %s through the gateway', (release, genai) => {
  test('a photo is edited, in the ratio, size and format asked for', async () => {
    const { emulator, gateway } = await scene()
    const done = await developer(gateway, genai).interactions.create({
      model: MODEL,
      input: [...INPUT],
      response_format: { type: 'image', mime_type: 'image/png', aspect_ratio: '16:9', image_size: '1K' },
      generation_config: { seed: 7 },
    })
    expect(done).toMatchObject({
      id: expect.stringMatching(/^edit_/),
      object: 'interaction',
      status: 'completed',
      model: MODEL,
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      updated: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      usage: { total_output_tokens: expect.any(Number), total_tokens: expect.any(Number) },
    })
    const [picture] = picturesIn(done.steps)
    expect(await sharp(picture).metadata()).toMatchObject({ width: 1376, height: 768, format: 'png' })
    if (release === '3.x') {
      expect(done.output_image?.mime_type).toBe('image/png')
      expect(done.output_image?.data).toBe(picture?.toString('base64'))
      // Only the picture was asked for.
      expect(done.output_text).toBeUndefined()
    }
    expect(emulator.state().calls[0]).toMatchObject({
      model: MODEL,
      images: [{ mimeType: 'image/jpeg' }],
      imagesBilled: 1,
    })
  })

  test('a stream tells its steps, and what the model says beside the picture', async () => {
    const { gateway } = await scene()
    const { interactions } = developer(gateway, genai)
    const stream = await interactions.create({ model: MODEL, input: [...INPUT], stream: true })
    const events = (await Array.fromAsync(stream)) as readonly { readonly event_type: string }[]
    expect(events.map(({ event_type }) => event_type).join(' ')).toMatch(
      /^interaction\.created( step\.start( step\.delta)+ step\.stop){2} interaction\.completed$/,
    )
    const pictures = events.filter((event) => 'delta' in event && isImage(event.delta))
    expect(pictures).toHaveLength(1)
    expect(events.at(-1)).toMatchObject({ interaction: { status: 'completed', usage: {} } })
  })

  test('a conversation that is sent whole goes on as it was, signatures and all', async () => {
    const { emulator, gateway } = await scene()
    const { interactions } = developer(gateway, genai)
    const asked = { type: 'user_input', content: [...INPUT] }
    const more = { type: 'user_input', content: [{ type: 'text', text: 'and now at night' }] }
    const format = { type: 'image', mime_type: 'image/jpeg' } as const
    const first = await interactions.create({ model: MODEL, input: [...INPUT], response_format: format })
    const steps = first.steps as readonly { readonly type: string }[]
    expect(steps.map(({ type }) => type)).toEqual(['thought', 'model_output'])
    // A model that checks signatures takes this for its own picture, and would refuse it without.
    const second = await interactions.create({
      model: MODEL,
      input: [asked, ...steps, more] as never,
      system_instruction: 'Keep the people as they are.',
      generation_config: { thinking_level: 'minimal', temperature: 0.5 },
      safety_settings: [{ type: 'harassment', threshold: 'block_none' }],
    })
    expect(second.status).toBe('completed')
    const [before, after] = emulator.state().calls
    expect(after?.images.at(-1)?.sha256).toBe(before?.answerImages[0]?.sha256)
    const unsigned = await interactions.create({ model: MODEL, input: [asked, steps[1], more] as never })
    expect(unsigned.status).toBe('completed')
    const forged = [asked, { type: 'thought', signature: 'Zm9yZ2Vk' }, steps[1], more] as never
    await expect(interactions.create({ model: MODEL, input: forged })).rejects.toMatchObject({ status: 400 })
  })

  test('options in Plantain’s own words go beside Google’s, and what it knows comes in headers', async () => {
    const { gateway } = await scene()
    const asked = { model: MODEL, input: [...INPUT], plantain: { output: { imageSize: '2K' } } }
    const done = await developer(gateway, genai).interactions.create(asked)
    const [picture] = picturesIn(done.steps)
    expect((await sharp(picture).metadata()).width).toBeGreaterThan(2000)
    if (release === '3.x') {
      expect(done.sdkHttpResponse?.headers).toMatchObject({
        'plantain-outcome': 'edited',
        'plantain-edit-id': done.id,
      })
    }
  })

  test('on Vertex AI’s paths', async () => {
    const { emulator, gateway } = await scene()
    onGoogleCloud(emulator)
    const done = await vertex(gateway, genai).interactions.create({ model: MODEL, input: [...INPUT] })
    expect(picturesIn(done.steps)).toHaveLength(1)
  })

  test.each([
    ['no words', { input: [INPUT[1]] }, 400, 'BadRequestError'],
    ['a model there is not', { model: 'dall-e-3', input: WORDS }, 404, 'NotFoundError'],
    ['tools', { input: WORDS, tools: [{ type: 'google_search' }] }, 400, 'BadRequestError'],
    ['a session', { input: WORDS, previous_interaction_id: 'v1_x' }, 501, 'InternalServerError'],
    ['what goes on without its caller', { input: WORDS, background: true }, 501, 'InternalServerError'],
  ])('%s is %o: %i %s', async (_, wrong, status, name) => {
    const { emulator, gateway } = await scene()
    const { interactions } = developer(gateway, genai)
    const asked = { model: MODEL, ...wrong } as Parameters<typeof interactions.create>[0]
    const thrown = await interactions.create(asked, { maxRetries: 0 }).catch((error: unknown) => error)
    expect(shown(thrown)).toEqual({ name, status })
    expect(emulator.state().totals.calls).toBe(0)
  })

  test.each([
    ['429-minute', 429, 'RateLimitError'],
    ['500', 502, 'InternalServerError'],
    ['503', 503, 'InternalServerError'],
    ['model-gone', 404, 'NotFoundError'],
  ])('%s of Google is %i %s', async (personas, status, name) => {
    const { gateway } = await scene({ personas }, { routing: IMPATIENT })
    const { interactions } = developer(gateway, genai)
    const asked = interactions.create({ model: MODEL, input: WORDS }, { maxRetries: 0 })
    expect(shown(await asked.catch((error: unknown) => error))).toEqual({ name, status })
  })

  test('keys are the gateway’s: a wrong one is 401, one that may not is 403', async () => {
    const key = newGatewayKey({ env: 'test', random: realSystem.random }).reveal()
    const caller = { ...KEYLESS, keyId: 'narrow', models: ['gemini-3-pro-image'] }
    const { gateway } = await scene({}, { keys: [{ hash: hashOf(key), caller }] })
    for (const [shownKey, error] of [
      [KEY, { name: 'AuthenticationError', status: 401 }],
      [key, { name: 'PermissionDeniedError', status: 403 }],
    ] as const) {
      const { interactions } = developer(gateway, genai, shownKey)
      const asked = interactions.create({ model: MODEL, input: WORDS }, { maxRetries: 0 })
      expect(shown(await asked.catch((thrown: unknown) => thrown))).toEqual(error)
    }
  })

  test('a refusal is an interaction that has failed, and no error that clients would pay for again', async () => {
    const { emulator, gateway } = await scene({ personas: 'image-safety' })
    const refused = await developer(gateway, genai).interactions.create({ model: MODEL, input: WORDS })
    expect(refused).toMatchObject({ status: 'failed', errors: [{ code: 'image_safety' }] })
    expect(picturesIn(refused.steps)).toHaveLength(0)
    expect(emulator.state().totals.generations).toBe(1)
  })

  test('what is to come is said at once, although the client asks again', async () => {
    const { gateway } = await scene()
    const begun = performance.now()
    const asked = developer(gateway, genai).interactions.create({ model: MODEL, input: WORDS, store: true })
    await expect(asked).rejects.toMatchObject({ status: 501 })
    expect(performance.now() - begun).toBeLessThan(3000)
  })

  test('nor is a quota waited for that is used up for today', async () => {
    const { gateway } = await scene({ personas: '429-day' }, { routing: IMPATIENT })
    const begun = performance.now()
    const asked = developer(gateway, genai).interactions.create({ model: MODEL, input: WORDS })
    await expect(asked).rejects.toMatchObject({ status: 429 })
    expect(performance.now() - begun).toBeLessThan(3000)
  })

  test('what can be fetched once there are sessions is said to be to come', async () => {
    const { gateway } = await scene()
    const { interactions } = developer(gateway, genai)
    const fast = { maxRetries: 0 }
    for (const asked of [
      interactions.get('edit_1', null, fast),
      interactions.delete('edit_1', null, fast),
      interactions.cancel('edit_1', null, fast),
    ]) {
      await expect(asked).rejects.toMatchObject({ status: 501 })
    }
  })
})

const IMPATIENT: GatewayConfig['routing'] = {
  attempts: 1,
  noImage: 'keep',
  ambiguous: 'retry',
  timeouts: { connectMs: 10_000, firstByteMs: 170_000, idleMs: 60_000, attemptMs: 175_000 },
}

function shown(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown
  return { name: thrown.constructor.name, status: 'status' in thrown ? thrown.status : null }
}

function isImage(delta: unknown): boolean {
  return typeof delta === 'object' && delta !== null && 'type' in delta && delta.type === 'image'
}
