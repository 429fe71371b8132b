import { createVertex } from '@ai-sdk/google-vertex'
import { generateImage, generateText, NoImageGeneratedError, streamText } from 'ai'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { MODEL, PHOTO } from '../emulator-client.ts'
import { callsOf } from '../routing-scene.ts'
import { message } from './ai-sdk.ts'
import { PROJECT, stayHome } from './network.ts'
import { type VertexStage, vertexStage } from './vertex-stage.ts'

stayHome()

const location = 'us-central1'

/** With the machine's own token, and the gateway's key beside it. */
function vertexOf({ gateway, key }: VertexStage) {
  return createVertex({
    project: PROJECT,
    location,
    baseURL: `${gateway.url}/v1beta1/projects/${PROJECT}/locations/${location}/publishers/google`,
    headers: { 'plantain-key': key },
  })
}

const express = ({ gateway, key }: VertexStage) =>
  createVertex({ apiKey: key, baseURL: `${gateway.url}/v1/publishers/google` })

const prompt = { text: 'make it brighter', images: [PHOTO] }

describe.each([
  ['by project and location', vertexOf],
  ['in express mode', express],
] as const)('@ai-sdk/google-vertex %s, through the gateway', (_, connect) => {
  test('generateText with a photo', async () => {
    const stage = await vertexStage()
    const { files, text } = await generateText({
      model: connect(stage)(MODEL),
      messages: [message()],
      providerOptions: { google: { imageConfig: { aspectRatio: '9:16' } } },
    })
    expect(text).toBe('Here is the edited image.')
    expect(await sharp(files[0]?.uint8Array).metadata()).toMatchObject({ width: 768, height: 1376 })
    expect(callsOf(stage.google)).toMatchObject([{ credential: { kind: 'api-key' } }])
  })

  test('streamText with a photo', async () => {
    const stage = await vertexStage()
    const { files } = streamText({ model: connect(stage)(MODEL), messages: [message()] })
    expect(await files).toHaveLength(1)
  })

  test('generateImage from pictures, and from words alone', async () => {
    const stage = await vertexStage()
    const model = connect(stage).image(MODEL)
    const { image } = await generateImage({ model, prompt, aspectRatio: '16:9' })
    expect(await sharp(image.uint8Array).metadata()).toMatchObject({ width: 1376, height: 768 })
    const made = await generateImage({ model, prompt: 'a red rose' })
    expect(made.image.mediaType).toMatch(/^image\//)
    expect(callsOf(stage.google).map(({ images }) => images.length)).toEqual([1, 0])
  })

  test('a refusal is an image that was not made', async () => {
    const stage = await vertexStage({ personas: 'image-safety' })
    const asked = generateImage({ model: connect(stage).image(MODEL), prompt, maxRetries: 0 })
    await expect(asked).rejects.toSatisfy((thrown) => NoImageGeneratedError.isInstance(thrown))
  })

  test.each([
    ['429-day', 429],
    ['503', 503],
    ['model-gone', 404],
  ])('%s is an APICallError of %i', async (personas, statusCode) => {
    const stage = await vertexStage({ personas }, undefined, { attempts: 1 })
    const asked = generateText({ model: connect(stage)(MODEL), messages: [message()], maxRetries: 0 })
    await expect(asked).rejects.toMatchObject({ name: 'AI_APICallError', statusCode })
  })

  test('a key that the gateway does not know is 401', async () => {
    const stage = await vertexStage()
    const stranger = connect({ ...stage, key: stage.key.replace(/.{8}$/, 'AAAAAAAA') })
    const asked = generateText({ model: stranger(MODEL), messages: [message()], maxRetries: 0 })
    await expect(asked).rejects.toMatchObject({
      name: 'AI_APICallError',
      statusCode: 401,
      isRetryable: false,
    })
  })
})
