import { afterAll, expect, test } from 'vitest'
import {
  EDIT,
  EDITED,
  expectNoSecrets,
  IMAGE_BYTES,
  INSTRUCTION,
  type Scripted,
  scripted,
  send,
} from '../../test/google-target.ts'
import type { Play } from '../../test/scripted-server.ts'
import { Secret } from '../contract/secret.ts'
import { spelledOut } from '../wire/answer.fixture.ts'
import { type AiStudioOptions, createAiStudioProvider, probeAiStudio } from './ai-studio.ts'

const KEY = 'AQ.canary-key-0123456789'
const open: Scripted[] = []
afterAll(() => Promise.all(open.map((one) => one.close())))

async function target(script: Parameters<typeof scripted>[0], more: Partial<AiStudioOptions> = {}) {
  const world = await scripted(script)
  open.push(world)
  const { dialer, clock, server } = world
  const options = { key: new Secret(KEY), baseUrl: server.origin, dial: dialer.dial, clock, ...more }
  return { options, provider: createAiStudioProvider(options), seen: server.seen }
}

test('an edit goes out as Google documents it and comes back with its price', async () => {
  const { provider, seen } = await target(EDITED)
  expect(spelledOut(await send(provider))).toEqual({
    kind: 'image',
    image: { bytes: IMAGE_BYTES, mimeType: 'image/jpeg' },
    drafts: [],
    text: 'Done.',
    status: 200,
    usage: {
      inputTextTokens: 100,
      inputImageTokens: 900,
      outputTextTokens: 0,
      outputImageTokens: 1120,
      thoughtTokens: 0,
      totalTokens: 2120,
    },
    // 1000 × $1.50 and 1120 × $30 a million.
    costMicroUsd: 1500 + 33_600,
    charged: 'yes',
    notices: [],
  })
  expect(seen[0]).toMatchObject({
    method: 'POST',
    url: '/v1beta/models/gemini-nano-banana-2.1:generateContent',
  })
  expect(JSON.parse(seen[0]!.body.toString())).toMatchObject({
    contents: [{ parts: [{ inlineData: { mimeType: 'image/jpeg' } }, { text: INSTRUCTION }] }],
    generationConfig: { imageConfig: { aspectRatio: '16:9', imageSize: '2K' }, seed: 7 },
  })
  expect(seen[0]!.body.toString()).not.toContain('imageOutputOptions')
})

test('the key is in one header and nowhere else', async () => {
  const { provider, seen } = await target(EDITED)
  await send(provider)
  const { headers, url, body } = seen[0]!
  expect(Object.entries(headers).filter(([, value]) => String(value).includes('canary-key'))).toEqual([
    ['x-goog-api-key', KEY],
  ])
  expect(url + body.toString()).not.toContain('canary-key')
})

test.each([
  ['', {}, '/v1beta/models/'],
  ['/', { apiVersion: 'v1' }, '/v1/models/'],
  ['/prefix/', {}, '/prefix/v1beta/models/'],
  ['/v1', {}, '/v1/models/'],
] as const)('a base URL ending in “%s” with %j leads to %s', async (path, more, expected) => {
  const { options, seen } = await target(EDITED)
  await send(createAiStudioProvider({ ...options, ...more, baseUrl: `${options.baseUrl}${path}` }))
  expect(seen[0]!.url.startsWith(expected)).toBe(true)
})

test.each([
  'http://example.com',
  'http://10.0.0.1',
  'https://u:p@example.com',
  'https://h/?key=1',
  'ftp://127.0.0.1',
  'nonsense',
])('no key is sent to %s', async (baseUrl) => {
  await expect(target(EDITED, { baseUrl })).rejects.toMatchObject({ code: 'invalid_request' })
})

test('a key that no header can carry is named as such', async () => {
  const { provider, seen } = await target(EDITED, { key: new Secret(`${KEY}\n`) })
  expect(await send(provider)).toMatchObject({ fault: { code: 'credential_invalid', charged: 'no' } })
  expect(seen).toHaveLength(0)
})

const json = (code: number, status: string, message: string): Play => ({
  status: code,
  json: { error: { code, status, message } },
})
const ECHO = `Invalid value "${INSTRUCTION}" of ${KEY}`

test.each<[string, Play, object]>([
  [
    'a refusal',
    { json: { candidates: [{ finishReason: 'IMAGE_SAFETY', finishMessage: ECHO }] } },
    { kind: 'refusal', outcome: 'blocked', charged: 'unknown' },
  ],
  [
    'words',
    { json: { candidates: [{ content: { parts: [{ text: 'Which one?' }] }, finishReason: 'STOP' }] } },
    { kind: 'refusal', outcome: 'no_image', text: 'Which one?' },
  ],
  [
    'an invalid request',
    json(400, 'INVALID_ARGUMENT', ECHO),
    { fault: { code: 'upstream_rejected', charged: 'no' } },
  ],
  ['a bad key', json(401, 'UNAUTHENTICATED', ECHO), { fault: { code: 'credential_invalid', charged: 'no' } }],
  [
    'a limit',
    { status: 429, headers: { 'retry-after': '3' }, body: ECHO },
    { fault: { code: 'rate_limited', charged: 'no', waitMs: 3000 } },
  ],
  [
    'a page',
    { status: 502, body: `<html><title>${ECHO}</title>` },
    { fault: { code: 'upstream_error', charged: 'unknown' } },
  ],
  ['a reset', { end: 'reset' }, { fault: { code: 'upstream_interrupted', charged: 'unknown' } }],
  [
    'a cut answer',
    { raw: 'HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{"cand', end: 'close' },
    { fault: { code: 'upstream_interrupted', charged: 'unknown' } },
  ],
  [
    'an answer too large',
    { body: ' '.repeat(200_000) },
    { fault: { code: 'upstream_unreadable', charged: 'unknown' } },
  ],
  [
    'a body that is cut although HTTP is whole',
    { body: '{"candidates":[{' },
    { fault: { code: 'upstream_interrupted', charged: 'unknown' } },
  ],
])('%s', async (_, play, expected) => {
  const { provider } = await target(play)
  const answer = await send(provider)
  expect(answer).toMatchObject(expected)
  expectNoSecrets(answer, [KEY, 'canary-key', 'canary-instruction', 'red velvet'])
})

test('a place that is not there is not charged', async () => {
  const { provider } = await target(EDITED, { baseUrl: 'http://127.0.0.1:1' })
  expect(await send(provider)).toMatchObject({ fault: { code: 'upstream_unreachable', charged: 'no' } })
})

test('an abort ends it at once, and it may have been billed', async () => {
  const { provider } = await target({ drip: '{"candidates":[]}', everyMs: 100 })
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 200)
  const begun = performance.now()
  const answer = await provider.send(EDIT, { signal: controller.signal })
  expect(answer).toMatchObject({ kind: 'fault', fault: { code: 'cancelled', charged: 'unknown' } })
  expect(performance.now() - begun).toBeLessThan(600)
})

test('an aborted edit that never reached a socket was not billed', async () => {
  const { provider, seen } = await target(EDITED)
  const answer = await provider.send(EDIT, { signal: AbortSignal.abort() })
  expect(answer).toMatchObject({ kind: 'fault', fault: { code: 'cancelled', charged: 'no' } })
  expect(seen).toHaveLength(0)
})

test.each([
  ['firstByteMs', { end: 'hold' }, 'upstream_timeout'],
  ['totalMs', { drip: '{"candidates":[]}', everyMs: 100 }, 'upstream_timeout'],
  ['idleMs', { raw: 'HTTP/1.1 200 OK\r\n\r\n{"cand', end: 'hold' }, 'upstream_interrupted'],
] as const)('%s bounds an edit, which may have been billed', async (name, play, code) => {
  const { provider } = await target(play)
  const signal = AbortSignal.timeout(10_000)
  const answer = await provider.send(EDIT, { signal, timeouts: { [name]: 200 } })
  expect(answer).toMatchObject({
    kind: 'fault',
    fault: { code, charged: 'unknown', message: expect.stringContaining(`timeouts.${name}`) },
  })
  expectNoSecrets(answer, [KEY, 'canary-instruction'])
})

test('an edit whose caller has gone is answered once it is sent, and not sent where it was not', async () => {
  const leaving = new AbortController()
  const { provider, seen } = await target(() => {
    leaving.abort()
    return EDITED
  })
  const sending = { signal: AbortSignal.timeout(10_000), leaving: leaving.signal }
  expect(await provider.send(EDIT, sending)).toMatchObject({ kind: 'image', charged: 'yes' })
  expect(await provider.send(EDIT, sending)).toMatchObject({ fault: { code: 'cancelled', charged: 'no' } })
  expect(seen).toHaveLength(1)
})

test('limits are those of the surface and of the model', async () => {
  const { provider } = await target(EDITED)
  const limits = provider.limits('gemini-nano-banana-2.1')
  expect(limits).toMatchObject({
    maxRequestBytes: 100_000_000,
    maxImages: 14,
    imageSizes: ['1K', '2K', '4K'],
    mask: false,
    keepsFrame: false,
  })
  expect(Math.ceil(limits.maxImageBytes / 3) * 4).toBeLessThan(100_000_000)
  expect(limits.imageTypes).toContain('image/heic')
  expect(provider.limits('brand-new-model')).toMatchObject({ imageSizes: [], maxImages: 14 })
})

test('a probe asks for the model, which is free, and says what it proves', async () => {
  const { options, seen } = await target((_, index): Play => {
    if (index === 0) return { json: { name: 'models/m', supportedGenerationMethods: ['generateContent'] } }
    if (index === 1) return { json: { name: 'models/m', supportedGenerationMethods: ['embedContent'] } }
    if (index === 2) return { body: '<html>hotel wifi' }
    return json(400, 'INVALID_ARGUMENT', 'API key not valid.')
  })
  const probed = () => probeAiStudio(options, 'm', AbortSignal.timeout(5000))
  expect(await probed()).toMatchObject({ kind: 'ready', proves: expect.stringContaining('key is valid') })
  expect(seen[0]).toMatchObject({
    method: 'GET',
    url: '/v1beta/models/m',
    headers: { 'x-goog-api-key': KEY },
  })
  expect(await probed()).toMatchObject({ kind: 'fault', fault: { code: 'model_unavailable' } })
  expect(await probed()).toMatchObject({
    kind: 'fault',
    fault: { code: 'upstream_unreadable', charged: 'no' },
  })
  expect(await probed()).toMatchObject({ kind: 'fault', fault: { code: 'credential_invalid' } })
})
