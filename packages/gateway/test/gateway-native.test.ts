import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startEmulator } from '../src/emulator.ts'
import type { EmulatorOptions } from '../src/emulator/options.ts'
import { aiStudio, gatewayOn, gatewayWith, SETTINGS } from './gateway-client.ts'
import { startScriptedServer } from './scripted-server.ts'

const photo = readFileSync(new URL('../../../examples/photos/rocket.jpg', import.meta.url))
const data = photo.toString('base64')
const WORDS = 'Change the background to a sunset beach while keeping the person identical'

async function local() {
  const gateway = await gatewayWith()
  onTestFinished(async () => void (await gateway.close()))
  return gateway
}

async function beforeGoogle(options: EmulatorOptions = {}) {
  const emulator = await startEmulator({ pictures: 'canned', ...options })
  onTestFinished(() => emulator.close())
  const gateway = await gatewayWith({ targets: [aiStudio(emulator.url)] })
  onTestFinished(async () => void (await gateway.close()))
  return { emulator, gateway, url: gateway.url }
}

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/v1/edits`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

const jsonOf = async (response: Response) => JSON.parse(await response.text())
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

test('the classic body works as tutorials have it, and the answer says what was done', async () => {
  const { url, emulator } = await beforeGoogle()
  const input = [WORDS, { inlineData: { data, mimeType: 'image/jpeg' } }]
  const response = await post(url, { model: 'gemini-2.5-flash', input })
  expect(response.status).toBe(200)
  const result = await jsonOf(response)
  expect(result).toMatchObject({
    outcome: 'edited',
    requestedModel: 'gemini-2.5-flash',
    model: 'gemini-nano-banana-2.1',
    target: 'ai-studio',
    charged: 'yes',
    images: [{ mimeType: 'image/jpeg', data: expect.any(String) }],
  })
  expect(result).not.toHaveProperty('wire')
  expect(result).not.toHaveProperty('sources')
  expect((await sharp(Buffer.from(result.images[0].data, 'base64')).metadata()).width).toBe(1024)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'plantain-edit-id': result.id,
    'plantain-outcome': 'edited',
    'plantain-model': 'gemini-nano-banana-2.1',
    'plantain-cost-micro-usd': String(result.costMicroUsd),
    'x-request-id': expect.stringMatching(/^req_/),
    ratelimit: expect.any(String),
    'server-timing': expect.stringContaining('total;dur='),
  })
  expect(emulator.state().totals).toMatchObject({ imagesBilled: 1, costMicroUsd: result.costMicroUsd })
})

test('a photo is really edited here, as a form and as the image alone', async () => {
  const { url } = await local()
  const form = new FormData()
  form.set('instruction', 'make it black and white')
  form.set('image', new Blob([photo]), 'photo.jpg')
  form.set('mimeType', 'image/png')
  const response = await fetch(`${url}/v1/edits`, {
    method: 'POST',
    body: form,
    headers: { accept: 'image/*' },
  })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png'])
  const { channels } = await sharp(await bytesOf(response)).stats()
  const means = channels.slice(0, 3).map(({ mean }) => mean)
  expect(Math.max(...means) - Math.min(...means)).toBeLessThan(1)
})

describe('every way to write a picture', () => {
  test.each<[string, unknown]>([
    ['inlineData', { inlineData: { data, mimeType: 'image/jpeg' } }],
    ['inline_data', { inline_data: { data, mime_type: 'image/jpeg' } }],
    ['type image', { type: 'image', data, mime_type: 'image/jpeg' }],
    ['a data URL', `data:image/jpeg;base64,${data}`],
    ['a data URL in an object', { type: 'image', url: `data:image/jpeg;base64,${data}` }],
    [
      'URL-safe, unpadded, mislabelled',
      { inlineData: { data: photo.toString('base64url'), mimeType: 'image/png' } },
    ],
  ])('%s', async (_, picture) => {
    const { url, emulator } = await beforeGoogle()
    const response = await post(url, { input: [{ text: WORDS }, picture] })
    expect(response.status).toBe(200)
    expect(emulator.state().calls[0]?.images).toMatchObject([{ mimeType: 'image/jpeg' }])
  })
})

describe('an answer that is no edit has the status of its outcome', () => {
  const input = [WORDS, { inlineData: { data, mimeType: 'image/jpeg' } }]
  test.each<[string, number, string, object]>([
    ['blocked', 422, 'image_blocked', { outcome: 'blocked', finishReason: 'PROHIBITED_CONTENT' }],
    [
      'image-safety',
      422,
      'image_blocked',
      { finishReason: 'IMAGE_SAFETY', safetyRatings: expect.any(Array) },
    ],
    ['text-only', 502, 'no_image', { outcome: 'no_image', text: expect.stringContaining('can') }],
    ['undecodable', 502, 'upstream_unreadable', { outcome: 'failed', charged: 'yes' }],
    [
      '429-minute',
      429,
      'rate_limited',
      { outcome: 'failed', waitMs: expect.any(Number), retryable: true, charged: 'no' },
    ],
    ['429-zero', 429, 'quota_exhausted', { retryable: false }],
    ['503', 503, 'upstream_overloaded', {}],
    ['reset', 502, 'upstream_interrupted', { charged: 'unknown' }],
    ['key-leaked', 502, 'target_misconfigured', {}],
    ['iam-denied', 502, 'target_misconfigured', {}],
  ])('%s is %i %s', async (persona, status, code, more) => {
    const { url } = await beforeGoogle({ personas: persona })
    // Less than Google asks to wait, so that nobody does.
    const response = await post(url, { input, timeoutMs: 20_000 })
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect([response.status, await jsonOf(response)]).toMatchObject([status, { status, code, ...more }])
    if (code === 'rate_limited') expect(response.headers.get('retry-after')).toBe('35')
  })

  test('an image that came back unchanged can be had all the same, asked for or fetched', async () => {
    const { url } = await beforeGoogle({ personas: 'unchanged', pictures: 'engine', drift: 'none' })
    const refused = await post(url, { input })
    const problem = await jsonOf(refused)
    expect([refused.status, problem]).toMatchObject([502, { code: 'unchanged', outcome: 'unchanged' }])
    const fetched = await fetch(`${url}${problem.result}`, { headers: { accept: 'image/*' } })
    expect((await sharp(await bytesOf(fetched)).metadata()).format).toBe('jpeg')
    const accepted = await post(url, { input, accept: 'any' })
    expect([accepted.status, await jsonOf(accepted)]).toMatchObject([
      200,
      { outcome: 'unchanged', images: [{}] },
    ])
  })
})

test('a result is kept for its caller: as JSON, as the image, by a link, until it is deleted', async () => {
  const { url } = await beforeGoogle()
  const input = [WORDS, { inlineData: { data, mimeType: 'image/jpeg' } }]
  const wishes = { output: { delivery: 'url' }, metadata: { order: '7' } }
  const made = await jsonOf(await post(url, { input, ...wishes }))
  expect(made).toMatchObject({
    metadata: { order: '7' },
    images: [{ url: expect.stringContaining('/images/0?') }],
  })
  const byLink = await fetch(made.images[0].url)
  expect([byLink.status, byLink.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
  expect(await bytesOf(byLink)).toHaveLength(Number(byLink.headers.get('content-length')))
  expect((await fetch(`${made.images[0].url}0`)).status).toBeGreaterThanOrEqual(400)
  const again = await jsonOf(await fetch(`${url}/v1/edits/${made.id}`))
  expect(again).toMatchObject({ id: made.id, outcome: 'edited' })
  expect((await fetch(`${url}/v1/edits/${made.id}`, { method: 'DELETE' })).status).toBeLessThan(300)
  expect((await fetch(`${url}/v1/edits/${made.id}`)).status).toBe(404)
  expect((await fetch(made.images[0].url)).status).toBe(404)
})

test('one list of models for every client, and one model', async () => {
  const { url } = await beforeGoogle()
  const list = await jsonOf(await fetch(`${url}/v1/models`))
  expect(list).toMatchObject({ object: 'list', data: expect.any(Array), models: expect.any(Array) })
  const model = { id: 'gemini-nano-banana-2.1', object: 'model', name: 'models/gemini-nano-banana-2.1' }
  expect(list.data).toContainEqual(expect.objectContaining(model))
  expect(await jsonOf(await fetch(`${url}/v1/models/gemini-nano-banana-2.1`))).toMatchObject(model)
})

test('the Gemini door answers for the local engine as Google would, unary and streamed', async () => {
  const { url } = await local()
  const parts = [{ text: 'make it black and white' }, { inline_data: { mime_type: 'image/jpeg', data } }]
  const ask = (method: string) =>
    fetch(`${url}/v1beta/models/local:${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer whatever' },
      body: JSON.stringify({ contents: [{ parts }] }),
    })
  const document = await jsonOf(await ask('generateContent'))
  const part = document.candidates[0].content.parts.at(-1)
  expect((await sharp(Buffer.from(part.inlineData.data, 'base64')).metadata()).format).toBe('png')
  const stream = await (await ask('streamGenerateContent?alt=sse')).text()
  expect(JSON.parse(/^data: (.*)\r\n\r\n$/s.exec(stream)?.[1] ?? '').candidates[0].finishReason).toBe('STOP')
  const refused = await jsonOf(await ask('countTokens'))
  expect(refused.error).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' })
})

test('a picture that Google has no room for is made to fit, and the rest of the document stays', async () => {
  const emulator = await startEmulator({ pictures: 'canned' })
  onTestFinished(() => emulator.close())
  const gif = await sharp(photo).gif().toBuffer()
  const gateway = await gatewayWith({ targets: [aiStudio(emulator.url)] })
  onTestFinished(async () => void (await gateway.close()))
  const response = await fetch(`${gateway.url}/v1beta/models/gemini-nano-banana-2.1:generateContent`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      contents: [
        { parts: [{ text: WORDS }, { inlineData: { mimeType: 'image/gif', data: gif.toString('base64') } }] },
      ],
      generationConfig: { temperature: 0.5 },
      plantain: { output: { aspectRatio: 'match', imageSize: '2K' }, seed: 9 },
    }),
  })
  expect(response.status).toBe(200)
  expect(response.headers.get('plantain-notice')).toContain('image_reencoded')
  expect(emulator.state().calls[0]?.images).toMatchObject([{ mimeType: 'image/png' }])
  const document = await jsonOf(response)
  const image = document.candidates[0].content.parts.find((part: { inlineData?: object }) => part.inlineData)
  // 3:2 is what 640 by 427 matches.
  expect(await sharp(Buffer.from(image.inlineData.data, 'base64')).metadata()).toMatchObject({
    width: 2528,
    height: 1696,
  })
})

test('the documentation is there, and the OpenAPI document says what is answered', async () => {
  const { url } = await local()
  const document = await jsonOf(await fetch(`${url}/openapi.json`))
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/v1/edits', '/v1/edits/{id}', '/v1beta/models/{call}']),
  )
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)
  for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name ?? '')
  const page = await fetch(`${url}/docs`)
  const html = await page.text()
  expect(html).toContain(`curl ${url}/v1/edits`)
  expect(html).not.toContain('<script')
  expect(page.headers.get('content-security-policy')).not.toContain('script-src')
})

test('a long text that is no JSON string is 400, on either door', async () => {
  const { url } = await beforeGoogle()
  const long = `${'make it brighter '.repeat(400)}\u0001`
  for (const [path, body] of [
    ['/v1/edits', `{"input":["${long}",{"inlineData":{"data":"${data}"}}]}`],
    [
      '/v1beta/models/gemini-nano-banana-2.1:generateContent',
      `{"contents":[{"parts":[{"text":"${long}"}]}]}`,
    ],
  ] as const) {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect([path, response.status]).toEqual([path, 400])
    expect(await response.text()).toContain('at byte')
  }
})

test('an answer that breaks off is the model’s fault, where headers alone are looked at too', async () => {
  const half = { mimeType: 'image/jpeg', data: photo.subarray(0, photo.length / 2).toString('base64') }
  const server = await startScriptedServer(() => ({
    json: { candidates: [{ content: { parts: [{ inlineData: half }] }, finishReason: 'STOP' }] },
  }))
  onTestFinished(() => server.close())
  const gateway = await gatewayOn(server.origin, { limits: { ...SETTINGS.limits, verify: 'headers' } })
  onTestFinished(async () => void (await gateway.close()))
  const response = await fetch(`${gateway.url}/v1/edits`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      input: [WORDS, { inlineData: { mimeType: 'image/jpeg', data } }],
      output: { mimeType: 'image/webp' },
    }),
  })
  expect([response.status, (await jsonOf(response)).code]).toEqual([502, 'upstream_unreadable'])
  expect(gateway.errors()).toEqual([])
})
