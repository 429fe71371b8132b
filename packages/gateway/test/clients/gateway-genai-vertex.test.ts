import { EditMode, MaskReferenceImage, MaskReferenceMode, Modality, RawReferenceImage } from '@google/genai'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { edit, MODEL, PHOTO } from '../emulator-client.ts'
import { callsOf, vertexGlobal } from '../routing-scene.ts'
import { type GenAi, RELEASES } from './google-genai.ts'
import { PROJECT, stayHome } from './network.ts'
import { type VertexStage, vertexStage } from './vertex-stage.ts'

stayHome()

const CAPABILITY = 'imagen-3.0-capability-001'

/** As on a machine of Google's: its token goes out with every request, and the gateway's key in a header beside it. */
function clientOf({ GoogleGenAI }: GenAi, { gateway, key }: VertexStage, location = 'us-central1') {
  return new GoogleGenAI({
    vertexai: true,
    project: PROJECT,
    location,
    httpOptions: { baseUrl: gateway.url, headers: { 'plantain-key': key } },
  })
}

const PICTURE = { imageBytes: PHOTO, mimeType: 'image/jpeg' }
const RAW = Object.assign(new RawReferenceImage(), { referenceId: 1, referenceImage: PICTURE })
const { width: WIDTH, height: HEIGHT } = await sharp(Buffer.from(PHOTO, 'base64')).metadata()

function formatOf(imageBytes = ''): Promise<string | undefined> {
  return sharp(Buffer.from(imageBytes, 'base64'))
    .metadata()
    .then(({ format }) => format)
}

describe.each(RELEASES)('@google/genai %s in Vertex mode, through the gateway', (_, genai) => {
  test('edits; Google gets the photo and the operator’s key, and of the caller’s token nothing', async () => {
    const stage = await vertexStage()
    const { candidates } = await clientOf(genai, stage).models.generateContent({ model: MODEL, ...edit() })
    expect(candidates?.[0]?.content?.parts?.at(-1)?.inlineData?.mimeType).toMatch(/^image\//)
    expect(callsOf(stage.google)).toMatchObject([
      { path: `/v1beta/models/${MODEL}:generateContent`, credential: { kind: 'api-key' }, status: 200 },
    ])
  })

  test('the same to Vertex AI, with what only that has', async () => {
    const stage = await vertexStage({}, (google) => ({ targets: [vertexGlobal(google)] }))
    const { candidates } = await clientOf(genai, stage, 'global').models.generateContent({
      model: MODEL,
      ...edit(),
      config: {
        responseModalities: [Modality.IMAGE],
        labels: { team: 'shop' },
        imageConfig: { aspectRatio: '16:9', outputMimeType: 'image/jpeg', outputCompressionQuality: 80 },
      },
    })
    const [part] = candidates?.[0]?.content?.parts ?? []
    const bytes = Buffer.from(part?.inlineData?.data ?? '', 'base64')
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 1376, height: 768 })
    expect(callsOf(stage.google)).toMatchObject([{ surface: 'vertex', status: 200 }])
  })

  test('a stream, a chat and a count of tokens', async () => {
    const { models, chats } = clientOf(genai, await vertexStage())
    const chunks = await Array.fromAsync(await models.generateContentStream({ model: MODEL, ...edit() }))
    const parts = chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? [])
    expect(parts.filter(({ inlineData }) => inlineData)).toHaveLength(1)
    const chat = chats.create({ model: MODEL })
    await chat.sendMessage({ message: edit().contents.flatMap((content) => content.parts) })
    const again = await chat.sendMessage({ message: 'now at night' })
    expect(again.candidates?.[0]?.finishReason).toBe('STOP')
    expect((await models.countTokens({ model: MODEL, ...edit() })).totalTokens).toBeGreaterThan(1000)
  })

  test('in express mode, with the gateway’s key for a key', async () => {
    const { gateway, key } = await vertexStage()
    const { GoogleGenAI } = genai
    const ai = new GoogleGenAI({ vertexai: true, apiKey: key, httpOptions: { baseUrl: gateway.url } })
    const { candidates } = await ai.models.generateContent({ model: MODEL, ...edit() })
    expect(candidates).toHaveLength(1)
  })

  test('its models', async () => {
    const { models } = clientOf(genai, await vertexStage())
    expect((await models.get({ model: MODEL })).name).toBe(`publishers/google/models/${MODEL}`)
    const listed = await Array.fromAsync(await models.list({ config: { queryBase: true } }))
    expect(listed.map(({ name }) => name)).toContain(`publishers/google/models/${MODEL}`)
  })

  test('editImage, written for Imagen', async () => {
    const stage = await vertexStage()
    const { generatedImages } = await clientOf(genai, stage).models.editImage({
      model: CAPABILITY,
      prompt: 'make it brighter',
      referenceImages: [RAW],
      config: {
        numberOfImages: 2,
        editMode: EditMode.EDIT_MODE_DEFAULT,
        baseSteps: 35,
        outputMimeType: 'image/jpeg',
        outputCompressionQuality: 70,
        seed: 5,
        addWatermark: false,
      },
    })
    const formats = generatedImages?.map(({ image }) => formatOf(image?.imageBytes)) ?? []
    expect(await Promise.all(formats)).toEqual(['jpeg', 'jpeg'])
    expect(callsOf(stage.google)).toMatchObject([{ model: MODEL }, { model: MODEL }])
  })

  test('editImage inside a mask comes back in the photo’s size, and as it was outside', async () => {
    const stage = await vertexStage()
    const marked = { left: 300, top: 60, width: 100, height: 320 }
    const white = {
      create: { width: marked.width, height: marked.height, channels: 3, background: '#fff' },
    } as const
    const mask = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#000' } })
      .composite([{ input: await sharp(white).png().toBuffer(), left: marked.left, top: marked.top }])
      .png()
      .toBuffer()
    const { generatedImages } = await clientOf(genai, stage).models.editImage({
      model: CAPABILITY,
      prompt: '',
      referenceImages: [
        RAW,
        Object.assign(new MaskReferenceImage(), {
          referenceId: 2,
          referenceImage: { imageBytes: mask.toString('base64'), mimeType: 'image/png' },
          config: { maskMode: MaskReferenceMode.MASK_MODE_USER_PROVIDED },
        }),
      ],
      config: { editMode: EditMode.EDIT_MODE_INPAINT_REMOVAL, numberOfImages: 1 },
    })
    const edited = Buffer.from(generatedImages?.[0]?.image?.imageBytes ?? '', 'base64')
    expect(await sharp(edited).metadata()).toMatchObject({ format: 'png', width: WIDTH, height: HEIGHT })
    const outside = { left: 0, top: 0, width: 250, height: HEIGHT }
    const pixels = (bytes: Buffer, area: typeof outside) =>
      sharp(bytes).removeAlpha().extract(area).raw().toBuffer()
    const photo = Buffer.from(PHOTO, 'base64')
    expect((await pixels(edited, outside)).equals(await pixels(photo, outside))).toBe(true)
    expect((await pixels(edited, marked)).equals(await pixels(photo, marked))).toBe(false)
  })

  test('generateImages, written for Imagen', async () => {
    const stage = await vertexStage()
    const { generatedImages } = await clientOf(genai, stage).models.generateImages({
      model: 'imagen-4.0-generate-001',
      prompt: 'a red rose',
      config: { numberOfImages: 2, aspectRatio: '16:9', enhancePrompt: true, negativePrompt: 'thorns' },
    })
    expect(generatedImages).toHaveLength(2)
    for (const { image, enhancedPrompt } of generatedImages ?? []) {
      const bytes = Buffer.from(image?.imageBytes ?? '', 'base64')
      expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 1376, height: 768 })
      expect(enhancedPrompt).toBe('a red rose\nAvoid: thorns.')
    }
  })

  test('blocked images say why', async () => {
    const stage = await vertexStage({ personas: 'image-safety' })
    const asked = (includeRaiReason: boolean) =>
      clientOf(genai, stage).models.generateImages({
        model: 'imagen-4.0-generate-001',
        prompt: 'a red rose',
        config: { numberOfImages: 1, includeRaiReason },
      })
    const { generatedImages } = await asked(true)
    expect(generatedImages).toHaveLength(1)
    expect(generatedImages?.[0]?.raiFilteredReason).toMatch(/safety filter/)
    expect((await asked(false)).generatedImages ?? []).toEqual([])
  })

  test('upscaling is refused by name, and results in Cloud Storage are', async () => {
    const stage = await vertexStage()
    const { models } = clientOf(genai, stage)
    const upscaled = models.upscaleImage({
      model: 'imagen-4.0-upscale-preview',
      image: PICTURE,
      upscaleFactor: 'x2',
    })
    await expect(upscaled).rejects.toMatchObject({
      name: 'ApiError',
      status: 400,
      message: expect.stringMatching(/parameters\.(?:mode|upscaleConfig) is refused/),
    })
    const stored = models.generateImages({
      model: 'imagen-4.0-generate-001',
      prompt: 'a rose',
      config: { outputGcsUri: 'gs://a/b' },
    })
    await expect(stored).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('parameters.storageUri is refused'),
    })
    expect(callsOf(stage.google)).toEqual([])
  })

  test('a key that the gateway does not know', async () => {
    const stage = await vertexStage()
    const stranger = clientOf(genai, { ...stage, key: stage.key.replace(/.{8}$/, 'AAAAAAAA') })
    await expect(stranger.models.generateContent({ model: MODEL, ...edit() })).rejects.toMatchObject({
      name: 'ApiError',
      status: 401,
    })
  })

  test.each([
    ['429-day', 429, 'RESOURCE_EXHAUSTED'],
    ['503', 503, 'UNAVAILABLE'],
    ['500', 500, 'INTERNAL'],
    ['bad-location', 400, 'FAILED_PRECONDITION'],
    ['model-gone', 404, 'NOT_FOUND'],
  ])('%s is an ApiError of %i, for content and for Imagen’s requests', async (personas, status, name) => {
    const stage = await vertexStage({ personas }, undefined, { attempts: 1 })
    const { models } = clientOf(genai, stage)
    const error = { name: 'ApiError', status, message: expect.stringContaining(name) }
    await expect(models.generateContent({ model: MODEL, ...edit() })).rejects.toMatchObject(error)
    const imagen = models.editImage({
      model: CAPABILITY,
      prompt: 'brighter',
      referenceImages: [RAW],
      config: {},
    })
    await expect(imagen).rejects.toMatchObject({ name: 'ApiError', status: expect.any(Number) })
  })
})
