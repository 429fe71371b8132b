import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { emulatorFor, MODEL, PHOTO } from '../emulator-client.ts'
import { developer, RELEASES, vertex } from './google-genai.ts'
import { onGoogleCloud, PROJECT, stayHome } from './network.ts'

stayHome()

const INPUT = [
  { type: 'text', text: 'make it brighter' },
  { type: 'image', mime_type: 'image/jpeg', data: PHOTO },
] as const

interface Step {
  readonly type?: string
  readonly content?: readonly { readonly type?: string; readonly data?: string }[]
}

function picturesIn(steps: unknown): readonly Buffer[] {
  const outputs = (steps as readonly Step[]).filter(({ type }) => type === 'model_output')
  const contents = outputs.flatMap(({ content }) => content ?? [])
  return contents.flatMap(({ type, data }) =>
    type === 'image' && data !== undefined ? [Buffer.from(data, 'base64')] : [],
  )
}

describe.each(RELEASES)('interactions of @google/genai %s', (release, genai) => {
  test('a photo is edited, in the ratio asked for', async () => {
    const emulator = await emulatorFor()
    const done = await developer(emulator, genai).interactions.create({
      model: MODEL,
      input: [...INPUT],
      response_format: { type: 'image', mime_type: 'image/jpeg', aspect_ratio: '16:9', image_size: '1K' },
    })
    expect(done).toMatchObject({ object: 'interaction', status: 'completed', model: MODEL })
    const [picture] = picturesIn(done.steps)
    expect(await sharp(picture).metadata()).toMatchObject({ width: 1376, height: 768, format: 'jpeg' })
    if (release === '3.x') expect(done.output_image?.data).toBe(picture?.toString('base64'))
    expect(emulator.state().totals).toMatchObject({ generations: 1, imagesBilled: 1 })
  })

  test('the next goes on from the one before, which can be read, and deleted', async () => {
    const emulator = await emulatorFor()
    const { interactions } = developer(emulator, genai)
    const first = await interactions.create({ model: MODEL, input: [...INPUT] })
    const next = await interactions.create({
      model: MODEL,
      input: 'and now at night',
      previous_interaction_id: first.id,
    })
    expect(picturesIn(next.steps)).toHaveLength(1)
    expect(emulator.state().calls[1]?.images).toHaveLength(1)
    const read = await interactions.get(first.id)
    expect(picturesIn(read.steps)).toEqual(picturesIn(first.steps))
    await interactions.delete(first.id)
    await expect(interactions.get(first.id)).rejects.toMatchObject({ status: 404 })
    const orphan = interactions.create({
      model: MODEL,
      input: 'again',
      previous_interaction_id: first.id,
    })
    await expect(orphan).rejects.toMatchObject({ status: 404 })
  })

  test('a stream tells its steps', async () => {
    const emulator = await emulatorFor()
    const { interactions } = developer(emulator, genai)
    const stream = await interactions.create({ model: MODEL, input: [...INPUT], stream: true })
    const events = (await Array.fromAsync(stream)) as readonly { readonly event_type: string }[]
    const kinds = events.map(({ event_type }) => event_type)
    expect(kinds[0]).toBe('interaction.created')
    expect(kinds.at(-1)).toBe('interaction.completed')
    expect(new Set(kinds.slice(1, -1))).toEqual(new Set(['step.start', 'step.delta', 'step.stop']))
    const pictures = events.filter((event) => 'delta' in event && isImage(event.delta))
    expect(pictures).toHaveLength(1)
  })

  test('on Vertex AI, in a project', async () => {
    const emulator = await emulatorFor()
    onGoogleCloud(emulator)
    const done = await vertex(emulator, genai).interactions.create({ model: MODEL, input: [...INPUT] })
    expect(picturesIn(done.steps)).toHaveLength(1)
    expect(emulator.state().calls.at(-1)?.path).toBe(
      `/v1beta1/projects/${PROJECT}/locations/global/interactions`,
    )
  })

  test.each([
    ['AIza-invalid', 400, 'BadRequestError'],
    ['AQ.invalid', 401, 'AuthenticationError'],
    ['AIza-leaked', 403, 'PermissionDeniedError'],
  ])('the key %s is %i %s', async (key, status, name) => {
    const { interactions } = developer(await emulatorFor(), genai, key)
    const thrown = await interactions.create({ model: MODEL, input: 'a cat' }).catch((error) => error)
    expect(thrown.constructor.name).toBe(name)
    expect(thrown.status).toBe(status)
  })

  test.each([
    ['429-minute', 429, 'RateLimitError'],
    ['500', 500, 'InternalServerError'],
    ['503', 503, 'InternalServerError'],
    ['model-gone', 404, 'NotFoundError'],
  ])('%s is %i %s', async (personas, status, name) => {
    const emulator = await emulatorFor({ personas })
    const { interactions } = developer(emulator, genai)
    const asked = interactions.create({ model: MODEL, input: 'a cat' }, { maxRetries: 0 })
    const thrown = await asked.catch((error) => error)
    expect(thrown.constructor.name).toBe(name)
    expect(thrown.status).toBe(status)
    expect(emulator.state().totals).toMatchObject({ generations: 1, imagesBilled: 0 })
  })

  test('it tries again by itself: after one 503 nobody notices', async () => {
    const emulator = await emulatorFor({ personas: '503@1x' })
    const done = await developer(emulator, genai).interactions.create({ model: MODEL, input: 'a cat' })
    expect(done.status).toBe('completed')
    expect(emulator.state().totals).toMatchObject({ generations: 2, imagesBilled: 1 })
  })

  test('a refusal is an interaction that did not complete, not an error', async () => {
    const emulator = await emulatorFor({ personas: 'image-safety' })
    const refused = await developer(emulator, genai).interactions.create({ model: MODEL, input: 'a cat' })
    expect(picturesIn(refused.steps)).toHaveLength(0)
    expect(refused.status).not.toBe('completed')
  })
})

function isImage(delta: unknown): boolean {
  return typeof delta === 'object' && delta !== null && 'type' in delta && delta.type === 'image'
}
