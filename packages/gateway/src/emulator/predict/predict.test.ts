import {
  ControlReferenceImage,
  EditMode,
  GoogleGenAI,
  MaskReferenceImage,
  MaskReferenceMode,
  RawReferenceImage,
  SubjectReferenceImage,
} from '@google/genai'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { understand } from '../../engine/grammar/understand.ts'
import { decodePlane } from '../../image/mask.ts'
import { expectedPixels } from '../../models/pixels.ts'
import type { Asked } from '../asked.ts'
import {
  asked,
  base64,
  box,
  EDITOR,
  HEIGHT,
  made,
  MADE,
  maskOf,
  model,
  PHOTO,
  type PredictServer,
  raw,
  segmented,
  send,
  serve,
  usual,
  WIDTH,
} from './predict.fixture.ts'

let vertex: PredictServer
let studio: PredictServer
beforeAll(async () => {
  ;[vertex, studio] = await Promise.all([serve('vertex'), serve('ai-studio')])
})
afterAll(() => Promise.all([vertex.close(), studio.close()]))

function predict(body: unknown, { model: modelId = EDITOR, server = vertex } = {}) {
  return send(server, body, modelId)
}

/** Left, top, right and bottom of what is white. */
async function marked(mask: Uint8Array) {
  const { width, height, data } = await decodePlane(mask)
  expect({ width, height }).toEqual({ width: WIDTH, height: HEIGHT })
  expect(new Set(data)).toEqual(new Set([0, 255]))
  const at = [...data.keys()].filter((i) => data[i] === 255)
  const xs = at.map((i) => i % WIDTH)
  return [Math.min(...xs), Math.floor(at[0]! / WIDTH), Math.max(...xs), Math.floor(at.at(-1)! / WIDTH)]
}

describe('Imagen 2, as the Vertex SDK for Python calls it', () => {
  test('edits without a mask', async () => {
    const parameters = { sampleCount: 1.0, addWatermark: false }
    const body = {
      instances: [{ prompt: 'blur the background', image: { bytesBase64Encoded: base64(PHOTO) } }],
      parameters,
    }
    expect(await predict(body, { model: 'imagegeneration@002' })).toEqual({
      status: 200,
      body: { predictions: [{ mimeType: 'image/jpeg', bytesBase64Encoded: base64(MADE) }] },
    })
    const question = asked.at(-1)!
    expect(question).toMatchObject({
      surface: 'vertex',
      modelId: 'imagegeneration@002',
      instruction: 'blur the background',
      count: 1,
      wantsText: false,
      wantsImage: true,
      inputImages: 1,
      inputChars: 19,
    })
    expect(Buffer.from(question.images[0]!.bytes)).toEqual(PHOTO)
    expect(expectedPixels(question.model!, '16:9')).toEqual({ width: 1408, height: 768 })
  })

  test('edits inside a mask of its own, in the photo’s size', async () => {
    const mask = { image: { bytesBase64Encoded: base64(await box({ left: 20, top: 30, side: 50 })) } }
    const editConfig = { editMode: 'inpainting-remove', maskDilation: 0.02 }
    const instances = [{ prompt: '', image: { bytesBase64Encoded: base64(PHOTO) }, mask }]
    await predict({ instances, parameters: { editConfig } }, { model: 'imagegeneration@006' })
    const question = asked.at(-1)!
    expect(understood(question)).toEqual(['remove: marked object'])
    expect(expectedPixels(question.model!, '1:1')).toEqual({ width: WIDTH, height: HEIGHT })
    const grown = Math.round(0.02 * WIDTH)
    expect(await marked(question.mask!)).toEqual([20 - grown, 30 - grown, 69 + grown, 79 + grown])
  })

  test('takes a mask for a photo that lies on its side as it is stored', async () => {
    const lying = await sharp(PHOTO).jpeg().withMetadata({ orientation: 6 }).toBuffer()
    const image = { bytesBase64Encoded: base64(lying) }
    const mask = { image: { bytesBase64Encoded: base64(await box({ left: 5, top: 6, side: 7 })) } }
    await predict({ instances: [{ prompt: 'brighter', image, mask }] }, { model: 'imagegeneration@006' })
    expect(await marked(asked.at(-1)!.mask!)).toEqual([5, 6, 11, 12])
  })

  test('finds the mask itself', async () => {
    const editConfig = { editMode: 'background-swap', maskMode: { maskType: 'background' } }
    const instances = [{ prompt: 'a beach at sunset', image: { bytesBase64Encoded: base64(PHOTO) } }]
    await predict({ instances, parameters: { editConfig } }, { model: 'imagegeneration@006' })
    expect(segmented.at(-1)).toBe('background')
    expect(understood(asked.at(-1)!)).toEqual(['background: sunset beach'])
    expect(await marked(asked.at(-1)!.mask!)).toEqual([10, 10, 49, 49])
  })
})

function understood({ instruction, images, mask }: Asked) {
  const read = understand(instruction, { inputs: images.length, hasMask: mask !== undefined })
  return read.kind === 'plan' ? read.plan.understood : read.reason
}

function ai(): GoogleGenAI {
  return new GoogleGenAI({ vertexai: true, apiKey: 'key', httpOptions: { baseUrl: vertex.origin } })
}

describe('Imagen 3, as Google’s library calls it', () => {
  test('edits inside a mask', async () => {
    const photo = new RawReferenceImage()
    photo.referenceId = 1
    photo.referenceImage = { imageBytes: base64(PHOTO), mimeType: 'image/png' }
    const mask = new MaskReferenceImage()
    mask.referenceId = 2
    mask.referenceImage = { imageBytes: base64(await box({ left: 0, top: 0, side: 9, shade: 1 })) }
    mask.config = { maskMode: MaskReferenceMode.MASK_MODE_USER_PROVIDED, maskDilation: 0 }
    const answered = await ai().models.editImage({
      model: EDITOR,
      prompt: 'make it brighter',
      referenceImages: [photo, mask],
      config: {
        editMode: EditMode.EDIT_MODE_INPAINT_INSERTION,
        numberOfImages: 2,
        baseSteps: 35,
        seed: 1,
        outputMimeType: 'image/jpeg',
        outputCompressionQuality: 75,
        includeSafetyAttributes: true,
      },
    })
    expect(answered.generatedImages).toHaveLength(2)
    expect(answered.generatedImages![0]!.image).toEqual({ imageBytes: base64(MADE), mimeType: 'image/jpeg' })
    const { categories, scores } = answered.generatedImages![1]!.safetyAttributes!
    expect(scores).toHaveLength(categories!.length)
    const question = asked.at(-1)!
    expect(question).toMatchObject({
      instruction: 'make it brighter',
      count: 2,
      seed: 1,
      mimeType: 'image/jpeg',
      jpegQuality: 75,
    })
    expect(await marked(question.mask!)).toEqual([0, 0, 8, 8])
  })

  test('takes subjects and control images without a photo', async () => {
    const subject = new SubjectReferenceImage()
    subject.referenceId = 1
    subject.referenceImage = { gcsUri: 'gs://bucket/cat.png' }
    subject.config = { subjectDescription: 'a cat' }
    const control = new ControlReferenceImage()
    control.referenceId = 2
    control.referenceImage = { imageBytes: base64(MADE), mimeType: 'image/jpeg' }
    control.config = { enableControlImageComputation: true }
    await ai().models.editImage({
      model: EDITOR,
      prompt: 'A cat [1] in space',
      referenceImages: [subject, control],
    })
    const { images, instruction, mask } = asked.at(-1)!
    expect(images.map(({ bytes }) => Buffer.from(bytes))).toEqual([PHOTO, MADE])
    expect({ instruction, mask }).toEqual({ instruction: 'A cat [1] in space', mask: undefined })
  })

  test('makes pictures from words, filtered ones with their reason', async () => {
    model.answer = () => ({ parts: [made()], finishReason: 'IMAGE_SAFETY' })
    const config = { numberOfImages: 3, aspectRatio: '9:16', imageSize: '2K', includeRaiReason: true }
    const ultra = 'imagen-4.0-ultra-generate-001'
    const { generatedImages } = await ai().models.generateImages({ model: ultra, prompt: 'a cat', config })
    model.answer = usual
    expect(generatedImages!.map(({ raiFilteredReason }) => raiFilteredReason)).toEqual([
      undefined,
      expect.stringMatching(/filtered out 2 generated images/),
      expect.stringMatching(/filtered out 2 generated images/),
    ])
    const question = asked.at(-1)!
    expect(question).toMatchObject({ images: [], aspectRatio: '9:16', imageSize: '2K', count: 3 })
    expect(expectedPixels(question.model!, '9:16', '2K')).toEqual({ width: 1536, height: 2816 })
  })
})

test.each([
  ['EDIT_MODE_INPAINT_REMOVAL', 'anything', ['remove: marked object']],
  ['edit_mode_outpaint', 'more sky', ['remove: marked object']],
  ['EDIT_MODE_BGSWAP', 'change the background to snowy mountains', ['background: snowy mountains']],
  ['EDIT_MODE_BGSWAP', '', ['background: studio']],
  ['EDIT_MODE_PRODUCT_IMAGE', 'an office.', ['background: office']],
  ['EDIT_MODE_DEFAULT', '', ['remove: marked object']],
])('%s of "%s" is understood by the local engine', async (editMode, prompt, said) => {
  const referenceImages = [raw, maskOf(await box({ left: 9, top: 9, side: 9 }))]
  const { status } = await predict({ instances: [{ prompt, referenceImages }], parameters: { editMode } })
  expect(status).toBe(200)
  expect(understood(asked.at(-1)!)).toEqual(said)
})

function inWords(parameters: object) {
  return { instances: [{ prompt: 'a cat' }], parameters }
}

function generate(parameters: object) {
  return predict(inWords(parameters), { model: 'imagen-3.0-generate-002' })
}

describe('answers', () => {
  test('with nothing left are empty, or tell why', async () => {
    model.answer = () => ({ parts: [], finishReason: 'IMAGE_SAFETY' })
    expect((await generate({ sampleCount: 2 })).body).toEqual({})
    const { body: told } = await generate({ sampleCount: 2, includeRaiReason: true })
    model.answer = usual
    const reason = {
      raiFilteredReason: expect.stringMatching(/^Unable to show generated images.* 29310472$/),
    }
    expect(told).toEqual({ predictions: [reason, reason] })
  })

  test('a forbidden prompt is an error', async () => {
    model.answer = () => ({ parts: [], finishReason: null, blockReason: 'PROHIBITED_CONTENT' })
    const { status, body: refused } = await generate({})
    model.answer = usual
    expect({ status, rpc: refused.error.status }).toEqual({ status: 400, rpc: 'INVALID_ARGUMENT' })
    expect(refused.error.message).toMatch(/sensitive words/)
  })

  test('stand in a bucket where that was asked for', async () => {
    const { body: stored } = await generate({ sampleCount: 2, storageUri: 'gs://bucket/out/' })
    expect(stored.predictions).toEqual([
      { gcsUri: 'gs://bucket/out/r1/sample_0.jpg', mimeType: 'image/jpeg' },
      { gcsUri: 'gs://bucket/out/r1/sample_1.jpg', mimeType: 'image/jpeg' },
    ])
  })

  test('take enums and steps in every spelling', async () => {
    const spellings = [
      { safetySetting: 'block_some', personGeneration: 'allow_adult', baseSteps: 12 },
      { safetySetting: 'BLOCK_ONLY_HIGH', personGeneration: 'DONT_ALLOW', editConfig: { baseSteps: 12 } },
    ]
    for (const parameters of spellings) expect((await generate(parameters)).status).toBe(200)
  })

  test('come from the Developer API too', async () => {
    const { status, body: listed } = await predict(inWords({}), {
      model: 'imagen-4.0-generate-001',
      server: studio,
    })
    expect({ status, images: listed.predictions.length }).toEqual({ status: 200, images: 1 })
    const { body: none } = await predict(inWords({}), { model: EDITOR, server: studio })
    expect(none.error.message).toMatch(
      /^models\/imagen-3.0-capability-001 is not found .* supported for predict\./,
    )
  })
})
