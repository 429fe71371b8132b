import { createHash } from 'node:crypto'
import type { GenerateContentResponse, HttpRetryOptions, Part } from '@google/genai'
import sharp from 'sharp'
import { describe, expect, test, vi } from 'vitest'
import { edit, emulatorFor, KEY, MODEL, PHOTO, THROUGH_GATEWAY } from '../emulator-client.ts'
import { developer, RELEASES, vertex } from './google-genai.ts'
import { onGoogleCloud, PROJECT, stayHome } from './network.ts'

stayHome()

const photo = Buffer.from(PHOTO, 'base64')
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const partsOf = ({ candidates }: GenerateContentResponse) => candidates?.[0]?.content?.parts ?? []
const imagesIn = (parts: readonly Part[]) => parts.flatMap(({ inlineData }) => inlineData ?? [])
const bytesOf = (data: string | undefined) => Buffer.from(data ?? '', 'base64')

async function sizeOf(response: GenerateContentResponse): Promise<string> {
  const { width, height } = await sharp(bytesOf(imagesIn(partsOf(response))[0]?.data)).metadata()
  return `${width}x${height}`
}

/** The gateway answers Vertex AI's paths with 501 so far. */
const ofVertex = test.skipIf(THROUGH_GATEWAY)

describe.each(RELEASES)('@google/genai %s', (release, genai) => {
  test('a photo is edited, in the ratio and the size asked for', async () => {
    const emulator = await emulatorFor()
    const config = { imageConfig: { aspectRatio: '16:9', imageSize: '2K' } }
    const response = await developer(emulator, genai).models.generateContent({
      model: MODEL,
      ...edit(),
      config,
    })
    expect(await sizeOf(response)).toBe('2752x1536')
    expect(imagesIn(partsOf(response))[0]?.mimeType).toBe('image/jpeg')
    expect(response).toMatchObject({ modelVersion: MODEL, text: 'Here is the edited image.' })
    expect(response.candidates?.[0]?.finishReason).toBe('STOP')
    expect(response.usageMetadata?.candidatesTokensDetails).toEqual([{ modality: 'IMAGE', tokenCount: 1680 }])
    const version = release === '3.x' ? 'v1' : 'v1beta'
    expect(emulator.state().calls).toMatchObject([
      {
        path: `/${version}/models/${MODEL}:generateContent`,
        credential: { kind: 'api-key' },
        images: [{ sha256: sha256(photo), mimeType: 'image/jpeg' }],
      },
    ])
  })

  test('the picture is the photo, edited', async () => {
    const emulator = await emulatorFor({ pictures: 'engine', drift: 'none' })
    const response = await developer(emulator, genai).models.generateContent({
      model: MODEL,
      ...edit({}, 'make it black and white'),
    })
    const [{ data } = {}] = imagesIn(partsOf(response))
    const { channels } = await sharp(bytesOf(data)).stats()
    const means = channels.slice(0, 3).map(({ mean }) => mean)
    expect(Math.max(...means) - Math.min(...means)).toBeLessThan(2)
    const before = (await sharp(photo).stats()).channels.map(({ mean }) => mean)
    expect(Math.max(...before) - Math.min(...before)).toBeGreaterThan(5)
  })

  ofVertex('Vertex AI by project and location, with a token of the machine', async () => {
    const emulator = await emulatorFor()
    onGoogleCloud(emulator)
    const config = { imageConfig: { aspectRatio: '1:1', outputMimeType: 'image/jpeg' } }
    const response = await vertex(emulator, genai).models.generateContent({ model: MODEL, ...edit(), config })
    expect(imagesIn(partsOf(response))[0]?.mimeType).toBe('image/jpeg')
    expect(response.usageMetadata?.trafficType).toBe('ON_DEMAND')
    expect(response.createTime).toMatch(/^\d{4}-/)
    const generation = emulator.state().calls.at(-1)
    expect(generation).toMatchObject({
      path: `/v1beta1/projects/${PROJECT}/locations/global/publishers/google/models/${MODEL}:generateContent`,
      credential: { kind: 'token' },
    })
    expect(emulator.state().calls.filter(({ to }) => to === 'metadata').length).toBeGreaterThan(0)
  })

  ofVertex('Vertex AI in express mode, with a key', async () => {
    const emulator = await emulatorFor()
    const ai = new genai.GoogleGenAI({
      vertexai: true,
      apiKey: 'AQ.express',
      httpOptions: { baseUrl: emulator.url },
    })
    const response = await ai.models.generateContent({ model: MODEL, ...edit() })
    expect(imagesIn(partsOf(response))).toHaveLength(1)
    expect(emulator.state().calls).toMatchObject([
      {
        path: `/v1beta1/publishers/google/models/${MODEL}:generateContent`,
        credential: { kind: 'api-key' },
      },
    ])
  })

  test('by the environment alone', async () => {
    const emulator = await emulatorFor()
    vi.stubEnv('GEMINI_API_KEY', KEY)
    vi.stubEnv('GOOGLE_GEMINI_BASE_URL', emulator.url)
    const response = await new genai.GoogleGenAI({}).models.generateContent({ model: MODEL, ...edit() })
    expect(imagesIn(partsOf(response))).toHaveLength(1)
  })

  test('a stream brings text and picture in chunks of their own, the reason in the last', async () => {
    const emulator = await emulatorFor()
    const stream = await developer(emulator, genai).models.generateContentStream({ model: MODEL, ...edit() })
    const chunks = await Array.fromAsync(stream)
    expect(chunks.map((chunk) => partsOf(chunk).length)).toEqual([1, 1])
    expect(imagesIn(chunks.flatMap(partsOf))).toHaveLength(1)
    expect(chunks.map(({ candidates }) => candidates?.[0]?.finishReason)).toEqual([undefined, 'STOP'])
    expect(chunks.at(-1)?.usageMetadata?.totalTokenCount).toBeGreaterThan(2240)
  })

  test('a chat goes on as long as signatures come back with their pictures', async () => {
    const emulator = await emulatorFor()
    const ai = developer(emulator, genai)
    const chat = ai.chats.create({ model: MODEL })
    const parts: Part[] = edit().contents.flatMap((content) => content.parts)
    for (const message of [parts, 'now at night', 'and with snow']) {
      expect(imagesIn(partsOf(await chat.sendMessage({ message })))).toHaveLength(1)
    }
    const history = chat.getHistory()
    expect(history).toHaveLength(6)
    const sizes = emulator.state().calls.map(({ requestBytes }) => requestBytes)
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))

    const stripped = history.map((content) => ({
      ...content,
      parts:
        content.parts?.map(({ text, inlineData }) => (inlineData ? { inlineData } : { text: text ?? '' })) ??
        [],
    }))
    const position = 1 + (history[1]?.parts?.findIndex(({ inlineData }) => inlineData) ?? -1)
    const careless = ai.chats.create({ model: MODEL, history: stripped })
    await expect(careless.sendMessage({ message: 'again' })).rejects.toMatchObject({
      name: 'ApiError',
      status: 400,
      message: expect.stringContaining(
        `Image part is missing a thought_signature in content position 2, part position ${position}.`,
      ),
    })
    expect(emulator.state().totals).toMatchObject({ generations: 4, imagesBilled: 3 })
  })

  test('models are listed page by page and looked up, and tokens counted', async () => {
    const emulator = await emulatorFor()
    onGoogleCloud(emulator)
    const ai = developer(emulator, genai)
    const listed = await Array.fromAsync(await ai.models.list({ config: { pageSize: 3 } }))
    expect(listed.map(({ name }) => name)).toContain(`models/${MODEL}`)
    // A gateway answers for itself.
    expect(emulator.state().totals.calls).toBe(THROUGH_GATEWAY ? 0 : Math.ceil(listed.length / 3))
    expect(await ai.models.get({ model: MODEL })).toMatchObject({
      name: `models/${MODEL}`,
      inputTokenLimit: 131_072,
      supportedActions: expect.arrayContaining(['generateContent']),
    })
    if (!THROUGH_GATEWAY) {
      expect(await vertex(emulator, genai).models.get({ model: MODEL })).toMatchObject({
        name: `publishers/google/models/${MODEL}`,
      })
    }
    expect(await ai.models.countTokens({ model: MODEL, ...edit() })).toMatchObject({
      totalTokens: expect.closeTo(1124, -1),
    })
    await expect(ai.models.get({ model: 'gemini-9' })).rejects.toMatchObject({ status: 404 })
  })

  test('a file goes up in pieces, is used, listed and deleted', async () => {
    const emulator = await emulatorFor()
    const ai = developer(emulator, genai)
    const noise = await bigPhoto()
    expect(noise.length).toBeGreaterThan(8 * 1024 * 1024)
    const file = await ai.files.upload({
      file: new Blob([new Uint8Array(noise)], { type: 'image/png' }),
      config: { displayName: 'Noise' },
    })
    expect(file).toMatchObject({ state: 'ACTIVE', sizeBytes: String(noise.length), mimeType: 'image/png' })
    if (!THROUGH_GATEWAY) {
      expect(emulator.state().calls.map(({ to }) => to)).toEqual(['start-upload', 'upload', 'upload'])
    }
    expect(Buffer.from(file.sha256Hash ?? '', 'base64').toString('hex')).toBe(sha256(noise))

    const { uri = '', name = '' } = file
    const parts = [{ text: 'sharpen it' }, { fileData: { fileUri: uri, mimeType: 'image/png' } }]
    const response = await ai.models.generateContent({ model: MODEL, contents: [{ role: 'user', parts }] })
    expect(imagesIn(partsOf(response))).toHaveLength(1)
    expect(emulator.state().calls.at(-1)?.images).toMatchObject([{ sha256: sha256(noise) }])

    expect(await ai.files.get({ name })).toMatchObject({ displayName: 'Noise', uri })
    expect(await Array.fromAsync(await ai.files.list())).toHaveLength(1)
    await ai.files.delete({ name })
    expect(await Array.fromAsync(await ai.files.list())).toHaveLength(0)
    await expect(ai.files.get({ name })).rejects.toMatchObject({ status: 403 })
  })

  ofVertex('Imagen still edits and makes pictures on Vertex AI', async () => {
    const emulator = await emulatorFor()
    onGoogleCloud(emulator)
    const { RawReferenceImage, MaskReferenceImage, MaskReferenceMode, EditMode } = genai
    const raw = Object.assign(new RawReferenceImage(), {
      referenceId: 1,
      referenceImage: { imageBytes: PHOTO, mimeType: 'image/jpeg' },
    })
    const maskMode = MaskReferenceMode.MASK_MODE_BACKGROUND
    const mask = Object.assign(new MaskReferenceImage(), {
      referenceId: 2,
      config: { maskMode, maskDilation: 0.01 },
    })
    const ai = vertex(emulator, genai, 'us-central1')
    const edited = await ai.models.editImage({
      model: 'imagen-3.0-capability-001',
      prompt: 'a beach',
      referenceImages: [raw, mask],
      config: { editMode: EditMode.EDIT_MODE_BGSWAP, numberOfImages: 2, baseSteps: 35 },
    })
    expect(edited.generatedImages).toHaveLength(2)
    const { width, height } = await sharp(
      bytesOf(edited.generatedImages?.[0]?.image?.imageBytes ?? ''),
    ).metadata()
    const original = await sharp(photo).metadata()
    expect({ width, height }).toEqual({ width: original.width, height: original.height })

    const made = await ai.models.generateImages({
      model: 'imagen-4.0-generate-001',
      prompt: 'a rocket',
      config: { numberOfImages: 3 },
    })
    expect(made.generatedImages?.map(({ image }) => image?.mimeType)).toEqual(Array(3).fill('image/png'))

    const gone = await emulatorFor({ imagen: 'gone', date: '2026-11-22' })
    onGoogleCloud(gone)
    const request = { model: 'imagen-4.0-generate-001', prompt: 'a rocket' }
    await expect(vertex(gone, genai, 'us-central1').models.generateImages(request)).rejects.toMatchObject({
      status: 404,
    })
  })

  test.each([
    ['AIza-invalid', 400, 'API key not valid. Please pass a valid API key.'],
    ['AIza-expired', 400, 'API key expired.'],
    ['AIza-leaked', 403, 'reported as leaked'],
    ['AIza-denied', 403, 'denied access'],
    ['AQ.invalid', 401, 'ACCESS_TOKEN_TYPE_UNSUPPORTED'],
  ])('the key %s is %i', async (key, status, message) => {
    const asked = developer(await emulatorFor(), genai, key).models.generateContent({
      model: MODEL,
      ...edit(),
    })
    await expect(asked).rejects.toBeInstanceOf(genai.ApiError)
    await expect(asked).rejects.toMatchObject({ status, message: expect.stringContaining(message) })
  })

  const failure = async (personas: string) => {
    const ai = developer(await emulatorFor({ personas }), genai)
    const thrown = await ai.models.generateContent({ model: MODEL, ...edit() }).catch((error) => error)
    return JSON.parse(thrown.message).error
  }

  test('the body of an error is its message, a web page as well', async () => {
    expect(await failure('429-minute')).toMatchObject({
      code: 429,
      details: expect.arrayContaining([
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.4s' },
      ]),
    })
    expect((await failure('api-disabled')).message).toContain('has not been used in project 123456789012')
    expect(await failure('html-502')).toMatchObject({
      code: 502,
      message: expect.stringContaining('<!DOCTYPE html>'),
    })
  })

  test('it tries again only where told to, and then as often', async () => {
    const emulator = await emulatorFor({ personas: '503' })
    const attempts = async (retryOptions?: HttpRetryOptions) => {
      const before = emulator.state().totals.generations
      const httpOptions = { baseUrl: emulator.url, ...(retryOptions && { retryOptions }) }
      const ai = new genai.GoogleGenAI({ apiKey: KEY, httpOptions })
      const asked = ai.models.generateContent({ model: MODEL, ...edit() })
      // 1.x forgets the status over its attempts.
      await expect(asked).rejects.toMatchObject(
        retryOptions && release === '1.x'
          ? { message: 'Retryable HTTP Error: Service Unavailable' }
          : { name: 'ApiError', status: 503 },
      )
      return emulator.state().totals.generations - before
    }
    expect(await attempts()).toBe(1)
    // 1.x waits as it likes: a second, then two.
    expect(await attempts({ attempts: 2, initialDelay: 0.05 })).toBe(2)
  })

  test('refusals look like answers: an error is raised for none', async () => {
    const emulator = await emulatorFor()
    const refused = async (persona: string, ai = developer(emulator, genai)) => {
      const id = emulator.addPersonas(persona)
      const response = await ai.models.generateContent({ model: MODEL, ...edit() })
      emulator.removePersonas(id)
      const [candidate] = response.candidates ?? []
      const { finishReason, finishMessage, content } = candidate ?? {}
      return { text: response.text, data: response.data, finishReason, finishMessage, content }
    }
    const nothing = { text: undefined, data: undefined }
    expect(await refused('no-image')).toEqual({ ...nothing, finishReason: 'NO_IMAGE' })
    // Google's explanation is in the answer, and the SDK keeps it for Vertex AI only.
    const stopped = { ...nothing, finishReason: 'IMAGE_SAFETY', content: {} }
    expect(await refused('image-safety')).toEqual({ ...stopped, finishMessage: undefined })
    if (!THROUGH_GATEWAY) {
      onGoogleCloud(emulator)
      expect(await refused('image-safety', vertex(emulator, genai))).toEqual({
        ...stopped,
        finishMessage: expect.stringContaining('Unable to show the generated image.'),
      })
    }
    expect(await refused('blocked')).toEqual(nothing)
    expect(await refused('empty')).toEqual(nothing)
    expect((await refused('text-only')).text).toContain("I can't change the photo")
  })

  test('a picture whose base64 breaks off is found out only where it is read', async () => {
    const ai = developer(await emulatorFor({ personas: 'truncated-base64' }), genai)
    const response = await ai.models.generateContent({ model: MODEL, ...edit() })
    expect(() => response.data).toThrow('not correctly encoded')
  })

  ofVertex('3.x refuses Imagen on the Developer API itself, 1.x asks', async () => {
    const emulator = await emulatorFor()
    const request = { model: 'imagen-4.0-generate-001', prompt: 'a rocket' }
    const made = developer(emulator, genai).models.generateImages(request)
    if (release === '3.x') await expect(made).rejects.toThrow('only supported by')
    else expect((await made).generatedImages?.length).toBeGreaterThan(0)
    expect(emulator.state().totals.calls).toBe(release === '3.x' ? 0 : 1)
  })
})

/** More than one piece of 8 MiB: noise that PNG cannot make smaller. */
async function bigPhoto(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  return sharp({ create: { width: 1800, height: 1800, channels: 3, background: 'grey', noise } })
    .png({ compressionLevel: 0 })
    .toBuffer()
}
