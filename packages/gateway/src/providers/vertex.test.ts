import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { EDIT, EDITED, expectNoSecrets, type Scripted, scripted, send } from '../../test/google-target.ts'
import { diverting, type Play, type Seen } from '../../test/scripted-server.ts'
import { CANARIES, CREDENTIALS, tokenAnswer } from '../../test/token-endpoints.ts'
import type { SendOptions } from '../contract/provider.ts'
import { Secret } from '../contract/secret.ts'
import { type GoogleAuth, googleAuth, type GoogleAuthOptions } from '../net/google-auth.ts'
import { createVertexProvider, probeVertex, type VertexProjectOptions } from './vertex.ts'

const open: Scripted[] = []
afterAll(() => Promise.all(open.map((one) => one.close())))

/** Vertex and the token service on one loopback server, behind Google's own addresses. */
async function target(
  play: Play | ((seen: Seen) => Play),
  more: Partial<VertexProjectOptions> = {},
  credential: Partial<GoogleAuthOptions> = {},
) {
  const world = await scripted((seen) => {
    if (seen.url === '/token') return tokenAnswer(CANARIES.accessToken)
    return typeof play === 'function' ? play(seen) : play
  })
  open.push(world)
  const origins: string[] = []
  const dial = diverting(
    (request) => world.dialer.dial(request),
    new Proxy({}, { get: (_, origin: string) => (origins.push(origin), world.server.origin) }),
  )
  const auth = googleAuth({
    credential: { kind: 'json', json: new Secret(JSON.stringify(CREDENTIALS.authorized_user)) },
    dial,
    projectId: 'my-project',
    ...credential,
  })
  const options: VertexProjectOptions = { auth, dial, clock: world.clock, location: 'global', ...more }
  const edits = () => world.server.seen.filter(({ url }) => url !== '/token')
  return { options, provider: createVertexProvider(options), edits, origins, seen: world.server.seen }
}

const PATH = 'publishers/google/models/gemini-nano-banana-2.1:generateContent'

test('an edit goes out with a token, the quota project and the format asked for', async () => {
  const { provider, edits } = await target(EDITED)
  expect(await send(provider)).toMatchObject({ kind: 'image', costMicroUsd: 35_100, charged: 'yes' })
  const edit = edits()[0]!
  expect(edit.url).toBe(`/v1beta1/projects/my-project/locations/global/${PATH}`)
  expect(edit.headers).toMatchObject({
    authorization: `Bearer ${CANARIES.accessToken}`,
    'x-goog-user-project': 'user-quota-project',
  })
  expect(edit.headers).not.toHaveProperty('x-goog-api-key')
  expect(JSON.parse(edit.body.toString())).toMatchObject({
    generationConfig: { imageConfig: { imageOutputOptions: { mimeType: 'image/png' } } },
  })
})

test.each([
  ['global', 'https://aiplatform.googleapis.com'],
  ['us', 'https://aiplatform.us.rep.googleapis.com'],
  ['eu', 'https://aiplatform.eu.rep.googleapis.com'],
  ['europe-west4', 'https://europe-west4-aiplatform.googleapis.com'],
])('the location %s is at %s', async (location, origin) => {
  const { provider, edits, origins } = await target(EDITED, { location, project: 'other' })
  await send(provider)
  expect(provider.target).toBe(`vertex:${location}`)
  expect(origins.at(-1)).toBe(origin)
  expect(edits()[0]!.url).toBe(`/v1beta1/projects/other/locations/${location}/${PATH}`)
})

test('a private endpoint takes the place of the host', async () => {
  const { provider, origins } = await target(EDITED, {
    baseUrl: 'https://aiplatform.internal.example',
    apiVersion: 'v1',
  })
  await send(provider)
  expect(origins.at(-1)).toBe('https://aiplatform.internal.example')
})

test('express mode needs a key and no project', async () => {
  const { options, edits, origins } = await target(EDITED)
  const { dial, clock } = options
  const provider = createVertexProvider({ key: new Secret(CANARIES.apiKey), dial, clock })
  await send(provider)
  expect(provider.target).toBe('vertex:express')
  expect(origins.at(-1)).toBe('https://aiplatform.googleapis.com')
  expect(edits()[0]).toMatchObject({
    url: `/v1beta1/${PATH}`,
    headers: { 'x-goog-api-key': CANARIES.apiKey },
  })
  expect(edits()[0]!.headers).not.toHaveProperty('authorization')
})

test.each([{ location: 'evil.example/x#' }, { location: 'a@b' }, { location: '' }, { project: '../../x' }])(
  '%j cannot choose where a token goes',
  async (more) => {
    await expect(target(EDITED, more)).rejects.toMatchObject({ code: 'invalid_request' })
  },
)

test('a credential that cannot be had is a fault, not charged and without its secrets', async () => {
  const { provider } = await target(EDITED, {}, { credential: { kind: 'json', json: new Secret('{}') } })
  const answer = await send(provider)
  expect(answer).toMatchObject({ kind: 'fault', fault: { code: 'credential_invalid', charged: 'no' } })
  expectNoSecrets(answer, Object.values(CANARIES))
})

test('a token that Google refuses is not kept', async () => {
  const refused = {
    status: 401,
    json: { error: { code: 401, status: 'UNAUTHENTICATED', message: `Bad ${CANARIES.accessToken}` } },
  }
  const { provider, seen } = await target(refused)
  const answer = await send(provider)
  expect(answer).toMatchObject({ fault: { code: 'credential_invalid', charged: 'no' } })
  expectNoSecrets(answer, Object.values(CANARIES))
  await send(provider)
  expect(seen.filter(({ url }) => url === '/token')).toHaveLength(2)
})

test('a denied permission is named, with the role that holds it', async () => {
  const message =
    "Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/projects/p'."
  const { provider } = await target({
    status: 403,
    json: { error: { code: 403, status: 'PERMISSION_DENIED', message } },
  })
  expect(await send(provider)).toMatchObject({
    fault: {
      code: 'permission_denied',
      message: expect.stringMatching(/aiplatform\.endpoints\.predict.*roles\/aiplatform\.user/),
    },
  })
})

test('an abort while the token is fetched ends it at once, unbilled', async () => {
  const { options } = await target(EDITED)
  const slow = googleAuth({
    credential: { kind: 'json', json: new Secret(JSON.stringify(CREDENTIALS.authorized_user)) },
    dial: () => new Promise(() => {}),
  })
  const provider = createVertexProvider({ ...options, auth: slow })
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 50)
  const answer = await provider.send(EDIT, { signal: controller.signal })
  expect(answer).toMatchObject({ kind: 'fault', fault: { code: 'cancelled', charged: 'no' } })
})

/** An identity whose token takes as long, or comes never. */
function slowAuth(ms: number): GoogleAuth {
  return {
    accessToken: async (signal) => wait(ms, new Secret(CANARIES.accessToken), { signal }),
    quotaProject: () => Promise.resolve(null),
    projectId: () => Promise.resolve('my-project'),
    forget: () => {},
  }
}

function leavingSoon(): SendOptions {
  return { signal: AbortSignal.timeout(10_000), leaving: AbortSignal.timeout(150) }
}

test('a token that takes longer than the whole attempt may is a timeout, unbilled', async () => {
  const { options, edits } = await target(EDITED)
  const provider = createVertexProvider({ ...options, auth: slowAuth(60_000) })
  const signal = AbortSignal.timeout(10_000)
  expect(await provider.send(EDIT, { signal, timeouts: { totalMs: 100 } })).toMatchObject({
    kind: 'fault',
    fault: {
      code: 'upstream_timeout',
      charged: 'no',
      message: expect.stringMatching(/token.*timeouts\.totalMs/),
    },
  })
  expect(edits()).toHaveLength(0)
})

test('the time a token took is not left for the edit', async () => {
  const { options, edits } = await target({ end: 'hold' })
  const provider = createVertexProvider({ ...options, auth: slowAuth(400) })
  const begun = performance.now()
  const answer = await provider.send(EDIT, {
    signal: AbortSignal.timeout(10_000),
    timeouts: { totalMs: 700 },
  })
  expect(answer).toMatchObject({ fault: { code: 'upstream_timeout', charged: 'unknown' } })
  expect(performance.now() - begun).toBeLessThan(1000)
  expect(edits()).toHaveLength(1)
})

test('a caller who leaves ends the wait for a token, but no edit that was sent', async () => {
  const { options, edits } = await target({ drip: JSON.stringify({ candidates: [] }), everyMs: 20 })
  const waiting = createVertexProvider({ ...options, auth: slowAuth(60_000) })
  const begun = performance.now()
  expect(await waiting.send(EDIT, leavingSoon())).toMatchObject({
    fault: { code: 'cancelled', charged: 'no' },
  })
  expect(performance.now() - begun).toBeLessThan(3000)
  expect(edits()).toHaveLength(0)
  const ready = createVertexProvider({ ...options, auth: slowAuth(0) })
  expect(await ready.send(EDIT, leavingSoon())).toMatchObject({ kind: 'refusal', status: 200 })
})

test('limits are those of Vertex AI', async () => {
  const { provider } = await target(EDITED)
  expect(provider.limits('gemini-nano-banana-2.1')).toMatchObject({ maxImageBytes: 7_000_000, mask: false })
  expect(provider.limits('gemini-3.1-flash-image').aspectRatios).toContain('9:21')
})

test('a probe counts the tokens of a word and generates nothing', async () => {
  const { options, edits } = await target({ json: { totalTokens: 1 } })
  expect(await probeVertex(options, 'm', AbortSignal.timeout(5000))).toMatchObject({
    kind: 'ready',
    proves: expect.stringContaining('count tokens'),
    leavesOpen: expect.stringContaining('aiplatform.endpoints.predict'),
  })
  expect(edits().map(({ url }) => url)).toEqual([
    '/v1beta1/projects/my-project/locations/global/publishers/google/models/m:countTokens',
  ])
  const missing = await target({
    status: 404,
    json: { error: { code: 404, status: 'NOT_FOUND', message: 'Publisher Model `m` was not found' } },
  })
  expect(await probeVertex(missing.options, 'm', AbortSignal.timeout(5000))).toMatchObject({
    fault: { code: 'model_unavailable' },
  })
})
