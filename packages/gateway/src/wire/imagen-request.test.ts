import { describe, expect, test } from 'vitest'
import { PlantainError } from '../contract/error.ts'
import { readImagenRequest } from './imagen-request.ts'
import { JsonBlob } from './json-blob.ts'

const DATA = Buffer.from('a picture').toString('base64')
const PICTURE = { bytesBase64Encoded: DATA }
const RAW = { referenceType: 'REFERENCE_TYPE_RAW', referenceId: 1, referenceImage: PICTURE }
const MASK = { referenceType: 'REFERENCE_TYPE_MASK', referenceId: 2, referenceImage: PICTURE }

function read(instance: object, parameters: object = {}) {
  return readImagenRequest({ instances: [instance], parameters })
}

function refusal(instance: object, parameters: object = {}): string {
  try {
    read(instance, parameters)
  } catch (thrown) {
    if (PlantainError.is(thrown)) return `${thrown.code}: ${thrown.message}`
    throw thrown
  }
  return 'taken'
}

describe('what is asked for', () => {
  test('least of all', () => {
    expect(readImagenRequest({ instances: [{ prompt: ' a rose ' }] })).toEqual({
      prompt: 'a rose',
      negativePrompt: null,
      mode: 'default',
      photo: null,
      photoId: null,
      mask: null,
      references: [],
      productStays: null,
      style: null,
      noPeople: false,
      count: 1,
      aspectRatio: null,
      imageSize: null,
      mimeType: 'image/png',
      quality: null,
      seed: null,
      tells: { reasons: false, prompt: false },
    })
  })

  test('as Python’s library writes it, numbers with a fraction', () => {
    const asked = read(
      { prompt: 'p', image: PICTURE, mask: { image: PICTURE } },
      {
        sampleCount: 3.0,
        seed: 7.0,
        addWatermark: false,
        personGeneration: 'dont_allow',
        editConfig: { editMode: 'inpainting-remove', maskDilation: 0.03, baseSteps: 12 },
        outputOptions: { mimeType: 'image/jpeg', compressionQuality: 0 },
      },
    )
    expect(asked).toMatchObject({ mode: 'removal', count: 3, seed: 7, noPeople: true, quality: 1 })
    expect(asked.mask).toMatchObject({ dilation: 0.03 })
    expect(asked.photo?.bytes()).toEqual(Buffer.from('a picture'))
  })

  test('as JavaScript’s library writes it, and in snake case', () => {
    const asked = read(
      {
        prompt: 'p',
        reference_images: [
          {
            reference_type: 'REFERENCE_TYPE_RAW',
            reference_id: 4,
            reference_image: { bytes_base64_encoded: DATA },
          },
          {
            referenceType: 'reference_type_mask',
            maskImageConfig: { maskMode: 'MASK_MODE_BACKGROUND', dilation: 0.01 },
          },
          {
            referenceType: 'REFERENCE_TYPE_STYLE',
            referenceId: 6,
            referenceImage: PICTURE,
            styleImageConfig: { styleDescription: 'ink' },
          },
          {
            referenceType: 'REFERENCE_TYPE_SUBJECT',
            referenceImage: PICTURE,
            subjectImageConfig: { subjectType: 'SUBJECT_TYPE_PERSON' },
          },
          {
            referenceType: 'REFERENCE_TYPE_CONTROL',
            referenceImage: PICTURE,
            controlImageConfig: {
              controlType: 'CONTROL_TYPE_FACE_MESH',
              enableControlImageComputation: true,
            },
          },
        ],
      },
      { edit_mode: 'EDIT_MODE_BGSWAP', sample_count: '2', negative_prompt: 'people' },
    )
    expect(asked).toMatchObject({
      mode: 'background',
      count: 2,
      negativePrompt: 'people',
      photoId: 4,
      mask: { drawn: null, find: 'background', dilation: 0.01 },
      references: [
        { id: 6, role: 'style', description: 'ink' },
        { id: null, role: 'subject', kind: 'person' },
        { role: 'control', kind: 'face mesh', isSource: true },
      ],
    })
  })

  test.each([
    ['1K', '1K'],
    ['2k', '2K'],
    ['1024', '1K'],
    ['2048', '2K'],
  ])('sampleImageSize %s is %s', (sampleImageSize, imageSize) => {
    expect(read({ prompt: 'p' }, { sampleImageSize }).imageSize).toBe(imageSize)
  })

  test('a long prompt that was left where it lies', () => {
    const prompt = new JsonBlob([Buffer.from('a '.repeat(3000))])
    expect(read({ prompt }).prompt).toHaveLength(5999)
  })

  test.each([
    ['dont_allow', true],
    ['ALLOW_NONE', true],
    ['allow_adult', false],
  ])('personGeneration %s', (personGeneration, noPeople) => {
    expect(read({ prompt: 'p' }, { personGeneration })).toMatchObject({ noPeople })
  })

  test('an empty list of references beside a photo says nothing', () => {
    const { photo, references } = read({ prompt: 'p', image: PICTURE, referenceImages: [] })
    expect([photo?.byteLength, references]).toEqual([9, []])
  })

  test('a seed of 32 bits is one of 31', () => {
    expect(read({ prompt: 'p' }, { seed: 4_294_967_295 }).seed).toBe(2_147_483_647)
  })
})

describe('what is refused, by name', () => {
  test.each([
    [{}, {}, 'taken'],
    [{ prompt: 5 }, {}, 'invalid_request: instances[0].prompt has to be a text.'],
    [{ prompt: 'p' }, { sampleCount: 0 }, /parameters\.sampleCount has to be a whole number from 1 to 8/],
    [{ prompt: 'p' }, { sampleCount: 9 }, /sampleCount/],
    [{ prompt: 'p' }, { sampleCount: 1.5 }, /sampleCount/],
    [{ prompt: 'p' }, { sampleCount: 'many' }, /sampleCount/],
    [{ prompt: 'p' }, { aspectRatio: '17:9' }, /parameters\.aspectRatio has to be one of 1:1/],
    [{ prompt: 'p' }, { sampleImageSize: '64' }, /sampleImageSize/],
    [{ prompt: 'p' }, { editMode: 'paint' }, /editMode/],
    [{ prompt: 'p' }, { personGeneration: 'some' }, /personGeneration/],
    [{ prompt: 'p' }, { seed: 1, addWatermark: true }, /parameters\.seed does not go with addWatermark/],
    [{ prompt: 'p' }, { outputOptions: { mimeType: 'image/webp' } }, /outputOptions\.mimeType/],
    [{ prompt: 'p' }, { outputOptions: [] }, /parameters\.outputOptions has to be an object/],
    [
      { prompt: 'p' },
      { editMode: 'EDIT_MODE_STYLE', editConfig: { editMode: 'outpainting' } },
      /two edit modes/,
    ],
    [{ prompt: 'p' }, { editMode: 'EDIT_MODE_INPAINT_REMOVAL' }, /without the photo/],
    [{ prompt: 'p', mask: { image: PICTURE } }, {}, /without the photo/],
    [{ prompt: 'p', mask: {}, image: PICTURE }, {}, /instances\[0\]\.mask\.image is missing/],
    [{ prompt: 'p', image: PICTURE }, { editMode: 'EDIT_MODE_OUTPAINT' }, /has no mask/],
    [{ prompt: 'p', image: {} }, {}, /instances\[0\]\.image\.bytesBase64Encoded is missing/],
    [{ prompt: 'p', image: { bytesBase64Encoded: 5 } }, {}, /holds no picture/],
    [{ prompt: 'p', image: PICTURE, referenceImages: [RAW] }, {}, /only one of these ways/],
    [{ prompt: 'p', referenceImages: {} }, {}, /referenceImages has to be a list/],
    [
      { prompt: 'p', referenceImages: [RAW, RAW] },
      {},
      /referenceImages\[1\] is a second one of the type REFERENCE_TYPE_RAW/,
    ],
    [{ prompt: 'p', referenceImages: [RAW, MASK, MASK] }, {}, /referenceImages\[2\] is a second one/],
    [{ prompt: 'p', referenceImages: [{ referenceImage: PICTURE }] }, {}, /referenceType is missing/],
    [
      { prompt: 'p', referenceImages: [RAW, { referenceType: 'REFERENCE_TYPE_MASK' }] },
      {},
      /referenceImages\[1\]\.referenceImage is missing/,
    ],
    [
      {
        prompt: 'p',
        referenceImages: [RAW, { ...MASK, maskImageConfig: { maskMode: 'MASK_MODE_FOREGROUND' } }],
      },
      {},
      /either sent or found/,
    ],
    [
      {
        prompt: 'p',
        referenceImages: [RAW, { ...MASK, maskImageConfig: { maskMode: 'MASK_MODE_SEMANTIC' } }],
      },
      {},
      /unsupported_option: .*maskImageConfig\.maskMode is refused/,
    ],
    [
      { prompt: 'p', image: PICTURE },
      { editConfig: { maskMode: { maskType: 'semantic' } } },
      /maskType is refused/,
    ],
    [
      { prompt: 'p', referenceImages: [RAW, MASK] },
      { aspectRatio: '1:1' },
      /unsupported_option: parameters\.aspectRatio does not go with a mask/,
    ],
    [{ prompt: 'p', referenceImages: [RAW, MASK] }, { sampleImageSize: '2K' }, /sampleImageSize does not go/],
    [
      { prompt: 'p', referenceImages: [RAW, { ...MASK, maskImageConfig: { dilation: 2 } }] },
      {},
      /dilation has to be a number from 0 to 1/,
    ],
  ])('%j with %j', (instance, parameters, says) => {
    const said = refusal(instance, parameters)
    if (typeof says === 'string') expect(said).toBe(says)
    else expect(said).toMatch(says)
  })

  test('none, or more than one instance', () => {
    expect(() => readImagenRequest({})).toThrow('instances is missing')
    expect(() => readImagenRequest({ instances: [] })).toThrow('instances is missing')
    expect(() => readImagenRequest({ instances: [{}, {}] })).toThrow('say sampleCount')
    expect(() => readImagenRequest({ instances: ['p'] })).toThrow('instances[0] has to be an object')
  })
})
