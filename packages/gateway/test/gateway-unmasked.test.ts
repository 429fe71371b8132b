import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { GoogleGenAI } from '@google/genai'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import type { EmulatorOptions } from '../src/emulator/options.ts'
import { startEmulator } from '../src/emulator.ts'
import { EDITS, GENERATE, PREDICT } from './bad-input.ts'
import { gatewayOn } from './gateway-client.ts'
import { discMask, outsideOf } from './masked-photo.ts'
import { type Play, startScriptedServer } from './scripted-server.ts'

const photo = readFileSync(new URL('../../../examples/photos/raccoon.jpg', import.meta.url))
const mask = await discMask({ width: 1024, height: 768 }, { x: 400, y: 300, radius: 150 })
const WORDS = 'Make the animal wear a red hat'
const MODEL = 'gemini-nano-banana-2.1'
const PARTS = [{ text: WORDS }, { inlineData: { mimeType: 'image/jpeg', data: photo.toString('base64') } }]

async function gateway(options: EmulatorOptions = {}) {
  const emulator = await startEmulator({ pictures: 'canned', ...options })
  onTestFinished(() => emulator.close())
  const server = await gatewayOn(emulator.url)
  onTestFinished(async () => {
    await server.close()
    expect(server.errors()).toEqual([])
  })
  return { emulator, url: server.url }
}

function genai(url: string, plantain: object = {}) {
  const { models } = new GoogleGenAI({
    apiKey: 'any',
    httpOptions: { baseUrl: url, extraBody: { plantain: { mask: mask.toString('base64'), ...plantain } } },
  })
  return models
}

interface Spoken {
  readonly candidates?: readonly {
    readonly content?: {
      readonly parts?: readonly {
        readonly inlineData?: { readonly data?: string; readonly mimeType?: string }
        readonly thought?: boolean
      }[]
    }
    readonly finishReason?: string
  }[]
}

function imagesIn(answers: readonly Spoken[]) {
  return answers.flatMap(({ candidates }) =>
    (candidates?.[0]?.content?.parts ?? []).flatMap(({ inlineData, thought }) =>
      inlineData === undefined || thought === true ? [] : [inlineData],
    ),
  )
}

async function streamed(chunks: AsyncIterable<Spoken>): Promise<readonly Spoken[]> {
  const all: Spoken[] = []
  for await (const chunk of chunks) all.push(chunk)
  return all
}

async function expectPutBack(images: readonly { readonly data?: string; readonly mimeType?: string }[]) {
  expect(images.map(({ mimeType }) => mimeType)).toEqual(['image/png'])
  const bytes = Buffer.from(images[0]?.data ?? '', 'base64')
  expect(await outsideOf(mask, photo, bytes)).toMatchObject({ differing: 0 })
  expect(await outsideOf(await inverted(), photo, bytes)).not.toMatchObject({ differing: 0 })
}

/** What lies well inside the disc. */
const inverted = () => sharp(mask).negate().png().toBuffer()

test('Google’s SDK gets the photo back outside the mask, whole and as a stream', async () => {
  const { url, emulator } = await gateway()
  const models = genai(url)
  await expectPutBack(
    imagesIn([await models.generateContent({ model: MODEL, contents: [{ role: 'user', parts: PARTS }] })]),
  )
  const chunks = await models.generateContentStream({
    model: MODEL,
    contents: [{ role: 'user', parts: PARTS }],
  })
  const answers = await streamed(chunks)
  expect(answers.length).toBeGreaterThan(1)
  await expectPutBack(imagesIn(answers))
  for (const { images } of emulator.state().calls) expect(images).toHaveLength(2)
})

test('a stream as a list of chunks too', async () => {
  const { url } = await gateway()
  const response = await fetch(url + GENERATE.replace(':generate', ':streamGenerate'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ contents: [{ parts: PARTS }], plantain: { mask: mask.toString('base64') } }),
  })
  await expectPutBack(imagesIn(JSON.parse(await response.text())))
})

test('all but the image is what Google answered: words, usage, signatures', async () => {
  const { url, emulator } = await gateway()
  const response = await askedByHand(url, { plantain: { mask: mask.toString('base64') } })
  const body = JSON.parse(await response.text())
  expect(body).toMatchObject({
    responseId: expect.any(String),
    usageMetadata: { totalTokenCount: expect.any(Number) },
    candidates: [{ finishReason: 'STOP' }],
  })
  expect(body.candidates[0].content.parts).toContainEqual({
    inlineData: { mimeType: 'image/png', data: expect.any(String) },
    thoughtSignature: expect.any(String),
  })
  expect(response.headers.get('plantain-outcome')).toBe('edited')
  expect(response.headers.get('plantain-notice')).toContain('put_back')
  expect(emulator.state().totals.imagesBilled).toBe(1)
})

function askedByHand(url: string, more: object): Promise<Response> {
  return fetch(url + GENERATE, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ contents: [{ parts: PARTS }], ...more }),
  })
}

test('what cannot be put back in place does not go out, and says why; unless any image is welcome', async () => {
  const { url } = await gateway({ personas: 'wrong-ratio=1:1' })
  const asked = { model: MODEL, contents: [{ role: 'user', parts: PARTS }] }
  const refused = [
    [await genai(url).generateContent(asked)],
    await streamed(await genai(url).generateContentStream(asked)),
  ]
  for (const answers of refused) {
    expect(imagesIn(answers)).toEqual([])
    const reasons = answers
      .flatMap(({ candidates = [] }) => candidates)
      .map(({ finishReason }) => finishReason)
    expect(reasons).toContain('NO_IMAGE')
  }
  const response = await askedByHand(url, { plantain: { mask: mask.toString('base64') } })
  expect([response.status, response.headers.get('plantain-outcome')]).toEqual([200, 'preserve_failed'])
  expect(JSON.parse(await response.text()).candidates[0].finishMessage).toMatch(/askew/)
  expect(imagesIn([await genai(url, { accept: 'any' }).generateContent(asked)])).toHaveLength(1)
})

test('without a wish to keep anything Google’s image goes out as it came, with the mask seen', async () => {
  const { url, emulator } = await gateway()
  const asked = { model: MODEL, contents: [{ role: 'user', parts: PARTS }] }
  const [image] = imagesIn([await genai(url, { preserve: 'none' }).generateContent(asked)])
  expect(image?.mimeType).toBe('image/jpeg')
  expect(emulator.state().calls[0]?.images).toHaveLength(2)
})

test('of a conversation the mask is in the last turn, and the photo where it was', async () => {
  const { url, emulator } = await gateway()
  const image = { inlineData: { mimeType: 'image/jpeg', data: photo.toString('base64') } }
  const turns = [
    { role: 'user', parts: [{ text: 'Make it warmer' }, image] },
    { role: 'model', parts: [{ text: 'Here.' }] },
    { role: 'user', parts: [{ text: WORDS }] },
  ]
  await expectPutBack(imagesIn([await genai(url).generateContent({ model: MODEL, contents: turns })]))
  // The emulator counts what the last turn shows.
  expect(emulator.state().calls[0]?.images).toMatchObject([{ mimeType: 'image/png' }])
})

test.each([
  [{ output: { count: 2 } }, /output\.count is refused/],
  [{ output: { quality: 50 } }, /output\.quality is refused/],
  [{ output: { aspectRatio: '16:9' } }, /16:9 and a mask contradict/],
  [{ preserve: 'subject' }, /preserve/],
  [{ mask: 'no base64!' }, /base64|picture/],
])('%o is refused by name', async (plantain, message) => {
  const { url, emulator } = await gateway()
  const asking = genai(url, plantain).generateContent({
    model: MODEL,
    contents: [{ role: 'user', parts: PARTS }],
  })
  await expect(asking).rejects.toMatchObject({ status: 400, message: expect.stringMatching(message) })
  expect(emulator.state().calls).toEqual([])
})

test('a mask beside a question is refused, and not dropped', async () => {
  const { url } = await gateway()
  const question = { text: 'What is in this picture?' }
  const asked = {
    model: 'gemini-2.5-flash',
    contents: [{ role: 'user', parts: [question, ...PARTS.slice(1)] }],
  }
  await expect(genai(url).generateContent(asked)).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining('plantain.mask is of an edit'),
  })
})

test('the native door gives several masked results, each put back, as JSON, links and from a form', async () => {
  const { url, emulator } = await gateway()
  const body = {
    input: [WORDS, { inlineData: { data: photo.toString('base64'), mimeType: 'image/jpeg' } }],
    mask: mask.toString('base64'),
    output: { count: 2 },
  }
  const post = (init: RequestInit) => fetch(url + EDITS, { method: 'POST', ...init })
  const asJson = (value: object, headers = {}) =>
    post({ body: JSON.stringify(value), headers: { 'content-type': 'application/json', ...headers } })
  const result = JSON.parse(await (await asJson(body)).text())
  expect(result).toMatchObject({
    outcome: 'edited',
    missing: [],
    checks: { preserved: true },
    images: [{}, {}],
  })
  for (const image of result.images) await expectPutBack([image])

  const form = new FormData()
  form.set('instruction', WORDS)
  form.set('image', new Blob([photo]), 'photo.jpg')
  form.set('mask', new Blob([mask]), 'mask.png')
  form.set('count', '2')
  form.set('mimeType', 'image/jpeg')
  form.set('quality', '60')
  const fromForm = JSON.parse(await (await post({ body: form })).text())
  expect(fromForm.images).toMatchObject([{ mimeType: 'image/jpeg' }, { mimeType: 'image/jpeg' }])
  expect(fromForm.checks.preserved).toBe(false)

  const byHeader = await asJson({ ...body, output: {} }, { 'plantain-count': '3' })
  expect(JSON.parse(await byHeader.text()).images).toHaveLength(3)
  expect(emulator.state().totals.imagesBilled).toBe(7)

  const alone = await asJson(body, { accept: 'image/*' })
  expect(alone.status).toBe(406)
  for (const count of [0, 11, 1.5, '2x']) {
    expect((await asJson({ ...body, output: { count } })).status).toBe(400)
  }
  expect(emulator.state().totals.imagesBilled).toBe(7)
})

test('a result of several can be come back for, with what is missing', async () => {
  const { url } = await gateway({ personas: 'blocked@1x' })
  const response = await fetch(url + EDITS, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input: [WORDS, { inlineData: PARTS[1]?.inlineData }], output: { count: 3 } }),
  })
  const { id, missing, images } = JSON.parse(await response.text())
  expect([response.status, missing.length, images.length]).toEqual([200, 1, 2])
  const kept = JSON.parse(await (await fetch(`${url}${EDITS}/${id}`)).text())
  expect([kept.missing, kept.images.length]).toEqual([missing, 2])
})

test('a photo that was uploaded is put back into, with a reference in the request itself', async () => {
  const { url, emulator } = await gateway()
  const { files } = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: url } })
  const { uri = '' } = await files.upload({ file: new Blob([photo], { type: 'image/jpeg' }) })
  const reference = await sharp(photo).resize(64, 96, { fit: 'fill' }).png().toBuffer()
  const parts = [
    { text: WORDS },
    { fileData: { fileUri: uri, mimeType: 'image/jpeg' } },
    { inlineData: { mimeType: 'image/png', data: reference.toString('base64') } },
  ]
  const asked = { model: MODEL, contents: [{ role: 'user', parts }] }
  await expectPutBack(imagesIn([await genai(url).generateContent(asked)]))
  expect(emulator.state().calls[0]?.images).toHaveLength(3)
})

async function scripted(play: (body: Buffer) => Play) {
  const server = await startScriptedServer(({ body }) => play(body))
  onTestFinished(() => server.close())
  const { url, close } = await gatewayOn(server.origin)
  onTestFinished(async () => void (await close()))
  return { url, seen: server.seen }
}

const picture = (bytes: Buffer) => ({ bytesBase64Encoded: bytes.toString('base64') })

function predicted(url: string, instance: object, parameters: object): Promise<Response> {
  return fetch(url + PREDICT, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ instances: [{ prompt: WORDS, image: picture(photo), ...instance }], parameters }),
  })
}

const BLOCKED: Play = { json: { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } } }

test('a photo that a camera turned goes out upright, as the mask lies on it', async () => {
  const { url, seen } = await scripted(() => BLOCKED)
  const turned = await sharp(photo).rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer()
  const data = turned.toString('base64')
  const contents = [{ parts: [{ text: WORDS }, { inlineData: { mimeType: 'image/jpeg', data } }] }]
  for (const plantain of [{ mask: mask.toString('base64') }, {}]) {
    await askedByHand(url, { contents, plantain })
  }
  const sent = seen.map(({ body }) =>
    Buffer.from(JSON.parse(body.toString()).contents[0].parts[1].inlineData.data, 'base64'),
  )
  const { width, height, orientation = 1 } = await sharp(sent[0]).metadata()
  expect([width, height, orientation]).toEqual([1024, 768, 1])
  // Without a mask it is Google's to turn.
  expect(sent[1]?.equals(turned)).toBe(true)
})

test.each([
  [5, 'blocked'],
  [6, 'preserve_failed'],
])(
  'what could not be put back never leaves :predict, where result %i of two is %s',
  async (seed, outcome) => {
    const square = await sharp(photo).resize(512, 512, { fit: 'fill' }).negate().jpeg().toBuffer()
    const inlineData = { mimeType: 'image/jpeg', data: square.toString('base64') }
    const made: Play = {
      json: { candidates: [{ content: { parts: [{ inlineData }] }, finishReason: 'STOP' }] },
    }
    const { url } = await scripted((body) =>
      JSON.parse(body.toString()).generationConfig.seed === (seed === 5 ? 5 : 7) ? BLOCKED : made,
    )
    const response = await predicted(url, { mask: { image: picture(mask) } }, { sampleCount: 2, seed })
    expect(response.headers.get('plantain-outcome')).toBe(outcome)
    expect(await response.text()).not.toContain('bytesBase64Encoded')
  },
)

test('an edit with a mask waits for no subject that is looked for', { timeout: 240_000 }, async () => {
  const { url } = await gateway()
  const ended: string[] = []
  const told = async (name: string, asking: Promise<Response>) => {
    const { status } = await asking
    ended.push(`${name} ${status}`)
  }
  const found = { editConfig: { maskMode: { maskType: 'foreground' } } }
  const searches = ['a', 'b'].map((name) => told(`search ${name}`, predicted(url, { prompt: name }, found)))
  // Until the first of them is at work.
  await pause(300)
  await told('masked', predicted(url, { mask: { image: picture(mask) } }, {}))
  await Promise.all(searches)
  expect(ended).toEqual(['masked 200', 'search a 200', 'search b 200'])
})

test.each(['outputConfig', 'generationOutputConfig', 'generation_output_config'])(
  'a mask and %s, which has the picture stored away, contradict each other',
  async (name) => {
    const { url, emulator } = await gateway()
    const away = { [name]: { outputUriPrefix: 'gs://a/b' } }
    const response = await askedByHand(url, { ...away, plantain: { mask: mask.toString('base64') } })
    const { error } = JSON.parse(await response.text())
    expect([response.status, error.message]).toEqual([
      400,
      expect.stringMatching(/utputConfig and plantain\.mask/),
    ])
    expect(emulator.state().calls).toEqual([])
  },
)

test('photos that came back as they were are each told once by :predict, as images', async () => {
  const { url } = await scripted(() => {
    const inlineData = { mimeType: 'image/jpeg', data: photo.toString('base64') }
    return { json: { candidates: [{ content: { parts: [{ inlineData }] }, finishReason: 'STOP' }] } }
  })
  const parameters = { sampleCount: 2, includeRaiReason: true }
  const response = await predicted(url, { mask: { image: picture(mask) } }, parameters)
  expect(response.headers.get('plantain-outcome')).toBe('unchanged')
  const { predictions } = JSON.parse(await response.text())
  expect(predictions).toMatchObject([{ mimeType: 'image/png' }, { mimeType: 'image/png' }])
})
