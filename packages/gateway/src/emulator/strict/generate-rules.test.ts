import { describe, expect, test } from 'vitest'
import { findModel } from '../../models/registry.ts'
import {
  asked,
  asking,
  context,
  editWith,
  imageWith,
  inline,
  model,
  MODEL,
  parsed,
  PHOTO,
  PNG,
  SIGNATURE,
  TEXT_MODEL,
  user,
} from './generate.fixture.ts'
import { readGenerate } from './generate-rules.ts'

const FLASH = { modelId: 'gemini-3.1-flash-image' }
const LITE = { modelId: 'gemini-3.1-flash-lite-image' }
const PRO = { modelId: 'gemini-3-pro-image' }
const OLD = { modelId: 'gemini-2.5-flash-image' }
const TEXT = { modelId: TEXT_MODEL, model: null }
const VERTEX = { surface: 'vertex' } as const
const signed = { ...inline(), thoughtSignature: SIGNATURE }

describe('what is asked', () => {
  test('the body of the reference, whole', async () => {
    const document = {
      contents: [{ parts: [{ text: 'hi' }, inline()], role: 'user' }],
      systemInstruction: { parts: [{ text: 'sys' }], role: 'user' },
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
      generationConfig: {
        candidateCount: 1,
        seed: 3,
        responseModalities: ['TEXT', 'IMAGE'],
        thinkingConfig: { thinkingLevel: 'MINIMAL' },
        imageConfig: { aspectRatio: '1:1', imageSize: '2K' },
      },
    }
    expect(await asked(document)).toEqual({
      surface: 'ai-studio',
      model: findModel(MODEL),
      modelId: MODEL,
      instruction: 'hi',
      images: [{ bytes: PNG, mimeType: 'image/png' }],
      inputImages: 1,
      inputChars: 5,
      wantsText: true,
      wantsImage: true,
      thoughts: false,
      aspectRatio: '1:1',
      imageSize: '2K',
      seed: 3,
      count: 1,
    })
  })

  test.each<[string, unknown, object, object?]>([
    ['no generationConfig', editWith(undefined), { wantsText: true, wantsImage: true, thoughts: false }],
    ['an empty one', editWith({}), { wantsText: true, wantsImage: true }],
    [
      'the picture alone',
      editWith({ responseModalities: ['IMAGE'] }),
      { wantsText: false, wantsImage: true },
    ],
    [
      'the picture alone, of 2.5',
      editWith({ responseModalities: ['Image'] }),
      { wantsText: false, wantsImage: true },
      OLD,
    ],
    ['words alone', editWith({ responseModalities: ['TEXT'] }), { wantsText: true, wantsImage: false }],
    [
      'modalities of old examples',
      editWith({ response_modalities: ['Text', 'Image'] }),
      { wantsText: true, wantsImage: true },
    ],
    ['modalities by number', editWith({ responseModalities: [2] }), { wantsText: false, wantsImage: true }],
    [
      'no modality in particular',
      editWith({ responseModalities: [] }),
      { wantsText: true, wantsImage: true },
    ],
    [
      'an unspecified one',
      editWith({ responseModalities: ['MODALITY_UNSPECIFIED'] }),
      { wantsText: true, wantsImage: true },
    ],
    ['a text model', editWith({}), { model: null, wantsText: true, wantsImage: false }, TEXT],
    ['thoughts', editWith({ thinkingConfig: { includeThoughts: true } }), { thoughts: true }],
    ['a level in lower case', editWith({ thinkingConfig: { thinkingLevel: 'high' } }), {}],
    [
      'any level where thinking is always on',
      editWith({ thinkingConfig: { thinkingLevel: 'LOW' } }),
      {},
      PRO,
    ],
    ['a ratio of fourteen', imageWith({ aspectRatio: '8:1' }), { aspectRatio: '8:1' }],
    [
      'a ratio of Vertex AI alone',
      imageWith({ aspectRatio: '9:21' }),
      { aspectRatio: '9:21' },
      { ...FLASH, ...VERTEX },
    ],
    ['512 where it is offered', imageWith({ imageSize: '512' }), { imageSize: '512' }, FLASH],
    [
      'empty strings, which are absent',
      imageWith({ aspectRatio: '', imageSize: '' }),
      { wantsImage: true },
      OLD,
    ],
    [
      'nulls, which are absent',
      editWith({ imageConfig: { aspectRatio: null }, responseJsonSchema: null, seed: null }),
      { wantsImage: true },
    ],
    [
      'responseFormat as an object',
      editWith({ responseFormat: { image: { aspectRatio: '16:9', imageSize: '2K' } } }),
      { aspectRatio: '16:9', imageSize: '2K' },
    ],
    [
      'responseFormat as a list',
      editWith({ responseFormat: [{ text: {} }, { image: { aspect_ratio: '16:9' } }] }),
      { aspectRatio: '16:9' },
    ],
    [
      'responseFormat in proto names',
      editWith({
        response_format: [
          {
            image: {
              aspectRatio: 'ASPECT_RATIO_SIXTEEN_BY_NINE',
              imageSize: 'IMAGE_SIZE_ONE_K',
              delivery: 'INLINE',
            },
          },
        ],
      }),
      { aspectRatio: '16:9', imageSize: '1K' },
    ],
    [
      'responseFormat by number',
      editWith({ responseFormat: { image: { aspectRatio: 10, imageSize: 4 } } }),
      { aspectRatio: '21:9', imageSize: '4K' },
    ],
    [
      'responseFormat unspecified',
      editWith({ responseFormat: { image: { imageSize: 'IMAGE_SIZE_UNSPECIFIED' } } }),
      { wantsImage: true },
      OLD,
    ],
    [
      'imageConfig before responseFormat',
      editWith({
        imageConfig: { imageSize: '1K' },
        responseFormat: { image: { imageSize: '4K', aspectRatio: '1:1' } },
      }),
      { imageSize: '1K', aspectRatio: '1:1' },
    ],
    [
      'JPEG of responseFormat',
      editWith({ responseFormat: { image: { mimeType: 'image/jpeg', delivery: 'inline' } } }),
      { mimeType: 'image/jpeg' },
    ],
    [
      'an output on Vertex AI',
      imageWith({ imageOutputOptions: { mimeType: 'image/jpeg', compressionQuality: 80 } }),
      { mimeType: 'image/jpeg', jpegQuality: 80 },
      VERTEX,
    ],
    ['a float that is a seed', editWith({ seed: 3.0 }), { seed: 3 }],
    ['a seed in quotes', editWith({ seed: '-3' }), { seed: -3 }],
    ['plain text as the type of the answer', editWith({ responseMimeType: 'text/plain' }), {}],
    [
      'JSON of a text model',
      editWith({ responseMimeType: 'application/json', responseSchema: { type: 'OBJECT' } }),
      {},
      TEXT,
    ],
    ['functions of Lite', { ...editWith({}), tools: [{ functionDeclarations: [{ name: 'f' }] }] }, {}, LITE],
    ['no functions', { ...editWith({}), tools: [{ functionDeclarations: [] }, { google_search: {} }] }, {}],
    ['labels of both surfaces', { ...editWith({}), labels: { team: 'x' } }, {}],
    ['labels of Vertex AI', { ...editWith({}), labels: { team: 'x' } }, {}, VERTEX],
    [
      'what only Vertex AI knows',
      {
        ...imageWith({ personGeneration: 'ALLOW_NONE', prominentPeople: 2 }),
        modelArmorConfig: {},
      },
      {},
      VERTEX,
    ],
    ['safety settings of the legacy SDK', { ...editWith({}), safetySettings: [] }, {}],
    [
      'a system instruction with any role',
      { ...editWith({}), systemInstruction: { role: 'system', parts: [{ text: 'x' }] } },
      { instruction: 'hi' },
    ],
    ['no role', { contents: [{ parts: [{ text: 'x' }] }] }, { instruction: 'x', images: [] }],
    [
      'the shape of the REST samples',
      { contents: { parts: { text: 'x' } }, system_instruction: { parts: { text: 'y' } } },
      { instruction: 'x' },
    ],
    ['several texts', asking({ text: 'a' }, inline(), { text: 'b' }), { instruction: 'a\nb', inputChars: 3 }],
    ['a thought of the user', asking({ text: 'a', thought: true }, { text: 'b' }), { instruction: 'b' }],
    [
      'empty words with a signature',
      {
        contents: [
          user({ text: 'a' }),
          model({ text: '', thoughtSignature: SIGNATURE }),
          user({ text: 'b' }),
        ],
      },
      { instruction: 'b' },
    ],
    [
      'an answer of a function',
      {
        contents: [user({ text: 'a' }), { role: 'function', parts: [{ functionResponse: { name: 'f' } }] }],
      },
      { instruction: 'a' },
      LITE,
    ],
    [
      'a type in capitals',
      asking(inline(PNG, 'IMAGE/PNG')),
      { images: [{ bytes: PNG, mimeType: 'IMAGE/PNG' }] },
    ],
    [
      'a label that lies',
      asking(inline(PHOTO, 'image/png')),
      { images: [{ bytes: PHOTO, mimeType: 'image/png' }] },
    ],
    [
      'a file',
      asking({ fileData: { fileUri: 'gs://bucket/photo.jpg', mimeType: 'image/jpeg' } }),
      { images: [{ bytes: PHOTO, mimeType: 'image/jpeg' }] },
    ],
    [
      'a file without a type',
      asking({ file_data: { file_uri: 'https://files/png' } }),
      { images: [{ bytes: PNG, mimeType: 'image/png' }] },
    ],
    [
      'a video and a PDF',
      asking(inline(PNG, 'video/mp4'), inline(PNG, 'application/pdf'), { text: 'x' }),
      { images: [], inputImages: 0 },
    ],
    [
      'a video at an address',
      asking({ fileData: { fileUri: 'gs://b/nowhere', mimeType: 'video/mp4' } }),
      { images: [] },
    ],
    [
      'a YouTube video',
      asking({ fileData: { fileUri: 'https://www.youtube.com/watch?v=x' } }),
      { images: [] },
      FLASH,
    ],
    [
      'audio to a text model',
      asking(inline(PNG, 'audio/wav'), inline(PNG, 'image/bmp')),
      { inputImages: 1 },
      TEXT,
    ],
    ['14 images', asking(...Array.from({ length: 14 }, () => inline())), { inputImages: 14 }],
    [
      'images of a chat, the last turn’s',
      {
        contents: [
          user({ text: 'a' }, inline(PHOTO)),
          model(signed),
          user({ text: 'bc' }, inline(), inline(PHOTO)),
        ],
      },
      {
        instruction: 'bc',
        images: [
          { bytes: PNG, mimeType: 'image/png' },
          { bytes: PHOTO, mimeType: 'image/png' },
        ],
        inputImages: 4,
        inputChars: 3,
      },
    ],
    [
      'images of a chat, the model’s last',
      {
        contents: [
          user({ text: 'a' }, inline(PHOTO)),
          model(inline(PHOTO), { text: 'x' }, inline()),
          user({ text: 'b' }),
        ],
      },
      { images: [{ bytes: PNG, mimeType: 'image/png' }], inputImages: 3 },
      OLD,
    ],
    [
      'images of a chat, none in between',
      { contents: [user(inline(PHOTO), inline()), model({ text: 'x' }), user({ text: 'b' })] },
      { images: [{ bytes: PNG, mimeType: 'image/png' }] },
    ],
    [
      'a model’s image after the question',
      { contents: [user({ text: 'b' }), model(inline())] },
      { images: [], inputImages: 1 },
      OLD,
    ],
    [
      'a chat that only the model speaks in',
      { contents: [model(inline())] },
      { instruction: '', images: [{ bytes: PNG, mimeType: 'image/png' }] },
      OLD,
    ],
    [
      'a chat about 14 images with 2 answers',
      {
        contents: [
          user(...Array.from({ length: 14 }, () => inline())),
          model(signed, signed),
          user({ text: 'x' }),
        ],
      },
      { inputImages: 16 },
    ],
    [
      'a signed image',
      { contents: [user({ text: 'a' }), model(signed), user({ text: 'b' })] },
      { images: [{ bytes: PNG, mimeType: 'image/png' }] },
    ],
    [
      'a signature of the other alphabet',
      {
        contents: [
          model({
            ...inline(),
            thought_signature: SIGNATURE.replaceAll('/', '_').replaceAll('+', '-').replace(/=+$/, ''),
          }),
          user({ text: 'b' }),
        ],
      },
      { inputImages: 1 },
    ],
    [
      'an unsigned image in a turn of the user',
      { contents: [user(inline()), user({ text: 'b' })] },
      { inputImages: 1 },
    ],
    [
      'an unsigned image on 2.5',
      { contents: [user({ text: 'a' }), model(inline()), user({ text: 'b' })] },
      { inputImages: 1 },
      OLD,
    ],
  ])('%s', async (_, document, expected, overrides) => {
    expect(await asked(document, overrides)).toMatchObject(expected)
  })

  test('a photo, whole, from a body of long strings', async () => {
    const document = { contents: [user({ text: 'x'.repeat(5000) }, inline(PHOTO, 'image/jpeg'))] }
    const { images, inputChars } = await readGenerate(parsed(document, 4096), context())
    expect(Buffer.compare(images[0]!.bytes, PHOTO)).toBe(0)
    expect(inputChars).toBe(5000)
  })

  test('a file that is named often is opened once', async () => {
    let opened = 0
    const files = async () => {
      opened += 1
      return { bytes: PHOTO, mimeType: 'image/jpeg' }
    }
    const file = { fileData: { fileUri: 'files/a', mimeType: 'image/jpeg' } }
    const document = { contents: [user(file, file), model(file), user(file)] }
    const { images, inputImages } = await readGenerate(document, context({ ...OLD, files }))
    expect({ opened, inputImages }).toEqual({ opened: 1, inputImages: 4 })
    expect(images[0]!.bytes).toBe(PHOTO)
  })
})
