import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { base64, MODEL, PHOTO, post, PNG, type Stage, startStage } from './interactions.fixture.ts'

let stage: Stage
let vertex: Stage
beforeAll(async () => {
  ;[stage, vertex] = await Promise.all([startStage(), startStage({ surface: 'vertex' })])
})
afterAll(() => Promise.all([stage.close(), vertex.close()]))

const edit = { model: MODEL, input: 'Blur the background' }
const picture = { type: 'image', data: base64(PHOTO), mime_type: 'image/jpeg' }
const words = { type: 'text', text: 'Blur the background' }

describe('input', () => {
  test.each([
    ['a string', 'Blur the background'],
    ['a string as long as a blob', `Blur the background${' '.repeat(5000)}`],
    ['one content', words],
    ['contents', [words]],
    ['steps', [{ type: 'user_input', content: [words] }]],
    [
      'steps of a conversation',
      [
        { type: 'user_input', content: [{ type: 'text', text: 'Hi' }] },
        { type: 'thought', signature: 'c2ln', summary: [] },
        { type: 'model_output', content: [{ type: 'text', text: 'Hello' }] },
        { type: 'user_input', content: [words] },
      ],
    ],
  ])('%s', async (_, input) => {
    expect((await post(stage, { ...edit, input })).status).toBe(200)
    expect(stage.asked.at(-1)?.instruction.trim()).toBe('Blur the background')
  })

  test('images inline and from a file, in order, long and short, of any base64', async () => {
    const urlSafe = Buffer.from(PNG).toString('base64url')
    const input = [
      words,
      picture,
      { type: 'image', uri: 'files/chelsea' },
      { type: 'image', data: urlSafe, resolution: 'high' },
    ]
    expect((await post(stage, { ...edit, input })).status).toBe(200)
    const { images, inputImages, inputChars } = stage.asked.at(-1)!
    expect(images.map(({ bytes }) => Buffer.from(bytes))).toEqual([PHOTO, PNG, PNG])
    expect(images.map(({ mimeType }) => mimeType)).toEqual(['image/jpeg', 'image/png', 'image/png'])
    expect({ inputImages, inputChars }).toEqual({ inputImages: 3, inputChars: words.text.length })
  })

  test('steps without an image at the end edit the one seen last, whoever showed it', async () => {
    const input = [
      { type: 'user_input', content: [words, { ...picture }] },
      { type: 'model_output', content: [{ type: 'image', data: base64(PNG), mime_type: 'image/png' }] },
      { type: 'user_input', content: [{ type: 'text', text: 'Now sharper' }] },
    ]
    await post(stage, { ...edit, input })
    const { images, instruction, inputImages } = stage.asked.at(-1)!
    expect(images.map(({ bytes }) => Buffer.from(bytes))).toEqual([PNG])
    expect({ instruction, inputImages }).toEqual({ instruction: 'Now sharper', inputImages: 2 })
  })
})

describe('what is wanted', () => {
  test('nothing said is words and an image, in the model’s own shape', async () => {
    await post(stage, edit)
    expect(stage.asked.at(-1)).toMatchObject({ wantsText: true, wantsImage: true, thoughts: false, count: 1 })
    expect(stage.asked.at(-1)).not.toHaveProperty('aspectRatio')
  })

  test.each([
    [
      'a format',
      { response_format: { type: 'image', mime_type: 'image/jpeg', aspect_ratio: '16:9', image_size: '2K' } },
    ],
    [
      'formats',
      {
        response_format: [
          {
            type: 'image',
            mime_type: 'image/jpeg',
            aspect_ratio: '16:9',
            image_size: '2K',
            delivery: 'inline',
          },
        ],
      },
    ],
  ])('%s', async (_, wish) => {
    await post(stage, {
      ...edit,
      ...wish,
      generation_config: { seed: 7, thinking_summaries: 'auto', thinking_level: 'high' },
    })
    expect(stage.asked.at(-1)).toMatchObject({
      wantsText: false,
      wantsImage: true,
      aspectRatio: '16:9',
      imageSize: '2K',
      mimeType: 'image/jpeg',
      seed: 7,
      thoughts: true,
    })
  })

  test('the old way', async () => {
    const old = { image_config: { aspect_ratio: '1:4', image_size: '1K' } }
    await post(stage, { ...edit, response_modalities: ['IMAGE'], generation_config: old })
    expect(stage.asked.at(-1)).toMatchObject({ wantsText: false, aspectRatio: '1:4', imageSize: '1K' })
  })

  test('a model that answers text', async () => {
    await post(stage, { ...edit, model: 'gemini-3.8-flash' })
    expect(stage.asked.at(-1)).toMatchObject({ model: null, wantsText: true, wantsImage: false })
  })
})

const REFUSED: readonly [what: string, change: object, message: string, code?: string, status?: number][] = [
  ['an unknown field', { temperature: 1 }, "Unknown parameter 'temperature'.", 'parameter_unknown'],
  [
    'an unknown field inside',
    { generation_config: { imageConfig: {} } },
    "Unknown parameter 'imageConfig' at 'generation_config'.",
    'parameter_unknown',
  ],
  [
    'an unknown field of a content',
    { input: [words, { ...picture, mimeType: 'x' }] },
    "Unknown parameter 'mimeType' at 'input[1]'.",
    'parameter_unknown',
  ],
  [
    'an unknown field of a step',
    { input: [{ type: 'user_input', contents: [] }] },
    "Unknown parameter 'contents' at 'input[0]'.",
    'parameter_unknown',
  ],
  [
    'an unknown field of a format',
    { response_format: { type: 'image', size: '1K' } },
    "Unknown parameter 'size' at 'response_format'.",
    'parameter_unknown',
  ],
  [
    'camel case',
    { previousInteractionId: 'v1_x' },
    "Unknown parameter 'previousInteractionId'.",
    'parameter_unknown',
  ],
  ['a wrong type', { stream: 'yes' }, "The value at 'stream' must be true or false, not a string."],
  [
    'a long text for a number',
    { generation_config: { seed: 'x'.repeat(9000) } },
    "The value at 'generation_config.seed' must be a number, not a string.",
  ],
  [
    'a fraction',
    { generation_config: { seed: 1.5 } },
    "The value at 'generation_config.seed' must be a whole number, not a fraction.",
  ],
  [
    'a number for a text',
    { input: { type: 'text', text: 5 } },
    "The value at 'input.text' must be a string.",
  ],
  ['a wrong enum', { service_tier: 'fast' }, "The value 'fast' is not supported for 'service_tier'."],
  [
    'a wrong tool',
    { tools: [{ type: 'invalid_tool_type_xyz' }] },
    "The value 'invalid_tool_type_xyz' is not supported for 'type' at 'tools[0]'.",
  ],
  [
    'a number out of range',
    { generation_config: { top_p: 2 } },
    "The value at 'generation_config.top_p' must be at most 1.",
  ],
  [
    'a function',
    { tools: [{ type: 'function', name: 'f' }] },
    "The value 'function' is not supported for 'type' at 'tools[0]' by this model.",
  ],
  [
    'a wrong threshold',
    { safety_settings: [{ type: 'harassment', threshold: 'OFF' }] },
    "The value 'OFF' is not supported for 'threshold' at 'safety_settings[0]'.",
  ],
  [
    'no threshold',
    { safety_settings: [{ type: 'harassment' }] },
    "The parameter 'safety_settings[0].threshold' is required.",
  ],
  ['no input', { input: undefined }, "The parameter 'input' is required."],
  ['an empty list', { input: [] }, "The value at 'input' must have at least 1 items."],
  [
    'no content of the user',
    { input: [{ type: 'model_output', content: [words] }] },
    "The value at 'input' says nothing: there is no content of the user in it.",
  ],
  ['no model', { model: undefined }, "The parameter 'model' is required."],
  [
    'the mixed list of other dialects',
    { input: ['Blur it', { inlineData: { data: 'x', mimeType: 'image/png' } }] },
    "The value at 'input[0]' must be an object, not a string.",
  ],
  [
    'inlineData alone',
    { input: [{ inlineData: { data: 'x' } }] },
    "The parameter 'input[0].type' is required.",
  ],
  [
    'steps and contents mixed',
    { input: [{ type: 'user_input', content: [words] }, words] },
    "The value 'text' is not supported for 'type' at 'input[1]'.",
  ],
  [
    'a content of no known type',
    { input: [{ type: 'picture', data: 'x' }] },
    "The value 'picture' is not supported for 'type' at 'input[0]'.",
  ],
  [
    'data and uri',
    { input: [{ ...picture, uri: 'files/chelsea' }] },
    "Content of the type 'image' needs either 'data' or 'uri'.",
  ],
  ['neither', { input: [{ type: 'image' }] }, "Content of the type 'image' needs either 'data' or 'uri'."],
  [
    'broken base64',
    { input: [{ type: 'image', data: '%%%', mime_type: 'image/png' }] },
    "The 'data' of content of the type 'image' is not valid base64.",
  ],
  [
    'a type the model does not read',
    { input: [{ ...picture, mime_type: 'image/bmp' }] },
    'Unsupported MIME type: image/bmp',
  ],
  [
    'no picture at all',
    { input: [{ ...picture, data: base64(Buffer.from('hello there')) }] },
    'Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
  ],
  [
    'fifteen images',
    { input: Array.from({ length: 15 }, () => picture) },
    'Too many images in the request. This model accepts at most 14.',
  ],
  [
    'fifteen images over several turns, before any is opened',
    {
      input: [
        { type: 'user_input', content: [{ type: 'image', uri: 'files/other' }] },
        { type: 'user_input', content: Array.from({ length: 14 }, () => picture) },
      ],
    },
    'Too many images in the request. This model accepts at most 14.',
  ],
  [
    'images of a text model without end',
    {
      model: 'gemini-3.8-flash',
      input: Array.from({ length: 3001 }, () => ({ type: 'image', uri: 'files/other' })),
    },
    'Too many images in the request. This model accepts at most 3000.',
  ],
  [
    'images of the model itself without end',
    {
      input: [
        { type: 'user_input', content: [words] },
        {
          type: 'model_output',
          content: Array.from({ length: 3001 }, () => ({ type: 'image', uri: 'files/other' })),
        },
      ],
    },
    'Too many images in the request. This model accepts at most 3000.',
  ],
  [
    'another’s file',
    { input: [{ type: 'image', uri: 'files/other' }] },
    'You do not have permission to access the File files/other or it may not exist.',
    'permission_denied',
    403,
  ],
  [
    'png',
    { response_format: { type: 'image', mime_type: 'image/png' } },
    "The value 'image/png' is not supported for 'mime_type' at 'response_format'. Only image/jpeg is.",
  ],
  [
    'delivery by address',
    { response_format: { type: 'image', delivery: 'uri' } },
    "The value 'uri' is not supported for 'delivery' at 'response_format': the emulator delivers images inline only.",
  ],
  [
    'an unknown ratio',
    { response_format: { type: 'image', aspect_ratio: '7:5' } },
    "The value '7:5' is not supported for 'aspect_ratio' at 'response_format'.",
  ],
  [
    'a ratio of another place',
    { response_format: { type: 'image', aspect_ratio: '9:21' } },
    "The value '9:21' is not supported for 'aspect_ratio' at 'response_format' by the model gemini-nano-banana-2.1.",
  ],
  [
    'a size in small letters',
    { response_format: { type: 'image', image_size: '1k' } },
    "The value '1k' is not supported for 'image_size' at 'response_format'.",
  ],
  [
    'a size the model lacks',
    { response_format: [{ type: 'image', image_size: '512' }] },
    "The value '512' is not supported for 'image_size' at 'response_format' by the model gemini-nano-banana-2.1.",
  ],
  [
    'an old size the model lacks',
    { generation_config: { image_config: { image_size: '512' } } },
    "The value '512' is not supported for 'image_size' at 'generation_config.image_config' by the model gemini-nano-banana-2.1.",
  ],
  [
    'audio',
    { response_format: { type: 'audio' } },
    "The model gemini-nano-banana-2.1 does not answer with 'audio', only with text and image.",
  ],
  [
    'an image of a text model',
    { model: 'gemini-3.8-flash', response_format: { type: 'image' } },
    "The model gemini-3.8-flash does not answer with 'image', only with text.",
  ],
  [
    'a thinking level',
    { generation_config: { thinking_level: 'low' } },
    'Thinking level low is not supported for this model.',
  ],
  [
    'an alias',
    { model: 'nano-banana' },
    'models/nano-banana is not found for API version v1, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.',
    'model_not_found',
    404,
  ],
  [
    'a previous one unknown',
    { previous_interaction_id: 'v1_none' },
    'Interaction v1_none was not found.',
    'not_found',
    404,
  ],
  [
    'memory without store',
    { store: false, previous_interaction_id: 'v1_none' },
    "'previous_interaction_id' needs the interaction to be stored: it cannot be used with 'store' false.",
  ],
  [
    'background without store',
    { store: false, background: true },
    "'background' needs the interaction to be stored: it cannot be used with 'store' false.",
  ],
  ['an agent', { agent: 'deep-research-preview-04-2026' }, "'agent' is not emulated.", 'unimplemented', 501],
  ['webhooks', { webhook_config: { uris: [] } }, "'webhook_config' is not emulated.", 'unimplemented', 501],
]

describe('refused', () => {
  test.each(REFUSED)('%s', async (_, change, message, code = 'invalid_request', status = 400) => {
    const before = stage.asked.length
    const answer = await post(stage, { ...edit, ...change })
    expect(answer).toEqual({ status, body: { error: { code, message } } })
    expect(stage.asked.length).toBe(before)
  })

  test('a body that is none', async () => {
    const { status, body } = await post(stage, [edit])
    expect({ status, body }).toEqual({
      status: 400,
      body: { error: { code: 'invalid_request', message: 'The request must be an object, not a list.' } },
    })
  })

  test('on Vertex AI, an image over its limit', async () => {
    const large = Buffer.concat([PHOTO, Buffer.alloc(7_000_000)])
    const { body } = await post(vertex, { ...edit, input: [{ ...picture, data: base64(large) }] })
    expect(body.error.message).toMatch(/exceeds the limit: 7000000 bytes/)
  })
})
