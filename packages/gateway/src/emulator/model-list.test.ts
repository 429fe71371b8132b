import { GoogleGenAI } from '@google/genai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { msOf } from '../models/lifecycle.ts'
import type { IsoDate, Surface } from '../models/model.ts'
import { ApiError } from '../wire/api-error.ts'
import { type CallServer, startCallServer } from './identity/call-server.fixture.ts'
import { createModelList, modelFor } from './model-list.ts'
import { routeOf } from './routes.ts'

const TODAY: IsoDate = '2026-11-22'

function serve(surface: Surface, day: IsoDate = TODAY, retired: 'serve' | 'gone' = 'serve') {
  const models = createModelList({ clock: { now: () => msOf(day), monotonicMs: () => 0 }, retired })
  return startCallServer((call) => {
    const { target } = routeOf(call.method, call.path, call.query)
    if (target.to === 'list-models') return models.list(call)
    if (target.to === 'get-model') return models.get(call, target.modelId)
    throw new Error(call.path)
  }, surface)
}

let studio: CallServer
let vertex: CallServer
let gone: CallServer
beforeAll(async () => {
  ;[studio, vertex, gone] = await Promise.all([
    serve('ai-studio'),
    serve('vertex'),
    serve('vertex', TODAY, 'gone'),
  ])
})
afterAll(() => Promise.all([studio.close(), vertex.close(), gone.close()]))

interface Answer {
  readonly models: readonly { readonly name: string }[]
  readonly publisherModels: readonly { readonly name: string }[]
  readonly nextPageToken?: string
  readonly error: { readonly status: string; readonly message: string }
}

async function get({ origin }: CallServer, path: string) {
  const response = await fetch(`${origin}${path}`)
  return { status: response.status, body: (await response.json()) as Answer }
}

async function ids(server: CallServer, path: string): Promise<string[]> {
  const { body } = await get(server, path)
  const rows = body.models ?? body.publisherModels
  return rows.map(({ name }) => name.replace(/^.*models\//, ''))
}

describe('the Developer API', () => {
  test('lists what lives today, and text models', async () => {
    const listed = await ids(studio, '/v1beta/models?pageSize=1000')
    expect(listed).toEqual(
      expect.arrayContaining([
        'gemini-nano-banana-2.1',
        'gemini-3-pro-image',
        'gemini-3.1-flash-lite-image',
        'nano-banana-pro-preview',
        'gemini-3.8-flash',
      ]),
    )
    for (const past of [
      'gemini-2.5-flash-image',
      'gemini-3-pro-image-preview',
      'imagen-3.0-generate-002',
      'local',
    ]) {
      expect(listed).not.toContain(past)
    }
    expect(new Set(listed).size).toBe(listed.length)
  })

  test('listed other models a year earlier', async () => {
    const then = await serve('ai-studio', '2026-01-02')
    const listed = await ids(then, '/v1beta/models?pageSize=1000')
    expect(listed).toEqual(expect.arrayContaining(['gemini-2.5-flash-image', 'imagen-4.0-generate-001']))
    expect(listed).not.toContain('gemini-nano-banana-2.1')
    const { body } = await get(then, '/v1/models/imagen-4.0-generate-001')
    expect(body).toMatchObject({ inputTokenLimit: 480, supportedGenerationMethods: ['predict'] })
    await then.close()
  })

  test('tells one by its name', async () => {
    expect(await get(studio, '/v1/models/gemini-3.1-flash-lite-image')).toEqual({
      status: 200,
      body: {
        name: 'models/gemini-3.1-flash-lite-image',
        version: '3.1',
        displayName: 'Nano Banana 2 Lite',
        description: 'Nano Banana 2 Lite makes and edits images.',
        inputTokenLimit: 65_536,
        outputTokenLimit: 4096,
        supportedGenerationMethods: ['generateContent', 'countTokens', 'batchGenerateContent'],
        temperature: 1,
        topP: 0.95,
        topK: 64,
        maxTemperature: 2,
        thinking: true,
      },
    })
    const { body } = await get(studio, '/v1/models/nano-banana-pro-preview')
    expect(body).toMatchObject({ name: 'models/nano-banana-pro-preview', displayName: 'Nano Banana Pro' })
  })

  test.each(['gemini-2.5-flash-image', 'nano-banana', 'imagen-3.0-capability-001', 'x'])(
    'does not know %s',
    async (id) => {
      const { status, body } = await get(studio, `/v1beta/models/${id}`)
      expect(status).toBe(404)
      expect(body.error.status).toBe('NOT_FOUND')
      expect(body.error.message).toMatch(
        new RegExp(
          `^models/${id} is not found for API version v1beta, or is not supported for \\w+\\. Call ListModels`,
        ),
      )
    },
  )

  test('pages', async () => {
    const all = await ids(studio, '/v1/models?pageSize=1000')
    const paged: string[] = []
    let token = ''
    do {
      const { body } = await get(studio, `/v1/models?pageSize=7&pageToken=${token}`)
      expect(body.models.length).toBeLessThanOrEqual(7)
      paged.push(...body.models.map(({ name }) => name.slice('models/'.length)))
      token = body.nextPageToken ?? ''
    } while (token !== '')
    expect(paged).toEqual(all)
    expect((await get(studio, '/v1/models?page_size=3')).body.models).toHaveLength(3)
    expect((await get(studio, '/v1/models?pageSize=0')).body.models.length).toBe(Math.min(50, all.length))
  })

  test.each([
    'pageSize=x',
    'pageSize=-1',
    'pageToken=zzz',
    'pageToken=MA',
    'pageToken=NyA',
    'pageToken=OTk5OTk',
  ])('refuses ?%s', async (query) => {
    const { status, body } = await get(studio, `/v1/models?${query}`)
    expect({ status, rpc: body.error.status }).toEqual({ status: 400, rpc: 'INVALID_ARGUMENT' })
  })

  test('is read by Google’s library', async () => {
    const ai = new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: studio.origin } })
    const names: (string | undefined)[] = []
    for await (const model of await ai.models.list({ config: { pageSize: 5 } })) names.push(model.name)
    expect(names).toContain('models/gemini-nano-banana-2.1')
    expect(await ai.models.get({ model: 'gemini-3-pro-image' })).toMatchObject({
      displayName: 'Nano Banana Pro',
      inputTokenLimit: 65_536,
      thinking: true,
    })
  })
})

describe('Vertex AI', () => {
  test('tells imagegeneration@002 as the Vertex SDK for Python wants it', async () => {
    const path = '/v1/publishers/google/models/imagegeneration%40002?%24alt=json%3Benum-encoding%3Dint'
    const { status, body } = await get(vertex, path)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      name: 'publishers/google/models/imagegeneration',
      versionId: '002',
      publisherModelTemplate:
        'projects/{user-project}/locations/{location}/publishers/google/models/imagegeneration@002',
      predictSchemata: {
        instanceSchemaUri:
          'gs://google-cloud-aiplatform/schema/predict/instance/vision_generative_model_1.0.0.yaml',
      },
    })
    expect((await get(gone, path)).status).toBe(404)
  })

  test('tells and lists Gemini models', async () => {
    expect((await get(vertex, '/v1beta1/publishers/google/models/gemini-3-pro-image')).body).toEqual({
      name: 'publishers/google/models/gemini-3-pro-image',
      versionId: 'default',
      openSourceCategory: 'PROPRIETARY',
      launchStage: 'GA',
      publisherModelTemplate:
        'projects/{user-project}/locations/{location}/publishers/google/models/gemini-3-pro-image',
    })
    const listed = await ids(vertex, '/v1beta1/publishers/google/models?pageSize=1000')
    expect(listed).toContain('gemini-3.1-flash-image')
    expect(listed).not.toContain('imagegeneration')
    expect(listed).not.toContain('nano-banana-pro-preview')
  })
})

function at(surface: Surface, location = '') {
  return { surface, apiVersion: 'v1beta1', place: { project: 'p', location } } as const
}

describe('modelFor', () => {
  const now = msOf(TODAY)

  test('finds models by their ids, and what answers text', () => {
    expect(modelFor('gemini-nano-banana-2.1', at('ai-studio'), now)?.id).toBe('gemini-nano-banana-2.1')
    expect(modelFor('nano-banana-pro-preview', at('ai-studio'), now)?.id).toBe('gemini-3-pro-image')
    expect(modelFor('gemini-3-pro-image', at('vertex', 'global'), now)?.id).toBe('gemini-3-pro-image')
    expect(modelFor('gemini-3-pro-image', at('vertex'), now)?.id).toBe('gemini-3-pro-image')
    expect(modelFor('gemini-2.5-flash', at('vertex', 'us-central1'), now)).toBeNull()
    expect(modelFor('gemini-2.5-flash-image', at('vertex', 'us-central1'), msOf('2026-10-01'))).not.toBeNull()
  })

  test.each([
    ['an alias', 'nano-banana', at('ai-studio')],
    ['an id in capitals', 'Gemini-3-pro-image', at('ai-studio')],
    ['a model that is over', 'gemini-2.5-flash-image', at('ai-studio')],
    ['Imagen, which answers elsewhere', 'imagen-4.0-upscale-preview', at('vertex', 'global')],
    ['the local engine', 'local', at('ai-studio')],
  ])('knows no %s', (_, id, where) => {
    expect(() => modelFor(id, where, now)).toThrow(ApiError)
  })

  test('knows a model only where it is served', () => {
    expect(() => modelFor('gemini-3-pro-image', at('vertex', 'us-central1'), now)).toThrow(
      'Publisher Model `projects/p/locations/us-central1/publishers/google/models/gemini-3-pro-image` was not found or your project does not have access to it.',
    )
    expect(() => modelFor('nano-banana-pro-preview', at('vertex', 'global'), now)).toThrow(ApiError)
  })

  test('knows a model only since it came out', () => {
    expect(() => modelFor('gemini-nano-banana-2.1', at('ai-studio'), msOf('2026-10-05'))).toThrow(
      /for API version v1beta1/,
    )
  })
})
