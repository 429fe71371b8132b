import { createHash } from 'node:crypto'
import {
  type EnhancedGenerateContentResponse,
  type GenerationConfig,
  GoogleGenerativeAI,
  GoogleGenerativeAIError,
  GoogleGenerativeAIFetchError,
  GoogleGenerativeAIResponseError,
  type RequestOptions,
} from '@google/generative-ai'
import { GoogleAIFileManager } from '@google/generative-ai/server'
import sharp from 'sharp'
import { describe, expect, test, vi } from 'vitest'
import type { RunningEmulator } from '../../src/emulator/options.ts'
import { emulatorFor, KEY, MODEL, PHOTO } from '../emulator-client.ts'
import { stayHome } from './network.ts'
import { came, testEveryPersona } from './personas.ts'

stayHome()

const prompt = 'make it brighter'
const imageBase64 = PHOTO
const photo = { inlineData: { data: PHOTO, mimeType: 'image/jpeg' } }

interface Options {
  readonly model?: string
  readonly key?: string
  readonly request?: RequestOptions
}

function modelOf({ url }: RunningEmulator, { model = MODEL, key = KEY, request = {} }: Options = {}) {
  // The SDK is older than pictures in answers; what it does not know of the configuration it sends as it is.
  const generationConfig: GenerationConfig & { responseModalities: string[] } = {
    responseModalities: ['IMAGE'],
  }
  return new GoogleGenerativeAI(key).getGenerativeModel(
    { model, ...(model === MODEL && { generationConfig }) },
    { ...request, baseUrl: url },
  )
}

const partsOf = ({ candidates }: EnhancedGenerateContentResponse) => candidates?.[0]?.content?.parts ?? []
const imagesIn = (response: EnhancedGenerateContentResponse) =>
  partsOf(response).flatMap(({ inlineData }) => inlineData ?? [])

describe('@google/generative-ai', () => {
  test('the quick start, whose model answers in words', async () => {
    const emulator = await emulatorFor()
    vi.stubEnv('GOOGLE_API_KEY', KEY)
    const baseUrl = emulator.url

    const genAI = new GoogleGenerativeAI(process.env['GOOGLE_API_KEY']!)
    const model = genAI.getGenerativeModel({ model: 'gemini-2.5-flash' }, { baseUrl })
    const result = await model.generateContent([
      prompt,
      { inlineData: { data: imageBase64, mimeType: 'image/jpeg' } },
    ])

    expect(result.response.text()).toContain('one image')
    expect(imagesIn(result.response)).toEqual([])
    expect(emulator.state().totals).toMatchObject({ generations: 1, imagesBilled: 0, costMicroUsd: 0 })
  })

  test('the same with an image model', async () => {
    const emulator = await emulatorFor()
    const genAI = new GoogleGenerativeAI(KEY)
    const model = genAI.getGenerativeModel({ model: MODEL }, { baseUrl: emulator.url })
    const { response } = await model.generateContent([
      prompt,
      { inlineData: { data: imageBase64, mimeType: 'image/jpeg' } },
    ])
    expect(response.text()).toBe('Here is the edited image.')
    const [image] = imagesIn(response)
    expect(image?.mimeType).toBe('image/jpeg')
    expect((await sharp(Buffer.from(image?.data ?? '', 'base64')).metadata()).width).toBe(1024)
    expect(emulator.state().calls).toMatchObject([
      { path: `/v1beta/models/${MODEL}:generateContent`, imagesBilled: 1 },
    ])
  })

  test('the picture is the photo, edited', async () => {
    const emulator = await emulatorFor({ pictures: 'engine', drift: 'none' })
    const { response } = await modelOf(emulator).generateContent(['make it black and white', photo])
    const { channels } = await sharp(Buffer.from(imagesIn(response)[0]?.data ?? '', 'base64')).stats()
    const means = channels.slice(0, 3).map(({ mean }) => mean)
    expect(Math.max(...means) - Math.min(...means)).toBeLessThan(2)
  })

  test('a stream: pictures are in its chunks, and in the whole response no more', async () => {
    const { stream, response } = await modelOf(await emulatorFor()).generateContentStream([prompt, photo])
    const chunks = await Array.fromAsync(stream)
    expect(chunks.flatMap(imagesIn)).toHaveLength(1)
    expect(chunks.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP')
    expect(imagesIn(await response)).toEqual([])
  })

  test('a chat sends back what came, signatures included', async () => {
    const emulator = await emulatorFor()
    const chat = modelOf(emulator).startChat()
    await chat.sendMessage([prompt, photo])
    const { response } = await chat.sendMessage('now at night')
    expect(imagesIn(response)).toHaveLength(1)
    const history = await chat.getHistory()
    expect(history).toHaveLength(4)
    const stripped = history.map(({ role, parts }) => ({
      role,
      parts: parts.map(({ text, inlineData }) => (inlineData ? { inlineData } : { text: text ?? '' })),
    }))
    // A chat begun with such a history it refuses itself: it is older than models that answer pictures.
    expect(() => modelOf(emulator).startChat({ history: stripped })).toThrow("can't contain 'inlineData'")
    const again = { role: 'user', parts: [{ text: 'again' }] }
    await expect(modelOf(emulator).generateContent({ contents: [...stripped, again] })).rejects.toMatchObject(
      {
        status: 400,
        message: expect.stringContaining(
          'Image part is missing a thought_signature in content position 2, part position 1.',
        ),
      },
    )
  })

  test('tokens are counted', async () => {
    const { totalTokens } = await modelOf(await emulatorFor(), { model: 'gemini-2.5-flash' }).countTokens([
      prompt,
      photo,
    ])
    expect(totalTokens).toBeGreaterThan(250)
  })

  test('files, whose manager takes another base URL', async () => {
    const emulator = await emulatorFor()
    const manager = new GoogleAIFileManager(KEY, { baseUrl: emulator.url })
    const bytes = Buffer.from(PHOTO, 'base64')
    const { file } = await manager.uploadFile(bytes, { mimeType: 'image/jpeg', displayName: 'Rocket' })
    expect(file).toMatchObject({ displayName: 'Rocket', sizeBytes: String(bytes.length) })
    const stored = { fileData: { fileUri: file.uri, mimeType: file.mimeType } }
    const { response } = await modelOf(emulator).generateContent([prompt, stored])
    expect(imagesIn(response)).toHaveLength(1)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(emulator.state().calls.at(-1)?.images).toMatchObject([{ sha256 }])
    expect((await manager.listFiles()).files).toHaveLength(1)
    await manager.deleteFile(file.name)
    const gone = modelOf(emulator).generateContent([prompt, stored])
    await expect(gone).rejects.toMatchObject({ status: 403 })
  })

  test.each([
    ['AIza-invalid', 400, 'API_KEY_INVALID'],
    ['AQ.invalid', 401, 'ACCESS_TOKEN_TYPE_UNSUPPORTED'],
  ])('the key %s is %i %s', async (key, status, reason) => {
    const asked = modelOf(await emulatorFor(), { key }).generateContent(prompt)
    await expect(asked).rejects.toBeInstanceOf(GoogleGenerativeAIFetchError)
    await expect(asked).rejects.toMatchObject({
      status,
      errorDetails: expect.arrayContaining([expect.objectContaining({ reason })]),
    })
  })

  test('a 429 carries its details, and is not tried again', async () => {
    const emulator = await emulatorFor({ personas: '429-minute' })
    await expect(modelOf(emulator).generateContent(prompt)).rejects.toMatchObject({
      status: 429,
      statusText: 'Too Many Requests',
      errorDetails: expect.arrayContaining([expect.objectContaining({ retryDelay: '34.4s' })]),
    })
    expect(emulator.state().totals.generations).toBe(1)
  })

  test('text() throws on the blocks it knows, and says nothing of those it is too old for', async () => {
    const emulator = await emulatorFor()
    const textOf = async (persona: string) => {
      const id = emulator.addPersonas(persona)
      const { response } = await modelOf(emulator).generateContent([prompt, photo])
      emulator.removePersonas(id)
      return () => response.text()
    }
    for (const persona of ['blocked', 'finish=SAFETY', 'finish=RECITATION']) {
      expect(await textOf(persona), persona).toThrow(GoogleGenerativeAIResponseError)
    }
    expect((await textOf('image-safety'))()).toBe('')
    expect((await textOf('no-image'))()).toBe('')
    expect((await textOf('empty'))()).toBe('')
  })
})

interface Outcome {
  readonly unary: string
  readonly stream: string
}

const both = (outcome: string): Outcome => ({ unary: outcome, stream: outcome })
const fetchError = (status: number) => both(`GoogleGenerativeAIFetchError ${status}`)

describe('@google/generative-ai and every persona', () => {
  testEveryPersona<Outcome>(
    {
      'text-only': both('words, STOP'),
      'no-image': both('nothing, NO_IMAGE'),
      'image-safety': both('nothing, IMAGE_SAFETY'),
      finish: both('GoogleGenerativeAIResponseError, SAFETY'),
      blocked: both('GoogleGenerativeAIResponseError, PROHIBITED_CONTENT'),
      empty: both('nothing'),
      unchanged: both('1 image, STOP'),
      smaller: both('1 image, STOP'),
      'wrong-ratio': both('1 image, STOP'),
      drift: both('1 image, STOP'),
      drafts: both('3 images, STOP'),
      'thought-drafts': both('3 images, STOP'),
      'thought-only': both('1 image, STOP'),
      duplicate: both('2 images, STOP'),
      'wrong-mime': both('1 image, STOP'),
      undecodable: both('1 image, STOP'),
      'truncated-base64': both('1 image, STOP'),
      'no-usage': both('1 image, STOP'),
      'no-signature': both('1 image, STOP'),
      '429-minute': fetchError(429),
      '429-day': fetchError(429),
      '429-zero': fetchError(429),
      '429-bare': fetchError(429),
      '429-prepay': fetchError(429),
      '500': fetchError(500),
      '503': fetchError(503),
      '503-overloaded': fetchError(503),
      '504': fetchError(504),
      'bad-location': fetchError(400),
      'api-disabled': fetchError(403),
      'iam-denied': fetchError(403),
      'key-leaked': fetchError(403),
      'model-gone': fetchError(404),
      // It looks for no error among the events: the stream just ends.
      'stream-error': { unary: '1 image, STOP', stream: 'nothing' },
      'html-413': fetchError(413),
      'html-502': fetchError(502),
      latency: both('1 image, STOP'),
      stall: { unary: 'AbortError', stream: 'GoogleGenerativeAIError' },
      reset: { unary: 'TypeError', stream: 'GoogleGenerativeAIError' },
      close: { unary: 'TypeError', stream: 'GoogleGenerativeAIError' },
      'half-open': both('GoogleGenerativeAIAbortError'),
      drip: both('1 image, STOP'),
      quota: fetchError(429),
    },
    async ({ emulator, timeoutMs }) => {
      const model = modelOf(emulator, timeoutMs === undefined ? {} : { request: { timeout: timeoutMs } })
      const asked = [prompt, photo]
      const [unary, stream] = await Promise.all([
        outcomeOf(async () => [(await model.generateContent(asked)).response]),
        outcomeOf(async () => {
          const streamed = await model.generateContentStream(asked)
          streamed.response.catch(() => {})
          return Array.fromAsync(streamed.stream)
        }),
      ])
      return { unary, stream }
    },
    {
      // Of an answer that stands still no head has come either.
      stall: both('GoogleGenerativeAIAbortError'),
      reset: fetchError(502),
      close: fetchError(502),
    },
  )
})

async function outcomeOf(ask: () => Promise<readonly EnhancedGenerateContentResponse[]>): Promise<string> {
  try {
    const answers = await ask()
    return came({
      images: answers.flatMap(imagesIn).length,
      words: answers.map((answer) => answer.text()).join(''),
      reason: answers.at(-1)?.candidates?.[0]?.finishReason,
    })
  } catch (error) {
    return named(error)
  }
}

/** Its errors are all named `Error`; their classes tell. */
function named(thrown: unknown): string {
  if (thrown instanceof GoogleGenerativeAIFetchError) return `GoogleGenerativeAIFetchError ${thrown.status}`
  if (thrown instanceof GoogleGenerativeAIResponseError) {
    const { promptFeedback, candidates } = thrown.response as EnhancedGenerateContentResponse
    const reason = promptFeedback?.blockReason ?? candidates?.[0]?.finishReason
    return `GoogleGenerativeAIResponseError, ${reason}`
  }
  if (thrown instanceof GoogleGenerativeAIError) return thrown.constructor.name
  return (thrown as Error).name
}
