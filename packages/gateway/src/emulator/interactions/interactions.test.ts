import { GoogleGenAI } from '@google/genai'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ApiError } from '../../wire/api-error.ts'
import { perDay, perMinute } from '../faults/errors.ts'
import {
  base64,
  client,
  CONTEXT,
  EDIT as edit,
  get,
  image,
  MODEL,
  PHOTO,
  PNG,
  post,
  SIGNATURE,
  type Stage,
  startStage,
  text,
  turn,
} from './interactions.fixture.ts'

let stage: Stage
let ai: GoogleGenAI
beforeEach(async () => {
  stage = await startStage()
  ai = client(stage)
})
afterEach(async () => {
  await stage.close()
  expect(stage.failures).toEqual([])
})

const said = (words: string) => ({ type: 'user_input', content: [{ type: 'text', text: words }] })
const paperAt = (uri: string) => ({ type: 'document', uri, mime_type: 'application/pdf' })
/** Errors that would be tried again are wanted at once. */
const once = { maxRetries: 0 }

describe('one answer', () => {
  test('is written as Google writes it', async () => {
    const { status, body } = await post(stage, edit)
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^v1_[\w-]{64}$/),
      object: 'interaction',
      model: MODEL,
      status: 'completed',
      created: '2026-11-22T12:00:00.000Z',
      updated: '2026-11-22T12:00:00.000Z',
      role: 'model',
      steps: [
        { type: 'thought', signature: SIGNATURE, summary: [] },
        { type: 'model_output', content: [{ type: 'image', mime_type: 'image/jpeg', data: base64(PHOTO) }] },
      ],
      usage: {
        total_input_tokens: 1124,
        total_output_tokens: 1126,
        total_thought_tokens: 70,
        total_cached_tokens: 0,
        total_tool_use_tokens: 0,
        total_tokens: 2320,
        input_tokens_by_modality: [
          { modality: 'text', tokens: 4 },
          { modality: 'image', tokens: 1120 },
        ],
        output_tokens_by_modality: [
          { modality: 'text', tokens: 6 },
          { modality: 'image', tokens: 1120 },
        ],
      },
    })
  })

  test('gives Google’s library its image and text', async () => {
    stage.answer(turn({ parts: [text('Done.'), image(PNG, 'image/png'), image()] }))
    const input = [
      { type: 'text' as const, text: 'Blur the background' },
      { type: 'image' as const, mime_type: 'image/png' as const, data: base64(PNG) },
    ]
    const answer = await ai.interactions.create({ model: MODEL, input })
    expect(answer.status).toBe('completed')
    expect(answer.output_text).toBe('Done.')
    expect(answer.output_image).toMatchObject({ mime_type: 'image/jpeg', data: base64(PHOTO) })
    expect(Buffer.from(stage.asked[0]!.images[0]!.bytes)).toEqual(PNG)
  })

  test('tells thoughts only where a summary is asked for', async () => {
    stage.answer(turn({ parts: [text('Hm.', true), text('Done.')] }))
    const silent = await post(stage, edit)
    expect(silent.body.steps).toEqual([{ type: 'model_output', content: [{ type: 'text', text: 'Done.' }] }])
    const told = await post(stage, { ...edit, generation_config: { thinking_summaries: 'auto' } })
    expect(told.body.steps[0]).toEqual({ type: 'thought', summary: [{ type: 'text', text: 'Hm.' }] })
  })

  test('says nothing of its cost where the turn hides it', async () => {
    stage.answer(turn({ hidesUsage: true }))
    expect((await post(stage, edit)).body).not.toHaveProperty('usage')
  })

  test('continues what was stored: its image is edited next, and all turns count', async () => {
    stage.answer(turn({ parts: [image(PNG, 'image/png')] }))
    const first = await ai.interactions.create({
      model: MODEL,
      input: [{ type: 'image', data: base64(PHOTO), mime_type: 'image/jpeg' }],
    })
    const next = { ...edit, previous_interaction_id: first.id }
    const second = await ai.interactions.create(next)
    expect(second.previous_interaction_id).toBe(first.id)
    const { images, inputImages, inputChars } = stage.asked[1]!
    expect(images.map(({ bytes, mimeType }) => ({ bytes: Buffer.from(bytes), mimeType }))).toEqual([
      { bytes: PNG, mimeType: 'image/png' },
    ])
    expect({ inputImages, inputChars }).toEqual({ inputImages: 2, inputChars: edit.input.length })
    await ai.interactions.delete(first.id)
    stage.answer(turn({ parts: [text('No.')] }))
    const third = await ai.interactions.create({ ...edit, previous_interaction_id: second.id })
    await ai.interactions.create({ ...edit, previous_interaction_id: third.id })
    expect(Buffer.from(stage.asked[3]!.images[0]!.bytes)).toEqual(PNG)
    expect(stage.asked[3]!.inputImages).toBe(3)
  })
})

test('a system instruction counts in its own turn, and is no part of the conversation', async () => {
  stage.answer(turn({ parts: [text('No.')] }))
  const first = await ai.interactions.create({ ...edit, system_instruction: 'x'.repeat(1000) })
  const next = { ...edit, previous_interaction_id: first.id }
  await ai.interactions.create({ ...next, system_instruction: 'y'.repeat(500) })
  await ai.interactions.create(next)
  const { length } = edit.input
  const both = 2 * length + 'No.'.length
  expect(stage.asked.map(({ inputChars }) => inputChars)).toEqual([length + 1000, both + 500, both])
})

describe('refusals', () => {
  test.each([
    [
      'an image held back',
      { parts: [], finishReason: 'IMAGE_SAFETY', finishMessage: 'Unable to show it.' },
      'failed',
      'image_safety',
      'Unable to show it.',
    ],
    [
      'no image, but words',
      { parts: [text('No.')], finishReason: 'NO_IMAGE' },
      'incomplete',
      'no_image',
      'The model did not finish its answer.',
    ],
    [
      'out of tokens',
      { parts: [], finishReason: 'MAX_TOKENS' },
      'incomplete',
      'max_tokens',
      'The model did not finish its answer.',
    ],
    [
      'a blocked prompt',
      { parts: [], finishReason: null, blockReason: 'PROHIBITED_CONTENT' },
      'failed',
      'prohibited_content',
      'The prompt was blocked.',
    ],
    [
      'nothing at all',
      { parts: [], finishReason: null },
      'failed',
      'other',
      'The model did not finish its answer.',
    ],
  ] as const)('%s', async (_, change, status, code, message) => {
    stage.answer(turn(change))
    const answer = await ai.interactions.create(edit)
    expect(answer.status).toBe(status)
    expect(answer.errors).toEqual([{ code, message }])
    expect(answer.steps.at(-1)).toMatchObject({ type: 'model_output', error: { message } })
    expect(answer.output_image).toBeUndefined()
  })

  test('a model that only talks has completed', async () => {
    stage.answer(turn({ parts: [text('I would soften the light.')] }))
    const answer = await ai.interactions.create(edit)
    expect(answer).toMatchObject({ status: 'completed', output_text: 'I would soften the light.' })
  })
})

describe('what is stored', () => {
  test('comes back with and without its input, until it is deleted', async () => {
    const made = await ai.interactions.create({
      ...edit,
      input: [
        { type: 'text', text: 'Blur' },
        { type: 'image', data: base64(PNG) },
        { type: 'image', uri: 'files/chelsea' },
      ],
    })
    const plain = await ai.interactions.get(made.id)
    expect(plain.steps).toEqual(made.steps)
    const whole = await ai.interactions.get(made.id, { include_input: true })
    expect(whole.steps[0]).toEqual({
      type: 'user_input',
      content: [
        { type: 'text', text: 'Blur' },
        { type: 'image', data: base64(PNG) },
        { type: 'image', uri: 'files/chelsea' },
      ],
    })
    expect(whole.steps.slice(1)).toEqual(made.steps)
    await ai.interactions.delete(made.id)
    await expect(ai.interactions.get(made.id)).rejects.toMatchObject({ name: 'NotFoundError' })
    await expect(ai.interactions.delete(made.id)).rejects.toMatchObject({ name: 'NotFoundError' })
  })

  test('is what was said and shown, and nothing else that came with it', async () => {
    const long = 'x'.repeat(5000)
    const { body } = await post(stage, {
      ...edit,
      input: [
        { type: 'text', text: long, annotations: [{ note: long, deep: { long } }] },
        { type: 'image', data: base64(PNG), mime_type: 'image/png', resolution: 'low' },
        { type: 'document', uri: 'files/paper', mime_type: 'application/pdf', name: long },
      ],
    })
    const { status, body: whole } = await get(stage, `${body.id}?include_input=true`)
    expect(status).toBe(200)
    expect(whole.steps[0]).toEqual({
      type: 'user_input',
      content: [
        { type: 'text', text: long },
        { type: 'image', mime_type: 'image/png', data: base64(PNG) },
        { type: 'document', uri: 'files/paper', mime_type: 'application/pdf' },
      ],
    })
  })

  test('is nothing with `store` false', async () => {
    const { id } = await ai.interactions.create({ ...edit, store: false })
    expect(await get(stage, id)).toEqual({
      status: 404,
      body: { error: { code: 'not_found', message: `Interaction ${id} was not found.` } },
    })
  })

  test('lives 55 days by the clock', async () => {
    const { id } = await ai.interactions.create(edit)
    stage.advance(55 * 86_400_000 - 1)
    expect((await get(stage, id)).status).toBe(200)
    stage.advance(1)
    expect((await get(stage, id)).status).toBe(404)
  })

  test('is bounded in number and bytes', async () => {
    const lifeMs = 1e9
    const few = await startStage({ limits: { maxCount: 2, maxBytes: 1e8, lifeMs } })
    const light = await startStage({ limits: { maxCount: 100, maxBytes: 3 * PHOTO.length, lifeMs } })
    for (const small of [few, light]) {
      const ids: string[] = []
      for (let i = 0; i < 3; i++) ids.push((await post(small, edit)).body.id)
      const kept = await Promise.all(ids.map(async (id) => (await get(small, id)).status))
      expect(kept[0]).toBe(404)
      expect(kept[2]).toBe(200)
      await small.close()
    }
  })

  test.each([
    ['contents that say nothing', Array.from({ length: 1000 }, () => ({ type: 'text', text: '' }))],
    ['steps that say nothing', [...Array.from({ length: 1000 }, () => ({ type: 'thought' })), said('Hi')]],
    ['long addresses', Array.from({ length: 14 }, () => paperAt(`files/${'x'.repeat(4000)}`))],
    ['long words', [{ type: 'text', text: 'x'.repeat(40_000) }]],
    ['a picture', [{ type: 'image', data: base64(PHOTO) }]],
    ['a paper', [{ type: 'document', data: base64(PHOTO), mime_type: 'application/pdf' }]],
  ])('weighs what it holds: %s', async (_, input) => {
    const light = await startStage({ limits: { maxCount: 9, maxBytes: 64 * 1024, lifeMs: 1e9 } })
    light.answer(turn({ parts: [text('No.')] }))
    const ids: string[] = []
    for (const one of [edit.input, input]) ids.push((await post(light, { ...edit, input: one })).body.id)
    const kept = await Promise.all(ids.map(async (id) => (await get(light, id)).status))
    expect(kept).toEqual([200, 404])
    await light.close()
  })

  test('is forgotten on `clear`', async () => {
    const { id } = await ai.interactions.create(edit)
    stage.interactions.clear()
    expect((await get(stage, id)).status).toBe(404)
  })

  test.each([
    ['include_input=1', "The value '1' is not supported for 'include_input'. It must be true or false."],
    ['last_event_id=event-1', "'last_event_id' can only be used with 'stream' true."],
    ['stream=true&last_event_id=x', "The value 'x' is not supported for 'last_event_id'."],
  ])('is not read by ?%s', async (query, message) => {
    const { id } = await ai.interactions.create(edit)
    expect(await get(stage, `${id}?${query}`)).toEqual({
      status: 400,
      body: { error: { code: 'invalid_request', message } },
    })
  })
})

describe('errors', () => {
  test.each([
    ['BadRequestError', new ApiError(400, 'No.'), 'invalid_request'],
    ['BadRequestError', new ApiError(400, 'No.', { rpc: 'FAILED_PRECONDITION' }), 'failed_precondition'],
    ['AuthenticationError', new ApiError(401, 'No.'), 'authentication'],
    ['PermissionDeniedError', new ApiError(403, 'No.'), 'permission_denied'],
    ['NotFoundError', new ApiError(404, 'No.'), 'not_found'],
    ['RateLimitError', perMinute(CONTEXT, 1000), 'rate_limit_exceeded'],
    ['RateLimitError', perDay(CONTEXT), 'quota_exceeded'],
    ['InternalServerError', new ApiError(500, 'No.'), 'internal'],
    ['InternalServerError', new ApiError(503, 'No.'), 'service_unavailable'],
  ])('%s', async (name, error, code) => {
    stage.answer(async () => {
      throw error
    })
    await expect(ai.interactions.create(edit, once)).rejects.toMatchObject({ name, status: error.status })
    expect(await post(stage, edit)).toEqual({
      status: error.status,
      body: { error: { code, message: error.message } },
    })
  })

  test('of a model that is unknown', async () => {
    await expect(ai.interactions.create({ ...edit, model: 'nano-banana' }, once)).rejects.toMatchObject({
      name: 'NotFoundError',
    })
  })
})

test('what one key created is not there for another', async () => {
  const { id } = await ai.interactions.create(edit)
  const other = new GoogleGenAI({ apiKey: 'other', httpOptions: { baseUrl: stage.origin } })
  const gone = { name: 'NotFoundError' }
  await expect(other.interactions.get(id)).rejects.toMatchObject(gone)
  await expect(other.interactions.delete(id)).rejects.toMatchObject(gone)
  await expect(
    other.interactions.create({ ...edit, previous_interaction_id: id }, once),
  ).rejects.toMatchObject(gone)
  expect((await ai.interactions.get(id)).id).toBe(id)
})
