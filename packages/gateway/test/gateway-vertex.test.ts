import { resolve } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { GENERATE_CONTENT_REQUEST } from '../src/emulator/strict/generate-message.ts'
import type { RunningEmulator } from '../src/emulator.ts'
import { SURFACE_FIELDS } from '../src/wire/surface-fields.ts'
import { SETTINGS } from './gateway-client.ts'
import { callsOf, gatewayFor, google, IMAGE, MODEL, studio, vertexGlobal } from './routing-scene.ts'

const PHOTO = IMAGE.inlineData.data
const PLACE = '/projects/any-project/locations/europe-west4'

interface VertexTold {
  readonly status: number
  readonly headers: Headers
  readonly body: {
    readonly candidates?: readonly object[]
    readonly predictions?: readonly {
      readonly bytesBase64Encoded: string
      readonly mimeType: string
      readonly prompt?: string
    }[]
    readonly publisherModels?: readonly { readonly name: string }[]
    readonly error?: { readonly message: string; readonly status: string }
    readonly totalTokens?: number
    readonly name?: string
  }
}

async function ask({ url }: { readonly url: string }, path: string, body?: object): Promise<VertexTold> {
  const response = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
}

function pixels(bytes: Buffer): Promise<Buffer> {
  return sharp(bytes).removeAlpha().raw().toBuffer()
}

let nth = 0
const edit = (more: object = {}) => ({
  contents: [{ role: 'user', parts: [{ text: `make it brighter, for the time ${(nth += 1)}` }, IMAGE] }],
  ...more,
})

/** A Vertex AI target of a region, by a key, as the emulator lets it in. */
const regional = (emulator: RunningEmulator, location: string) => ({
  ...vertexGlobal(emulator),
  name: `vertex:${location}`,
  location,
})

describe('every path of a model', () => {
  test.each([
    `/v1${PLACE}/publishers/google/models`,
    `/v1beta1${PLACE}/publishers/google/models`,
    '/v1/publishers/google/models',
    '/v1beta1/publishers/google/models',
    '/publishers/google/models',
  ])('%s', async (models) => {
    const emulator = await google()
    const gateway = await gatewayFor({ targets: [studio(emulator)] })
    const edited = await ask(gateway, `${models}/${MODEL}:generateContent`, edit())
    expect([edited.status, edited.body.candidates?.length]).toEqual([200, 1])
    expect(edited.headers.get('plantain-target')).toBe('studio')
    const counted = await ask(gateway, `${models}/${MODEL}:countTokens`, edit())
    expect(counted.body.totalTokens).toBeGreaterThan(1000)
    const imagen = await ask(gateway, `${models}/imagen-4.0-generate-001:predict`, {
      instances: [{ prompt: 'a rose' }],
    })
    expect([imagen.status, imagen.body.predictions?.length]).toEqual([200, 1])
    const known = await ask(gateway, `${models}/imagegeneration%40002`)
    expect(known.body).toMatchObject({
      name: 'publishers/google/models/imagegeneration',
      versionId: '002',
      publisherModelTemplate:
        'projects/{user-project}/locations/{location}/publishers/google/models/imagegeneration@002',
    })
    const listed = await ask(gateway, `${models}?pageSize=1`)
    expect(listed.body.publisherModels).toHaveLength(1)
    expect(listed.body.publisherModels?.[0]?.name).toMatch(/^publishers\/google\/models\//)
    const unknown = await ask(gateway, `${models}/nothing-of-the-kind`)
    expect([unknown.status, unknown.body.error?.status]).toEqual([404, 'NOT_FOUND'])
  })
})

describe('the location of a path', () => {
  test('is kept where a target there serves the model', async () => {
    const emulator = await google()
    const gateway = await gatewayFor({ targets: [studio(emulator), regional(emulator, 'europe-west4')] })
    const models = `/v1${PLACE}/publishers/google/models`
    const edited = await ask(gateway, `${models}/a-model-of-tomorrow:generateContent`, edit())
    expect(edited.headers.get('plantain-target')).toBe('vertex:europe-west4')
    expect(edited.headers.get('plantain-notice')).toBeNull()
  })

  test('is told to be another where none does, as for image models that are in “global” alone', async () => {
    const emulator = await google()
    const gateway = await gatewayFor({ targets: [regional(emulator, 'europe-west4'), studio(emulator)] })
    const edited = await ask(gateway, `/v1${PLACE}/publishers/google/models/${MODEL}:generateContent`, edit())
    expect([edited.status, edited.headers.get('plantain-target')]).toEqual([200, 'studio'])
    expect(edited.headers.get('plantain-notice')).toBe('location_elsewhere')
    const imagen = await ask(gateway, `/v1${PLACE}/publishers/google/models/imagegeneration@002:predict`, {
      instances: [{ prompt: 'a rose' }],
    })
    expect(imagen.headers.get('plantain-notice')).toBe('model_migrated, location_elsewhere')
  })

  test('is none where it is “global”, or where there is none', async () => {
    const emulator = await google()
    const gateway = await gatewayFor({ targets: [studio(emulator)] })
    for (const place of ['/projects/p/locations/global', '']) {
      const edited = await ask(
        gateway,
        `/v1${place}/publishers/google/models/${MODEL}:generateContent`,
        edit(),
      )
      expect([edited.status, edited.headers.get('plantain-notice')]).toEqual([200, null])
    }
  })
})

describe('fields that one of Google’s surfaces has', () => {
  test.each([
    [{ generationConfig: { imageConfig: { personGeneration: 'ALLOW_ADULT' } } }, 'vertex:global'],
    [{ modelArmorConfig: { promptTemplateName: 'a' } }, 'vertex:global'],
    [{ labels: { team: 'shop' } }, 'studio'],
    [{ store: false }, 'studio'],
    [{}, 'studio'],
  ])('%j goes to %s', async (more, target) => {
    const emulator = await google()
    const gateway = await gatewayFor({ targets: [studio(emulator), vertexGlobal(emulator)] })
    const path = `/v1beta1/publishers/google/models/${MODEL}:generateContent`
    const edited = await ask(gateway, path, edit(more))
    expect([edited.status, edited.headers.get('plantain-target')]).toEqual([200, target])
    expect(callsOf(emulator)).toHaveLength(1)
  })

  test('are Google’s to refuse, by name, where nothing else is there', async () => {
    const emulator = await google()
    const gateway = await gatewayFor({ targets: [studio(emulator)] })
    const path = `/v1beta1/publishers/google/models/${MODEL}:generateContent`
    const { status, body } = await ask(gateway, path, edit({ modelArmorConfig: {} }))
    expect([status, body.error?.status]).toEqual([400, 'INVALID_ARGUMENT'])
    expect(body.error?.message).toContain('modelArmorConfig')
  })

  test('are all in the table, by the emulator’s own types', () => {
    const { fields } = GENERATE_CONTENT_REQUEST
    const { generationConfig } = fields
    const own = { ...generationConfig.message.fields }
    const all = [
      ...onlyIn('', fields),
      ...onlyIn('generationConfig.', own),
      ...onlyIn('generationConfig.imageConfig.', own.imageConfig.message.fields),
    ]
    for (const surface of ['ai-studio', 'vertex'] as const) {
      const known = all.flatMap(([path, only]) => (only === surface ? [path] : []))
      expect(known.toSorted()).toEqual([...SURFACE_FIELDS[surface]].toSorted())
    }
  })
})

function onlyIn(place: string, fields: object): readonly (readonly [string, unknown])[] {
  return Object.entries(fields).flatMap(([name, field]: [string, unknown]) =>
    typeof field === 'object' && field !== null && 'only' in field
      ? [[`${place}${name}`, field.only] as const]
      : [],
  )
}

describe('Imagen’s :predict', () => {
  const path = '/v1/projects/p/locations/us-central1/publishers/google/models/imagegeneration@002:predict'
  const image = { bytesBase64Encoded: PHOTO }

  test('an edit goes out as an edit, and comes back as Imagen’s', async () => {
    const emulator = await google()
    const gateway = await gatewayFor({ targets: [studio(emulator)] })
    const { status, headers, body } = await ask(gateway, path, {
      instances: [{ prompt: 'make it brighter', image }],
      parameters: { sampleCount: 1.0, addWatermark: false, enhancePrompt: true, negativePrompt: 'people' },
    })
    expect(status).toBe(200)
    expect(body.predictions).toMatchObject([
      { mimeType: 'image/png', prompt: 'make it brighter\nAvoid: people.' },
    ])
    const { format } = await sharp(Buffer.from(body.predictions![0]!.bytesBase64Encoded, 'base64')).metadata()
    expect(format).toBe('png')
    expect(headers.get('plantain-model')).toBe(MODEL)
    expect(headers.get('plantain-notice')).toContain('model_migrated')
    expect(callsOf(emulator)).toMatchObject([{ model: MODEL, images: [{ mimeType: 'image/jpeg' }] }])
  })

  test('the gateway’s own options win over Imagen’s', async () => {
    const emulator = await google()
    const gateway = await gatewayFor({ targets: [studio(emulator)] })
    const { body } = await ask(gateway, path, {
      instances: [{ prompt: 'a rose' }],
      parameters: { aspectRatio: '1:1' },
      plantain: { output: { aspectRatio: '16:9', mimeType: 'image/webp' } },
    })
    const [made] = body.predictions!
    expect(made?.mimeType).toBe('image/webp')
    const { width, height } = await sharp(Buffer.from(made!.bytesBase64Encoded, 'base64')).metadata()
    expect(width / height).toBeCloseTo(16 / 9, 1)
  })

  test('a quality of the gateway’s own, by which the file is smaller', async () => {
    const emulator = await google()
    const gateway = await gatewayFor({ targets: [studio(emulator)] })
    const lengthAt = async (quality: number) => {
      const { body } = await ask(gateway, path, {
        instances: [{ prompt: 'a rose' }],
        plantain: { output: { mimeType: 'image/jpeg', quality } },
      })
      return body.predictions?.[0]?.bytesBase64Encoded.length ?? 0
    }
    expect(await lengthAt(10)).toBeLessThan(await lengthAt(95))
  })

  test('a product that may be moved needs no mask: the whole picture is made anew', async () => {
    const emulator = await google()
    const gateway = await gatewayFor({ targets: [studio(emulator)] })
    const { status, headers } = await ask(gateway, path, {
      instances: [{ prompt: 'a beach', image }],
      parameters: {
        editMode: 'EDIT_MODE_BGSWAP',
        editConfig: { productPosition: 'reposition' },
      },
    })
    expect([status, headers.get('plantain-outcome')]).toEqual([200, 'edited'])
    // The photo alone, and no mask of its background.
    expect(callsOf(emulator)[0]?.images).toHaveLength(1)
  })

  test.each([
    ['image-safety', {}, {}],
    [
      'image-safety',
      { includeRaiReason: true },
      { predictions: [{ raiFilteredReason: expect.any(String) }] },
    ],
    ['blocked', {}, {}],
    ['no-image', { includeRaiReason: true }, { predictions: [{ raiFilteredReason: expect.any(String) }] }],
  ] as const)('%s with %j is no error', async (persona, parameters, answer) => {
    const emulator = await google(persona)
    const gateway = await gatewayFor({
      targets: [studio(emulator)],
      routing: { ...SETTINGS.routing, attempts: 1 },
    })
    const { status, headers, body } = await ask(gateway, path, {
      instances: [{ prompt: 'a rose' }],
      parameters,
    })
    expect([status, body]).toEqual([200, answer])
    expect(headers.get('plantain-outcome')).toBe(persona === 'no-image' ? 'no_image' : 'blocked')
  })

  test.each([
    ['image-safety@1x', 'image_blocked'],
    ['429-day@1x', 'quota_exhausted'],
    ['iam-denied@1x', 'target_misconfigured'],
  ] as const)('of two images one came, for %s: %s', async (persona, code) => {
    const emulator = await google(persona)
    const gateway = await gatewayFor({
      targets: [studio(emulator)],
      routing: { ...SETTINGS.routing, attempts: 1 },
    })
    const { status, headers, body } = await ask(gateway, path, {
      instances: [{ prompt: 'a rose' }],
      parameters: { sampleCount: 2, includeRaiReason: true },
    })
    expect([status, headers.get('plantain-outcome')]).toEqual([200, 'edited'])
    expect(headers.get('plantain-missing')).toMatch(new RegExp(`^[01] ${code}$`))
    expect(body.predictions).toMatchObject([
      { mimeType: 'image/png' },
      { raiFilteredReason: expect.stringMatching(/\w/) },
    ])
  })

  test('a photo that came back as it was is an image all the same', async () => {
    const emulator = await google('unchanged')
    const gateway = await gatewayFor({ targets: [studio(emulator)] })
    const { status, headers, body } = await ask(gateway, path, {
      instances: [{ prompt: 'make it brighter', image }],
      parameters: { sampleCount: 2, includeRaiReason: true },
    })
    expect([status, headers.get('plantain-outcome')]).toEqual([200, 'unchanged'])
    expect(body.predictions).toHaveLength(2)
  })

  test.each([
    [{ storageUri: 'gs://a/b' }, 'parameters.storageUri is refused: the gateway writes to no Cloud Storage'],
    [{ includeSafetyAttributes: true }, 'parameters.includeSafetyAttributes is refused'],
    [{ safetySetting: 'block_most' }, 'parameters.safetySetting is refused'],
    [{ mode: 'upscale', upscaleConfig: { upscaleFactor: 'x2' } }, 'parameters.mode is refused'],
    [{ sampelCount: 2 }, 'There is no field parameters.sampelCount. Did you mean sampleCount?'],
    [
      { editConfig: { maskMode: { maskType: 'semantic', classes: [1] } } },
      'editConfig.maskMode.classes is refused',
    ],
  ])('%j is refused by name, and Google is not asked', async (parameters, says) => {
    const emulator = await google()
    const gateway = await gatewayFor({ targets: [studio(emulator)] })
    const { status, body } = await ask(gateway, path, {
      instances: [{ prompt: 'a rose', image }],
      parameters,
    })
    expect([status, body.error?.status]).toEqual([400, 'INVALID_ARGUMENT'])
    expect(body.error?.message).toContain(says)
    expect(callsOf(emulator)).toEqual([])
  })

  test.each([
    [{ includeSafetyAttributes: false, storageUri: null }],
    [{ safetySetting: 'BLOCK_ONLY_HIGH', personGeneration: 'allow_adult', guidanceScale: 60, baseSteps: 35 }],
    [{ editConfig: { baseSteps: 12 }, language: 'auto', sampleCount: 1 }],
  ])('%j asks for nothing that cannot be had', async (parameters) => {
    const emulator = await google()
    const gateway = await gatewayFor({ targets: [studio(emulator)] })
    const { status } = await ask(gateway, path, {
      instances: [{ prompt: 'a rose', image }],
      labels: { a: 'b' },
      parameters,
    })
    expect(status).toBe(200)
  })

  test('a background that cannot be told from a subject', { timeout: 120_000 }, async () => {
    const emulator = await google()
    const gateway = await gatewayFor({ targets: [studio(emulator)] })
    const blank = sharp({ create: { width: 64, height: 48, channels: 3, background: '#369' } })
    const { status, body } = await ask(gateway, path, {
      instances: [
        {
          prompt: 'a beach',
          image: { bytesBase64Encoded: (await blank.png().toBuffer()).toString('base64') },
        },
      ],
      parameters: { editConfig: { editMode: 'background-swap' } },
    })
    expect([status, body.error?.status]).toEqual([422, 'INVALID_ARGUMENT'])
    expect(body.error?.message).toMatch(/^No subject stands out in the image/)
    expect(callsOf(emulator)).toEqual([])
  })

  test('a product stays as it is, before another background', { timeout: 240_000 }, async () => {
    const emulator = await google()
    const gateway = await gatewayFor({ targets: [studio(emulator)] })
    const photo = await sharp(resolve(import.meta.dirname, '../../../examples/photos/astronaut.png'))
      .resize(160)
      .png()
      .toBuffer()
    const { status, headers, body } = await ask(gateway, path, {
      instances: [{ prompt: 'a beach', image: { bytesBase64Encoded: photo.toString('base64') } }],
      parameters: { editConfig: { editMode: 'product-image', productPosition: 'fixed' } },
    })
    expect([status, headers.get('plantain-outcome')]).toEqual([200, 'edited'])
    const before = await pixels(photo)
    const after = await pixels(Buffer.from(body.predictions![0]!.bytesBase64Encoded, 'base64'))
    expect(after.length).toBe(before.length)
    // Half of it is the astronaut, who is where she was; all else has changed.
    const same = after.filter((value, at) => value === before[at]).length / after.length
    expect(same).toBeGreaterThan(0.4)
    expect(same).toBeLessThan(0.8)
  })

  test('is on the Developer API’s paths too, where old clients ask for it', async () => {
    const emulator = await google()
    const gateway = await gatewayFor({ targets: [studio(emulator)] })
    const old = '/v1beta/models/imagen-4.0-generate-001:predict'
    const { status, body } = await ask(gateway, old, { instances: [{ prompt: 'a rose' }] })
    expect([status, body.predictions?.length]).toEqual([200, 1])
  })
})
