import { createVertex } from '@ai-sdk/google-vertex'
import { generateImage, generateText, RetryError } from 'ai'
import sharp from 'sharp'
import { describe, expect, test, vi } from 'vitest'
import type { RunningEmulator } from '../../src/emulator/options.ts'
import { emulatorFor, KEY, MODEL, PHOTO } from '../emulator-client.ts'
import { message, OUTCOMES, outcomes } from './ai-sdk.ts'
import { onGoogleCloud, PROJECT, stayHome } from './network.ts'
import { testEveryPersona } from './personas.ts'

stayHome()

const placeIn = (location: string) => `/v1beta1/projects/${PROJECT}/locations/${location}/publishers/google`

function provider({ url }: RunningEmulator, location = 'global') {
  return createVertex({ project: PROJECT, location, baseURL: `${url}${placeIn(location)}` })
}

const express = ({ url }: RunningEmulator, apiKey = KEY) =>
  createVertex({ apiKey, baseURL: `${url}/v1/publishers/google` })

describe('@ai-sdk/google-vertex', () => {
  test('by project and location, with a token of the machine', async () => {
    const emulator = await emulatorFor()
    onGoogleCloud(emulator)
    const { files, text } = await generateText({
      model: provider(emulator)(MODEL),
      messages: [message()],
      providerOptions: { google: { imageConfig: { aspectRatio: '9:16' } } },
    })
    expect(text).toBe('Here is the edited image.')
    expect(files[0]?.mediaType).toBe('image/png')
    expect(await sharp(files[0]?.uint8Array).metadata()).toMatchObject({ width: 768, height: 1376 })
    expect(emulator.state().calls.at(-1)).toMatchObject({
      path: `${placeIn('global')}/models/${MODEL}:generateContent`,
      credential: { kind: 'token' },
    })
    expect(emulator.state().calls[0]).toMatchObject({ to: 'metadata' })
  })

  test('the picture is the photo, edited', async () => {
    const emulator = await emulatorFor({ pictures: 'engine', drift: 'none' })
    onGoogleCloud(emulator)
    const prompt = { text: 'make it black and white', images: [PHOTO] }
    const { image } = await generateImage({ model: provider(emulator).image(MODEL), prompt })
    const { channels } = await sharp(image.uint8Array).stats()
    const means = channels.slice(0, 3).map(({ mean }) => mean)
    expect(Math.max(...means) - Math.min(...means)).toBeLessThan(2)
  })

  test('with a signed-in user, by options of google-auth-library', async () => {
    const emulator = await emulatorFor()
    const token = 'ya29.of-a-user'
    const { GoogleAuth, OAuth2Client } = await import('google-auth-library')
    const authClient = Object.assign(new OAuth2Client(), { credentials: { access_token: token } })
    expect(await new GoogleAuth({ authClient }).getAccessToken()).toBe(token)
    const vertex = createVertex({
      project: PROJECT,
      location: 'global',
      baseURL: `${emulator.url}${placeIn('global')}`,
      googleAuthOptions: { authClient },
    })
    const { files } = await generateText({ model: vertex(MODEL), messages: [message()] })
    expect(files).toHaveLength(1)
    expect(emulator.state().calls).toMatchObject([{ to: 'generate', credential: { kind: 'token' } }])
  })

  test('another location than “global” is 404, and not tried again', async () => {
    const emulator = await emulatorFor()
    onGoogleCloud(emulator)
    const asked = generateText({ model: provider(emulator, 'us-central1')(MODEL), messages: [message()] })
    await expect(asked).rejects.toMatchObject({
      name: 'AI_APICallError',
      statusCode: 404,
      isRetryable: false,
      message: expect.stringContaining(
        `locations/us-central1/publishers/google/models/${MODEL}\` was not found`,
      ),
    })
    expect(emulator.state().totals.generations).toBe(1)
  })

  test('in express mode, with a key', async () => {
    const emulator = await emulatorFor()
    const { files } = await generateText({ model: express(emulator)(MODEL), messages: [message()] })
    expect(files).toHaveLength(1)
    expect(emulator.state().calls).toMatchObject([
      {
        path: `/v1/publishers/google/models/${MODEL}:generateContent`,
        credential: { kind: 'api-key' },
      },
    ])
    const refused = generateText({ model: express(emulator, 'AIza-invalid')(MODEL), prompt: 'a rocket' })
    await expect(refused).rejects.toMatchObject({ statusCode: 400, isRetryable: false })
  })

  test('a token that was withdrawn is 401', async () => {
    const emulator = await emulatorFor()
    onGoogleCloud(emulator)
    const vertex = provider(emulator)
    await generateText({ model: vertex(MODEL), prompt: 'a rocket' })
    emulator.revoke(emulator.state().calls.at(-1)?.credential?.fingerprint ?? '')
    const asked = generateText({ model: vertex(MODEL), prompt: 'a rocket' })
    await expect(asked).rejects.toMatchObject({ name: 'AI_APICallError', statusCode: 401 })
  })

  test('a machine without credentials asks nobody', async () => {
    const emulator = await emulatorFor()
    // Nothing listens there.
    vi.stubEnv('GCE_METADATA_HOST', '127.0.0.1:1')
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none')
    const asked = generateText({ model: provider(emulator)(MODEL), prompt: 'a rocket' })
    await expect(asked).rejects.toThrow('Could not load the default credentials')
    expect(emulator.state().totals.calls).toBe(0)
  })

  test('a 429 of Vertex AI names no wait, and is tried three times', async () => {
    const emulator = await emulatorFor({ personas: '429-minute' })
    onGoogleCloud(emulator)
    const asked = generateText({ model: provider(emulator)(MODEL), prompt: 'a rocket' })
    const thrown = await asked.catch((error: unknown) => error)
    expect(RetryError.isInstance(thrown)).toBe(true)
    expect(thrown).toMatchObject({
      lastError: { statusCode: 429, message: 'Resource exhausted, please try again later.' },
    })
    expect(emulator.state().totals.generations).toBe(3)
  })
})

describe('@ai-sdk/google-vertex and every persona', () => {
  testEveryPersona(OUTCOMES, async (stage) => {
    const { emulator } = stage
    const vertex = express(emulator)
    return outcomes({ language: vertex(MODEL), image: vertex.image(MODEL) }, stage)
  })
})
