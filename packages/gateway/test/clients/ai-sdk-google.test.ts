import { createHash } from 'node:crypto'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { APICallError, generateImage, generateText, NoImageGeneratedError, RetryError, streamText } from 'ai'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { RunningEmulator } from '../../src/emulator/options.ts'
import { emulatorFor, KEY, MODEL, PHOTO } from '../emulator-client.ts'
import { message, OUTCOMES, outcomes } from './ai-sdk.ts'
import { stayHome } from './network.ts'
import { type Stage, testEveryPersona } from './personas.ts'

stayHome()

const provider = ({ url }: RunningEmulator, apiKey = KEY) =>
  createGoogleGenerativeAI({ baseURL: `${url}/v1beta`, apiKey })

const photo = Buffer.from(PHOTO, 'base64')
const sha256 = createHash('sha256').update(photo).digest('hex')

describe('@ai-sdk/google', () => {
  test('generateText brings the edited photo among its files', async () => {
    const emulator = await emulatorFor()
    const { files, text, finishReason, usage } = await generateText({
      model: provider(emulator)(MODEL),
      messages: [message()],
      providerOptions: { google: { imageConfig: { aspectRatio: '16:9', imageSize: '2K' } } },
    })
    expect(text).toBe('Here is the edited image.')
    expect(finishReason).toBe('stop')
    expect(usage.outputTokens).toBeGreaterThan(1680)
    expect(files.map(({ mediaType }) => mediaType)).toEqual(['image/jpeg'])
    expect(await sharp(files[0]?.uint8Array).metadata()).toMatchObject({ width: 2752, height: 1536 })
    expect(emulator.state().calls).toMatchObject([
      { path: `/v1beta/models/${MODEL}:generateContent`, images: [{ sha256 }], imagesBilled: 1 },
    ])
  })

  test('the picture is the photo, edited', async () => {
    const emulator = await emulatorFor({ pictures: 'engine', drift: 'none' })
    const { image } = await generateImage({
      model: provider(emulator).image(MODEL),
      prompt: { text: 'make it black and white', images: [photo] },
    })
    const { channels } = await sharp(image.uint8Array).stats()
    const means = channels.slice(0, 3).map(({ mean }) => mean)
    expect(Math.max(...means) - Math.min(...means)).toBeLessThan(2)
  })

  test('messages of one turn go into the next, signatures included', async () => {
    const emulator = await emulatorFor()
    const model = provider(emulator)(MODEL)
    const first = await generateText({ model, messages: [message()] })
    const { messages } = first.response
    const next = { role: 'user' as const, content: 'now at night' }
    const second = await generateText({ model, messages: [message(), ...messages, next] })
    expect(second.files).toHaveLength(1)

    const stripped = messages.map((told) => ({ ...told, content: withoutOptions(told.content) }))
    const careless = generateText({ model, messages: [message(), ...(stripped as typeof messages), next] })
    await expect(careless).rejects.toMatchObject({
      name: 'AI_APICallError',
      statusCode: 400,
      isRetryable: false,
      message: expect.stringContaining('missing a thought_signature in content position 2'),
    })
  })

  test('generateImage makes one, in a ratio, and several by several calls', async () => {
    const emulator = await emulatorFor()
    const model = provider(emulator).image(MODEL)
    const { image } = await generateImage({ model, prompt: 'a rocket', aspectRatio: '16:9' })
    expect(await sharp(image.uint8Array).metadata()).toMatchObject({ width: 1376, height: 768 })
    const { images } = await generateImage({ model, prompt: 'a rocket', n: 2 })
    expect(images).toHaveLength(2)
    expect(emulator.state().totals).toMatchObject({ generations: 3, imagesBilled: 3 })
  })

  test('generateImage edits the photo it is given', async () => {
    const emulator = await emulatorFor()
    const prompt = { text: 'add a hat', images: [photo] }
    const { image } = await generateImage({ model: provider(emulator).image(MODEL), prompt })
    expect(image.mediaType).toBe('image/jpeg')
    expect(emulator.state().calls).toMatchObject([{ images: [{ sha256 }] }])
  })

  test('no picture is an error of generateImage, which says nothing of the reason', async () => {
    const emulator = await emulatorFor({ personas: 'image-safety' })
    const made = generateImage({ model: provider(emulator).image(MODEL), prompt: 'a rocket' })
    const thrown = await made.catch((error: unknown) => error)
    expect(NoImageGeneratedError.isInstance(thrown)).toBe(true)
    expect(thrown).toMatchObject({ message: 'No image generated.' })
    expect(emulator.state().totals.generations).toBe(1)
  })

  test('Imagen is refused before anybody is asked', async () => {
    const emulator = await emulatorFor()
    const model = provider(emulator).image('imagen-4.0-generate-001')
    await expect(generateImage({ model, prompt: 'a rocket' })).rejects.toThrow('no longer supported')
    expect(emulator.state().totals.calls).toBe(0)
  })

  test('streamText brings the picture as a file', async () => {
    const emulator = await emulatorFor()
    const { fullStream, files } = streamText({ model: provider(emulator)(MODEL), messages: [message()] })
    const kinds = (await Array.fromAsync(fullStream)).map(({ type }) => type)
    expect(kinds.filter((kind) => kind === 'file')).toHaveLength(1)
    expect(kinds).toContain('text-delta')
    expect(await files).toHaveLength(1)
    expect(emulator.state().calls[0]?.path).toBe(`/v1beta/models/${MODEL}:streamGenerateContent`)
  })

  test.each([
    ['AIza-invalid', 400, 'API key not valid.'],
    ['AQ.invalid', 401, 'invalid authentication credentials'],
    ['AIza-leaked', 403, 'reported as leaked'],
  ])('the key %s is %i, and is not tried again', async (key, statusCode, text) => {
    const emulator = await emulatorFor()
    const asked = generateText({ model: provider(emulator, key)(MODEL), prompt: 'a rocket' })
    const thrown = await asked.catch((error: unknown) => error)
    expect(APICallError.isInstance(thrown)).toBe(true)
    expect(thrown).toMatchObject({ statusCode, isRetryable: false, message: expect.stringContaining(text) })
    expect(emulator.state().totals.generations).toBe(1)
  })

  test('it tries a 503 three times, and gives up with all its errors', async () => {
    const emulator = await emulatorFor({ personas: '503' })
    const asked = generateText({ model: provider(emulator)(MODEL), prompt: 'a rocket' })
    const thrown = await asked.catch((error: unknown) => error)
    expect(RetryError.isInstance(thrown)).toBe(true)
    expect(thrown).toMatchObject({
      reason: 'maxRetriesExceeded',
      errors: Array.from({ length: 3 }, () => expect.objectContaining({ statusCode: 503 })),
    })
    expect(emulator.state().totals.generations).toBe(3)
  })
})

function outcome(stage: Stage) {
  const google = provider(stage.emulator)
  return outcomes({ language: google(MODEL), image: google.image(MODEL) }, stage)
}

describe('@ai-sdk/google and every persona', () => {
  const told = 'AI_APICallError 502, retryable'
  const broken = { text: told, image: told, stream: told }
  testEveryPersona(OUTCOMES, outcome, { reset: broken, close: broken })
})

/** As an application does that stores messages by fields it knows. */
function withoutOptions(content: unknown): unknown {
  if (!Array.isArray(content)) return content
  return content.map((part: object) => ({ ...part, providerOptions: undefined }))
}
