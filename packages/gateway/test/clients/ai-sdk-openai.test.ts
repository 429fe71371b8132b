import { createHash } from 'node:crypto'
import { createOpenAI } from '@ai-sdk/openai'
import { APICallError, generateImage } from 'ai'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { stayHome } from './network.ts'
import { MASK, type OpenAiStageOptions, openAiStage, PHOTO, PROMPT } from './openai-stage.ts'

stayHome()

async function stage(options: OpenAiStageOptions = {}) {
  const { url, calls, requests } = await openAiStage(options)
  return { calls, requests, openai: createOpenAI({ baseURL: `${url}/v1`, apiKey: 'any' }) }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const sizeOf = async ({ uint8Array }: { readonly uint8Array: Uint8Array }) => {
  const { width, height } = await sharp(uint8Array).metadata()
  return `${width}x${height}`
}

test('an edit of several pictures, in the size and format that was asked for', async () => {
  const { openai, calls } = await stage()
  const second = await sharp(PHOTO).flop().png().toBuffer()
  const { image, usage, providerMetadata, responses } = await generateImage({
    model: openai.image('gpt-image-2'),
    prompt: { text: PROMPT, images: [PHOTO, second] },
    size: '1536x1024',
    providerOptions: { openai: { quality: 'high', outputFormat: 'webp', outputCompression: 70 } },
  })
  expect([image.mediaType, await sizeOf(image)]).toEqual(['image/webp', '1264x848'])
  expect(usage.totalTokens).toBeGreaterThan(1000)
  expect(providerMetadata).toMatchObject({
    openai: { images: [{ size: '1264x848', quality: 'medium', outputFormat: 'webp' }] },
  })
  expect(responses[0]?.headers).toMatchObject({ 'plantain-model': 'gemini-nano-banana-2.1' })
  expect(calls()[0]?.images.map((one) => one.sha256)).toEqual([sha256(PHOTO), sha256(second)])
})

test('an edit within a mask: the photo comes back at its own size', async () => {
  const { openai } = await stage()
  const { image } = await generateImage({
    model: openai.image('gpt-image-2'),
    prompt: { text: PROMPT, images: [PHOTO], mask: MASK },
    providerOptions: { openai: { outputFormat: 'png' } },
  })
  expect(await sizeOf(image)).toBe('320x240')
})

test('several results', async () => {
  const { openai, requests } = await stage()
  const { images } = await generateImage({
    model: openai.image('gpt-image-2'),
    prompt: { text: PROMPT, images: [PHOTO] },
    n: 3,
  })
  expect([images.length, requests()]).toEqual([3, 1])
})

test.each(['gpt-image-2', 'dall-e-3', 'nano-banana-pro'])('a picture out of words, by %s', async (model) => {
  const { openai } = await stage()
  const { image } = await generateImage({
    model: openai.image(model),
    prompt: 'a rocket on a beach',
    size: '1024x1024',
  })
  expect(await sizeOf(image)).toBe('1024x1024')
})

test.each([
  ['image-safety', 422, false],
  ['429-minute', 429, true],
  ['model-gone', 404, false],
])('an error has the words of Plantain: %s', async (personas, statusCode, isRetryable) => {
  const { openai } = await stage({ emulator: { personas } })
  const asked = generateImage({
    model: openai.image('gpt-image-2'),
    prompt: { text: PROMPT, images: [PHOTO] },
    maxRetries: 0,
  })
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(APICallError.isInstance(error)).toBe(true)
  expect(error).toMatchObject({ statusCode, isRetryable, message: expect.stringMatching(/\w{3}/) })
})
