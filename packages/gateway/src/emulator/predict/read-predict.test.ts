import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  asked,
  base64,
  box,
  EDITOR,
  HEIGHT,
  maskOf,
  PHOTO,
  type PredictServer,
  raw,
  send,
  serve,
  WIDTH,
} from './predict.fixture.ts'

let vertex: PredictServer
let gone: PredictServer
beforeAll(async () => {
  ;[vertex, gone] = await Promise.all([serve('vertex'), serve('vertex', 'gone')])
})
afterAll(() => Promise.all([vertex.close(), gone.close()]))

function predict(body: unknown, { model: modelId = EDITOR, server = vertex } = {}) {
  return send(server, body, modelId)
}

const mask = await box({ left: 0, top: 0, side: 9 })
const otherSize = await box({ left: 0, top: 0, side: 9, width: 100, height: 100 })
const black = await box({ left: 0, top: 0, side: 9, shade: 0 })
const REFUSED: readonly [string, instance: object, parameters: object, message: string | RegExp][] = [
  [
    'an unknown edit mode',
    {},
    { editMode: 'EDIT_MODE_MAGIC' },
    "The value 'EDIT_MODE_MAGIC' is not supported for 'editMode' at 'parameters'.",
  ],
  [
    'an unknown ratio',
    {},
    { aspectRatio: '21:9' },
    "The value '21:9' is not supported for 'aspectRatio' at 'parameters'. Supported are 1:1, 3:4, 4:3, 9:16, 16:9.",
  ],
  [
    'a size it has not',
    {},
    { sampleImageSize: '2K' },
    "The value '2K' is not supported for 'sampleImageSize' at 'parameters' by the model imagen-3.0-capability-001.",
  ],
  ['five images', {}, { sampleCount: 5 }, "The value at 'parameters.sampleCount' must be at most 4."],
  [
    'half an image',
    {},
    { sampleCount: 1.5 },
    "The value at 'parameters.sampleCount' must be a whole number, not a fraction.",
  ],
  [
    'a wrong format',
    {},
    { outputOptions: { mimeType: 'image/webp' } },
    "The value 'image/webp' is not supported for 'mimeType' at 'parameters.outputOptions'.",
  ],
  [
    'a place that is no bucket',
    {},
    { storageUri: '/tmp' },
    "The value at 'parameters.storageUri' must begin with gs://.",
  ],
  [
    'two photos',
    { referenceImages: [raw, raw, maskOf(mask)] },
    {},
    'There are 2 reference images of the type REFERENCE_TYPE_RAW, and only one is taken.',
  ],
  [
    'two masks',
    { referenceImages: [raw, maskOf(mask), maskOf(mask)] },
    {},
    'There are 2 reference images of the type REFERENCE_TYPE_MASK, and only one is taken.',
  ],
  [
    'a mask without a photo',
    { referenceImages: [maskOf(mask)] },
    {},
    'A masked edit needs the image to be edited: exactly one of the type REFERENCE_TYPE_RAW.',
  ],
  [
    'no mask where one is needed',
    { referenceImages: [raw] },
    { editMode: 'EDIT_MODE_OUTPAINT' },
    "The value 'EDIT_MODE_OUTPAINT' for 'editMode' needs exactly one reference image of the type REFERENCE_TYPE_MASK.",
  ],
  [
    'a mask of another size',
    { referenceImages: [raw, maskOf(otherSize)] },
    {},
    `The mask has 100x100 pixels and the image ${WIDTH}x${HEIGHT}. Both must be of the same size.`,
  ],
  [
    'a mask that marks nothing',
    { referenceImages: [raw, maskOf(black)] },
    {},
    'The mask marks nothing: it is black all over.',
  ],
  [
    'half a mask',
    { referenceImages: [raw, maskOf(mask.subarray(0, mask.length - 40))] },
    {},
    'The mask cannot be decoded: its data is incomplete.',
  ],
  [
    'a mask that is not there',
    { referenceImages: [raw, { ...maskOf(mask), referenceImage: undefined }] },
    {},
    "The value at 'instances[0].referenceImages[1]' holds no image. Give either 'bytesBase64Encoded' or 'gcsUri'.",
  ],
  [
    'nothing to be found',
    { referenceImages: [raw, maskOf(mask, { maskMode: 'MASK_MODE_SEMANTIC', maskClasses: [1] })] },
    {},
    'No semantic was found in the image to be masked.',
  ],
  [
    'six classes',
    { referenceImages: [raw, maskOf(mask, { maskClasses: [1, 2, 3, 4, 5, 6] })] },
    {},
    "The value at 'instances[0].referenceImages[1].maskImageConfig.maskClasses' must have at most 5 items.",
  ],
  [
    'too much dilation',
    { referenceImages: [raw, maskOf(mask, { dilation: 2 })] },
    {},
    "The value at 'instances[0].referenceImages[1].maskImageConfig.dilation' must be at most 1.",
  ],
  [
    'broken base64',
    { image: { bytesBase64Encoded: '%%' } },
    {},
    "The value at 'instances[0].image.bytesBase64Encoded' is not valid base64.",
  ],
  [
    'no picture',
    { image: { bytesBase64Encoded: base64(Buffer.from('hello')) } },
    {},
    "The image at 'instances[0].image' must be image/png or image/jpeg, and is text.",
  ],
  [
    'a truncated photo',
    {
      referenceImages: [
        { ...raw, referenceImage: { bytesBase64Encoded: base64(PHOTO.subarray(0, 20)) } },
        maskOf(mask),
      ],
    },
    {},
    /^The image /,
  ],
  [
    'both ways to send a photo',
    { image: raw.referenceImage, referenceImages: [raw] },
    {},
    "The values at 'instances[0].image' and 'instances[0].referenceImages' exclude each other.",
  ],
]

describe('refused', () => {
  test.each(REFUSED)('%s', async (_, instance, parameters, message) => {
    const before = asked.length
    const { status, body } = await predict({ instances: [{ prompt: 'a cat', ...instance }], parameters })
    expect(body.error?.message).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    )
    expect({ status, rpc: body.error.status }).toEqual({ status: 400, rpc: 'INVALID_ARGUMENT' })
    expect(asked.length).toBe(before)
  })

  test.each([
    [
      { instances: [{ prompt: 'a' }, { prompt: 'b' }] },
      "The value at 'instances' must have at most 1 items. One instance is taken at a time.",
    ],
    [
      { instances: [] },
      "The value at 'instances' must have at least 1 items. One instance is taken at a time.",
    ],
    [{ parameters: {} }, "The parameter 'instances' is required. One instance is taken at a time."],
    [
      { instances: [{}], contents: [] },
      'Invalid JSON payload received. Unknown name "contents": Cannot find field.',
    ],
  ])('%j', async (body, message) => {
    const { status, body: answered } = await predict(body)
    expect({ status, message: answered.error.message }).toEqual({ status: 400, message })
  })

  test('pictures for a model that makes them from words only', async () => {
    const body = { instances: [{ prompt: 'a', image: raw.referenceImage }] }
    const { body: answered } = await predict(body, { model: 'imagen-3.0-generate-002' })
    expect(answered.error.message).toBe(
      'Image editing is not supported by the model imagen-3.0-generate-002.',
    )
  })

  test('upscaling, which is not emulated', async () => {
    const body = { instances: [{ image: raw.referenceImage }], parameters: { mode: 'upscale' } }
    expect((await predict(body, { model: 'imagen-4.0-upscale-preview' })).status).toBe(501)
  })

  test('models that are over, where they are to be', async () => {
    const { status, body } = await predict(
      { instances: [{}] },
      { model: 'imagegeneration@002', server: gone },
    )
    expect(status).toBe(404)
    expect(body.error.message).toMatch(
      /^Publisher Model `projects\/p\/locations\/us-central1\/publishers\/google\/models\/imagegeneration@002` was not found/,
    )
  })

  test.each([
    ['gemini-3-pro-image', 400, 'FAILED_PRECONDITION'],
    ['nothing', 404, 'NOT_FOUND'],
  ])('%s', async (model, status, rpc) => {
    const { status: got, body } = await predict({ instances: [{}] }, { model })
    expect({ got, rpc: body.error.status }).toEqual({ got: status, rpc })
  })
})
