import { describe, expect, test } from 'vitest'
import {
  asking,
  editWith,
  imageWith,
  inline,
  model,
  PHOTO,
  PNG,
  refusal,
  SIGNATURE,
  TEXT_MODEL,
  user,
} from './generate.fixture.ts'
import type { GenerateContext } from './generate-rules.ts'

type Context = Partial<GenerateContext>
const FLASH: Context = { modelId: 'gemini-3.1-flash-image' }
const LITE: Context = { modelId: 'gemini-3.1-flash-lite-image' }
const PRO: Context = { modelId: 'gemini-3-pro-image' }
const OLD: Context = { modelId: 'gemini-2.5-flash-image' }
const TEXT: Context = { modelId: TEXT_MODEL, model: null }
const VERTEX: Context = { surface: 'vertex' }

const SIGNED = { ...inline(), thoughtSignature: SIGNATURE }
const FOREIGN = { ...inline(), thoughtSignature: 'Zm9yZWlnbg==' }
/** Whoever looks for it gets another error than the one expected: so it is seen that nobody did. */
const ABSENT = { fileData: { fileUri: 'https://files/none' } }
const UNSIGNED = 'Image part is missing a thought_signature in content position'
const FORGED = 'Request contains an invalid thought signature for content at index 1.'
const BIG = Buffer.concat([PNG, Buffer.alloc(7_000_001 - PNG.byteLength)])
const modalities = (said: string, accepted: string, id: string) =>
  `The requested combination of response modalities (${said}) is not supported by the model. models/${id} accepts the following combination of response modalities:\n* ${accepted}\n`
const RATIO = 'Aspect ratio is not enabled for this model'
const JSON_MODE = 'JSON mode is not enabled for this model'
const FUNCTIONS = 'Function calling is not enabled for this model'
const ROLE = 'Please use a valid role: user, model.'
const NO_CONTENTS = '* GenerateContentRequest.contents: contents is not specified\n'
const TEXT_TYPES =
  '* GenerateContentRequest.generation_config.response_mime_type: allowed mimetypes are `text/plain`, `application/json`, `application/xml`, `application/yaml` and `text/x.enum`.\n'
const UNPROCESSABLE =
  'Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting'

const mime = (type: string) => `Unsupported MIME type: ${type}`
const thinking = (level: string) => `Thinking level ${level} is not supported for this model.`
const size = (said: string, offered?: string) =>
  `Image size ${said} is not enabled for this model.${offered === undefined ? '' : ` Supported sizes: ${offered}.`}`
const noData = (turn: number) =>
  `* GenerateContentRequest.contents[${turn}].parts[0].data: required oneof field 'data' must have one initialized field\n`

describe('what can be read and is refused', () => {
  test.each<[document: unknown, message: string, context?: Context]>([
    [{}, NO_CONTENTS],
    [undefined, NO_CONTENTS],
    [{ contents: [] }, NO_CONTENTS],
    [{ contents: null }, NO_CONTENTS, VERTEX],
    [{ contents: [{}] }, '* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n'],
    [{ contents: [user({}), user({ text: '' })] }, noData(0) + noData(1)],
    [asking({ thought: true }), noData(0)],
    [{ contents: [{ role: 'assistant', parts: [{ text: 'x' }] }] }, ROLE],
    [{ contents: [{ role: 'system', parts: [{ text: 'x' }] }, user({ text: 'x' })] }, ROLE],
    [{ contents: [{ role: 'User', parts: [{ text: 'x' }] }] }, ROLE, TEXT],
    [editWith({ candidateCount: 2 }), 'Multiple candidates is not enabled for this model'],
    [imageWith({ aspectRatio: '1:4' }), RATIO, PRO],
    [imageWith({ aspectRatio: '8:1' }), RATIO, OLD],
    [imageWith({ aspectRatio: '9:21' }), RATIO, FLASH],
    [imageWith({ aspectRatio: '9:21' }), RATIO, { ...PRO, ...VERTEX }],
    [imageWith({ aspectRatio: '17:3' }), RATIO],
    [imageWith({ aspectRatio: '16x9' }), RATIO],
    [imageWith({ aspectRatio: '1:1' }), RATIO, TEXT],
    [editWith({ responseFormat: { image: { aspectRatio: 'ASPECT_RATIO_ONE_BY_EIGHT' } } }), RATIO, PRO],
    [imageWith({ imageSize: '1k' }), size('1k', '1K, 2K, 4K')],
    [imageWith({ imageSize: '512px' }), size('512px', '512, 1K, 2K, 4K'), FLASH],
    [imageWith({ imageSize: '0.5K' }), size('0.5K', '512, 1K, 2K, 4K'), FLASH],
    [imageWith({ imageSize: '512' }), size('512', '1K, 2K, 4K'), PRO],
    [imageWith({ imageSize: '2K' }), size('2K', '1K'), LITE],
    [imageWith({ imageSize: '1K' }), size('1K'), OLD],
    [imageWith({ imageSize: '1K' }), size('1K'), TEXT],
    [
      editWith({ responseFormat: [{ image: { imageSize: 'IMAGE_SIZE_FIVE_TWELVE' } }] }),
      size('512', '1K, 2K, 4K'),
    ],
    [editWith({ thinkingConfig: { thinkingLevel: 'low' } }), thinking('LOW')],
    [editWith({ thinkingConfig: { thinkingLevel: 'MEDIUM' } }), thinking('MEDIUM'), LITE],
    [editWith({ thinkingConfig: { thinkingLevel: 'LOW' } }), thinking('LOW'), FLASH],
    [editWith({ thinkingConfig: { thinkingLevel: 4 } }), thinking('MINIMAL'), OLD],
    [editWith({ responseModalities: ['IMAGE'] }), modalities('IMAGE', 'TEXT', TEXT_MODEL), TEXT],
    [
      editWith({ responseModalities: ['text', 'image'] }),
      modalities('TEXT, IMAGE', 'TEXT', TEXT_MODEL),
      TEXT,
    ],
    [
      editWith({ responseModalities: ['AUDIO'] }),
      modalities('AUDIO', 'IMAGE, TEXT', 'gemini-3-pro-image'),
      PRO,
    ],
    [editWith({ responseMimeType: 'application/json' }), JSON_MODE],
    [editWith({ responseSchema: { type: 'OBJECT' } }), JSON_MODE, OLD],
    [editWith({ responseJsonSchema: true }), JSON_MODE, VERTEX],
    [editWith({ responseMimeType: 'image/png' }), TEXT_TYPES],
    [
      editWith({ responseFormat: { image: { mimeType: 'image/png' } } }),
      'Unsupported output MIME type: image/png',
    ],
    [
      imageWith({ imageOutputOptions: { mimeType: 'image/webp' } }),
      'Unsupported output MIME type: image/webp',
      VERTEX,
    ],
    [
      imageWith({ imageOutputOptions: { compressionQuality: 101 } }),
      'Compression quality 101 is not between 0 and 100.',
      VERTEX,
    ],
    [{ ...editWith({}), tools: [{ functionDeclarations: [{ name: 'f' }] }] }, FUNCTIONS],
    [{ ...editWith({}), tools: { function_declarations: { name: 'f' } } }, FUNCTIONS, OLD],
    [asking(inline(PNG, 'image/bmp')), mime('image/bmp')],
    [asking(inline(PNG, 'image/gif')), mime('image/gif'), PRO],
    [asking(inline(PNG, 'image/heic')), mime('image/heic'), OLD],
    [asking(inline(PNG, 'video/mp4')), mime('video/mp4'), PRO],
    [asking(inline(PNG, 'application/pdf')), mime('application/pdf'), OLD],
    [asking(inline(PNG, 'audio/wav')), mime('audio/wav'), FLASH],
    [asking(inline(PNG, 'application/zip')), mime('application/zip'), TEXT],
    [asking({ inlineData: { data: PNG.toString('base64') } }), mime('')],
    [asking({ fileData: { fileUri: 'https://files/png', mimeType: 'image/bmp' } }), mime('image/bmp')],
    [asking({ fileData: { fileUri: 'https://files/bmp' } }), mime('image/bmp'), VERTEX],
    [asking({ fileData: { fileUri: 'https://youtu.be/x' } }), mime('video/mp4'), PRO],
    [asking(inline(Buffer.from('no picture'))), UNPROCESSABLE],
    [asking(inline(Buffer.from('BM, a bitmap'), 'image/jpeg')), UNPROCESSABLE, TEXT],
    [asking({ inlineData: { mimeType: 'image/png' } }), UNPROCESSABLE, VERTEX],
    [
      asking(...Array.from({ length: 15 }, () => inline())),
      'Too many images in the request. This model accepts at most 14.',
    ],
    [
      { contents: [user(inline(), inline()), model({ text: 'x' }), user(inline(), inline())] },
      'Too many images in the request. This model accepts at most 3.',
      OLD,
    ],
    [
      asking(ABSENT, ...Array.from({ length: 14 }, () => inline())),
      'Too many images in the request. This model accepts at most 14.',
    ],
    [
      asking(...Array.from({ length: 3001 }, () => ABSENT)),
      'Too many images in the request. This model accepts at most 3000.',
      TEXT,
    ],
    [
      { contents: [user(inline()), model(...Array.from({ length: 3000 }, () => ABSENT))] },
      'Too many images in the request. This model accepts at most 3000.',
      OLD,
    ],
    [asking(inline(BIG)), 'Inline data of 7000001 bytes exceeds the limit: 7000000 bytes per file.', VERTEX],
    [
      { contents: [user({ text: 'a' }), model({ text: 'x' }, inline()), user({ text: 'b' })] },
      `${UNSIGNED} 2, part position 2.`,
    ],
    [{ contents: [model(inline())] }, `${UNSIGNED} 1, part position 1.`, PRO],
    [{ contents: [user({ text: 'a' }), model(SIGNED, inline())] }, `${UNSIGNED} 2, part position 2.`, FLASH],
    [
      { contents: [user({ text: 'a' }), model({ ...inline(), thoughtSignature: '' })] },
      `${UNSIGNED} 2, part position 1.`,
      LITE,
    ],
    [
      { contents: [user({ text: 'a' }), model({ fileData: { fileUri: 'https://files/png' } })] },
      `${UNSIGNED} 2, part position 1.`,
      VERTEX,
    ],
    [{ contents: [user({ text: 'a' }), model(FOREIGN)] }, FORGED],
    [
      {
        contents: [
          user({ text: 'a' }),
          model({ ...inline(PHOTO, 'image/jpeg'), thoughtSignature: SIGNATURE }),
        ],
      },
      FORGED,
      VERTEX,
    ],
  ])('document %#', async (document, message, context = {}) => {
    const error = await refusal(document, context)
    expect(error.envelope).toEqual({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } })
  })

  test('answers stay short whatever is repeated in them', async () => {
    const long = 'x'.repeat(100_000)
    const documents = [
      imageWith({ imageSize: long }),
      asking(inline(PNG, long)),
      editWith({ responseFormat: { image: { mimeType: long } } }),
      editWith({ responseModalities: Array.from({ length: 10_000 }, () => 'AUDIO') }),
      { contents: Array.from({ length: 10_000 }, () => ({})) },
    ]
    for (const document of documents) {
      const error = await refusal(document)
      expect(error.message.length).toBeLessThan(10_000)
    }
  })

  test('what the files say goes through', async () => {
    const error = await refusal(asking({ fileData: { fileUri: 'files/none', mimeType: 'image/png' } }))
    expect([error.status, error.message]).toEqual([403, 'No file files/none.'])
  })
})
