import { seeded } from '../../image/seeded.ts'
import type { GoogleGenAI } from '@google/genai'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiError } from '../../wire/api-error.ts'
import { drawnBytes } from '../drawn-bytes.ts'
import { perMinute } from '../faults/errors.ts'
import {
  base64,
  client,
  CONTEXT,
  EDIT as edit,
  get,
  image,
  NOW_MS,
  PHOTO,
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

describe('streams', () => {
  test('tell every step, and end with the mark', async () => {
    stage.answer(turn({ parts: [text('Hm.', true), text('Done.'), image()] }))
    const response = await fetch(`${stage.origin}/v1/interactions`, {
      method: 'POST',
      body: JSON.stringify({ ...edit, stream: true, generation_config: { thinking_summaries: 'auto' } }),
    })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const blocks = (await response.text()).split('\n\n')
    expect(blocks.pop()).toBe('')
    expect(blocks.pop()).toBe('event: done\ndata: [DONE]')
    const events = blocks.map((block) => {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(block)!
      const event = JSON.parse(data!)
      expect(event.event_type).toBe(name)
      return event
    })
    expect(events.map(({ event_id: id }) => id)).toEqual(events.map((_, i) => `event-${i + 1}`))
    const [created, ...rest] = events.map((event) => ({ ...event, event_id: undefined }))
    expect(created).toMatchObject({
      event_type: 'interaction.created',
      interaction: { status: 'in_progress' },
    })
    const usage = expect.objectContaining({ total_tokens: 2320 })
    expect(rest).toEqual([
      { event_type: 'step.start', index: 0, step: { type: 'thought' } },
      {
        event_type: 'step.delta',
        index: 0,
        delta: { type: 'thought_summary', content: { type: 'text', text: 'Hm.' } },
      },
      { event_type: 'step.delta', index: 0, delta: { type: 'thought_signature', signature: SIGNATURE } },
      { event_type: 'step.stop', index: 0 },
      { event_type: 'step.start', index: 1, step: { type: 'model_output' } },
      { event_type: 'step.delta', index: 1, delta: { type: 'text', text: 'Done.' } },
      {
        event_type: 'step.delta',
        index: 1,
        delta: { type: 'image', mime_type: 'image/jpeg', data: base64(PHOTO) },
      },
      { event_type: 'step.stop', index: 1, usage },
      {
        event_type: 'interaction.completed',
        interaction: expect.objectContaining({ status: 'completed', usage }),
      },
    ])
  })

  test('are read by Google’s library, and taken up again after an event', async () => {
    const names: string[] = []
    let id = ''
    let third = ''
    for await (const event of await ai.interactions.create({ ...edit, stream: true })) {
      names.push(event.event_type)
      if (event.event_type === 'interaction.created') id = event.interaction.id
      if (names.length === 3) third = event.event_id ?? ''
    }
    expect(names).toEqual([
      'interaction.created',
      'step.start',
      'step.delta',
      'step.stop',
      'step.start',
      'step.delta',
      'step.stop',
      'interaction.completed',
    ])
    const again: string[] = []
    for await (const event of await ai.interactions.get(id, { stream: true, last_event_id: third })) {
      again.push(event.event_type)
    }
    expect(again).toEqual(names.slice(3))
  })

  test('break off with an error where a persona says so', async () => {
    const broken = await startStage({
      wrap: (call) => ({ ...call, faults: { ...call.faults, stream: () => new ApiError(503, 'Busy.') } }),
    })
    const events: unknown[] = []
    const body = { ...edit, stream: true, automatic_continuation: false } as const
    const read = async () => {
      for await (const event of await client(broken).interactions.create(body)) events.push(event)
    }
    await read()
    expect(events.at(-1)).toEqual({
      event_type: 'error',
      error: { code: 'service_unavailable', message: 'Busy.' },
    })
    expect(events).toHaveLength(5)
    await broken.close()
  })
})

describe('in the background', () => {
  const background = { ...edit, background: true }

  test('an interaction is answered at once and completes later', async () => {
    const made = Promise.withResolvers<void>()
    stage.answer(() => made.promise.then(() => turn()))
    const begun = await ai.interactions.create(background)
    expect(begun).toMatchObject({ status: 'in_progress', steps: [] })
    expect((await ai.interactions.get(begun.id)).status).toBe('in_progress')
    await expect(ai.interactions.create({ ...edit, previous_interaction_id: begun.id })).rejects.toThrow(
      /is still in progress/,
    )
    stage.advance(5000)
    made.resolve()
    await vi.waitFor(async () => expect((await ai.interactions.get(begun.id)).status).toBe('completed'))
    const over = await ai.interactions.get(begun.id)
    expect(over.output_image?.data).toBe(base64(PHOTO))
    expect(over.created).toBe(new Date(NOW_MS).toISOString())
    expect(over.updated).toBe(new Date(NOW_MS + 5000).toISOString())
  })

  test('its stream waits for the end', async () => {
    const made = Promise.withResolvers<void>()
    stage.answer(() => made.promise.then(() => turn()))
    const { id } = await ai.interactions.create(background)
    const names: string[] = []
    const stream = await Promise.all([
      ai.interactions.get(id, { stream: true }),
      new Promise<void>((resolve) => setTimeout(resolve, 50)).then(made.resolve),
    ])
    for await (const event of stream[0]) names.push(event.event_type)
    expect(names.at(-1)).toBe('interaction.completed')
  })

  test('goes on when whoever streamed it has gone', async () => {
    const made = Promise.withResolvers<void>()
    stage.answer(() => made.promise.then(() => turn()))
    const gone = new AbortController()
    const streamed = fetch(`${stage.origin}/v1/interactions`, {
      method: 'POST',
      body: JSON.stringify({ ...background, stream: true }),
      signal: gone.signal,
    })
    await vi.waitFor(() => expect(stage.asked).toHaveLength(1))
    gone.abort()
    await expect(streamed).rejects.toThrow(/abort/)
    await vi.waitFor(() => expect(stage.failures).toHaveLength(1))
    made.resolve()
    // Ids are drawn by the seed of their call, and this was the first.
    const id = `v1_${drawnBytes(seeded(1), 48).toString('base64url')}`
    await vi.waitFor(async () => expect((await get(stage, id)).body.status).toBe('completed'))
    stage = await restarted(stage)
  })

  test('it fails where the model fails', async () => {
    stage.answer(async () => {
      throw perMinute(CONTEXT, 1000)
    })
    const { id } = await ai.interactions.create(background)
    const { body } = await get(stage, id)
    expect(body).toMatchObject({ status: 'failed', errors: [{ code: 'rate_limit_exceeded' }] })
  })

  test('it is cancelled while it runs, once, and stays cancelled', async () => {
    const signals: AbortSignal[] = []
    stage.answer((_, { signal }) => {
      signals.push(signal)
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })
    const { id } = await ai.interactions.create(background)
    expect(await ai.interactions.cancel(id)).toMatchObject({ id, status: 'cancelled' })
    expect(signals[0]?.aborted).toBe(true)
    await expect(ai.interactions.cancel(id)).rejects.toMatchObject({ name: 'BadRequestError' })
    expect((await get(stage, id)).body.status).toBe('cancelled')
  })

  test('only so many run', async () => {
    const waiting: (() => void)[] = []
    stage.answer(() => new Promise((resolve) => waiting.push(() => resolve(turn()))))
    const answers = await Promise.all(Array.from({ length: 101 }, () => post(stage, background)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(100)
    expect(answers.find(({ status }) => status !== 200)).toMatchObject({
      status: 429,
      body: { error: { code: 'rate_limit_exceeded' } },
    })
    for (const end of waiting) end()
  })

  test('what is deleted does not come back', async () => {
    const made = Promise.withResolvers<void>()
    stage.answer(() => made.promise.then(() => turn()))
    const { id } = await ai.interactions.create(background)
    await ai.interactions.delete(id)
    made.resolve()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect((await get(stage, id)).status).toBe(404)
  })
})

async function restarted(old: Stage): Promise<Stage> {
  await old.close()
  return startStage()
}
