import { expect, test } from 'vitest'
import { realSystem } from '../src/system.ts'
import { KEYLESS, SETTINGS } from './gateway-client.ts'
import {
  admin,
  callsOf,
  edit,
  gatewayFor,
  geminiEdit,
  google,
  IMAGE,
  keyNamed,
  MODEL,
  OTHER_MODEL,
  studio,
  targetsOf,
  vertexGlobal,
} from './routing-scene.ts'

const statuses = (emulator: Parameters<typeof callsOf>[0]) => callsOf(emulator).map(({ status }) => status)

test('34.4 s in the body: another target makes the edit at once', async () => {
  const [throttled, free] = [await google('429-minute'), await google()]
  const gateway = await gatewayFor({
    targets: [studio(throttled, { name: 'first' }), studio(free, { name: 'second' })],
  })
  const begun = performance.now()
  expect(await edit(gateway)).toMatchObject({
    status: 200,
    target: 'second',
    attempts: [
      { target: 'first', status: 429, code: 'rate_limited' },
      { target: 'second', code: null },
    ],
  })
  expect(performance.now() - begun).toBeLessThan(5000)
  // Nobody asks the first before its time.
  expect(await edit(gateway)).toMatchObject({ status: 200, attempts: [{ target: 'second' }] })
  expect(statuses(throttled)).toEqual([429])
  expect(statuses(free)).toEqual([200, 200])
})

test('34.4 s in the body and nowhere else to go: 429 at once with Retry-After, and Google is not asked again before', async () => {
  const emulator = await google('429-minute')
  const gateway = await gatewayFor({ targets: [studio(emulator)] })
  const begun = performance.now()
  const first = await edit(gateway, { timeoutMs: 20_000 })
  expect(first).toMatchObject({ status: 429, code: 'rate_limited' })
  expect(first.headers.get('retry-after')).toBe('35')
  for (let again = 0; again < 3; again += 1) {
    const next = await edit(gateway, { timeoutMs: 20_000 })
    expect(next).toMatchObject({ status: 429, code: 'rate_limited', attempts: [] })
    expect(Number(next.headers.get('retry-after'))).toBeGreaterThan(25)
  }
  const gemini = await geminiEdit(gateway, { timeoutMs: 20_000 })
  expect(gemini).toMatchObject({ status: 429, body: { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } } })
  expect(Number(gemini.headers.get('retry-after'))).toBeGreaterThan(25)
  expect(performance.now() - begun).toBeLessThan(5000)
  expect(statuses(emulator)).toEqual([429])
})

test('34.4 s in the body, by Google’s own dialect: its answer as it is, and a Retry-After that it has not', async () => {
  const emulator = await google('429-minute')
  const gateway = await gatewayFor({ targets: [studio(emulator)] })
  const { status, headers, body } = await geminiEdit(gateway, { timeoutMs: 20_000 })
  expect([status, headers.get('retry-after')]).toEqual([429, '35'])
  const retry = body.error?.details?.find((detail) => detail['@type'].endsWith('RetryInfo'))
  expect(retry?.retryDelay).toBe('34.4s')
  expect(statuses(emulator)).toEqual([429])
})

test('a short wait that Google tells is waited for, and not a moment less', async () => {
  const emulator = await google('429-minute=1.3s@1.3s')
  const gateway = await gatewayFor({ targets: [studio(emulator)] })
  expect(await edit(gateway)).toMatchObject({ status: 200, attempts: [{ status: 429 }, { status: 200 }] })
  const [refused, made] = callsOf(emulator).map(({ at }) => Date.parse(at))
  expect((made ?? 0) - (refused ?? 0)).toBeGreaterThanOrEqual(1300)
  expect((made ?? 0) - (refused ?? 0)).toBeLessThan(4000)
})

test.each(['429-day', '429-zero'])('%s: Google is asked once, whatever wait it names', async (persona) => {
  const emulator = await google(persona)
  const gateway = await gatewayFor({ targets: [studio(emulator)] })
  for (let times = 0; times < 4; times += 1) {
    expect(await edit(gateway)).toMatchObject({ status: 429, code: 'quota_exhausted' })
  }
  expect((await geminiEdit(gateway)).status).toBe(429)
  expect(statuses(emulator)).toEqual([429])
})

test.each(['429-day', '429-zero'])('%s by one key of two: the other makes the edits', async (persona) => {
  const emulator = await google()
  emulator.addPersonas(persona, { credential: keyNamed('spent') })
  const gateway = await gatewayFor({ targets: [studio(emulator, { keys: ['spent', 'fresh'] })] })
  for (let times = 0; times < 12; times += 1) {
    expect(await edit(gateway)).toMatchObject({ status: 200, target: 'studio#fresh' })
  }
  expect(statuses(emulator).filter((status) => status === 429)).toHaveLength(1)
})

test('503 at one of two that share the load: every edit is made, and each attempt is told', async () => {
  const [down, up] = [await google('503'), await google()]
  const step = { model: null, weight: 1 }
  const tiers = [['down', 'up'].map((target) => ({ target, ...step }))]
  const gateway = await gatewayFor({
    targets: [studio(down, { name: 'down' }), studio(up, { name: 'up' })],
    routes: [{ name: null, models: null, tiers }],
  })
  const edits = []
  for (let times = 0; times < 16; times += 1) edits.push(await edit(gateway))
  expect(edits.map(({ status }) => status)).toEqual(edits.map(() => 200))
  for (const { attempts, headers, target } of edits) {
    expect(target).toBe('up')
    expect(headers.get('plantain-attempts')).toBe(String(attempts.length))
  }
  const failed = edits.flatMap(({ attempts }) => attempts.filter(({ status }) => status === 503))
  expect(failed[0]).toMatchObject({ target: 'down', code: 'upstream_overloaded', charged: 'no' })
  expect(failed).toHaveLength(callsOf(down).length)
})

test('a leaked key is taken out and the edit goes on; reload lets it in again', async () => {
  const emulator = await google()
  const leak = emulator.addPersonas('key-leaked', { credential: keyNamed('seen') })
  const gateway = await gatewayFor(
    { targets: [studio(emulator, { keys: ['seen', 'secret'] })] },
    { again: () => ({}) },
  )
  const isMade = { status: 200, target: 'studio#secret' }
  // Those who come at once all find out, and it is told once.
  const crowd = await Promise.all(Array.from({ length: 8 }, () => edit(gateway)))
  for (const told of crowd) expect(told).toMatchObject(isMade)
  const refusals = () => statuses(emulator).filter((status) => status === 403).length
  const before = refusals()
  expect(before).toBeGreaterThan(0)
  for (let times = 0; times < 8; times += 1) expect(await edit(gateway)).toMatchObject(isMade)
  expect(refusals()).toBe(before)
  expect(gateway.lines).toEqual([
    {
      message: expect.stringContaining('taken out'),
      fields: expect.objectContaining({ key: 'studio#seen' }),
    },
  ])
  const { text, targets } = await targetsOf(gateway)
  expect(targets[0]?.keys).toMatchObject([
    { name: 'studio#seen', state: 'locked-out', reason: { message: expect.stringContaining('leaked') } },
    { name: 'studio#secret', state: 'serving', reason: null },
  ])
  expect(text).not.toContain(keyNamed('seen'))

  emulator.removePersonas(leak)
  expect((await admin(gateway, '/v1/reload')).status).toBe(200)
  expect((await targetsOf(gateway)).targets[0]?.keys).toMatchObject([
    { state: 'serving' },
    { state: 'serving' },
  ])
  await expect.poll(async () => (await edit(gateway)).target, { interval: 1 }).toBe('studio#seen')
})

test('regions: a model that is served in none of them is refused with what remains, and nothing is sent', async () => {
  const emulator = await google()
  const gateway = await gatewayFor({
    keyless: { ...KEYLESS, regions: ['eu'] },
    targets: [studio(emulator), vertexGlobal(emulator), { provider: 'local', name: 'local' }],
  })
  const refused = await edit(gateway, { model: MODEL })
  expect(refused).toMatchObject({ status: 400, code: 'region_unavailable', attempts: [] })
  expect(refused.detail).toMatch(/eu\b.*There is local\./)
  const gemini = await geminiEdit(gateway)
  expect(gemini.body.error).toMatchObject({ code: 400 })
  expect(await edit(gateway, { model: 'local', words: 'make it black and white' })).toMatchObject({
    status: 200,
    target: 'local',
  })
  expect(emulator.state().calls).toEqual([])
})

test('a price cap refuses before anything is sent', async () => {
  const emulator = await google()
  const limits = { ...KEYLESS.limits, costMicroUsdPerEdit: 1000 }
  const gateway = await gatewayFor({ keyless: { ...KEYLESS, limits }, targets: [studio(emulator)] })
  expect(await edit(gateway)).toMatchObject({ status: 403, code: 'not_allowed', attempts: [] })
  expect((await geminiEdit(gateway)).status).toBe(403)
  expect(emulator.state().calls).toEqual([])
})

const STEPS = [
  [{ target: 'studio', model: null, weight: 1 }],
  [{ target: 'studio', model: OTHER_MODEL, weight: 1 }],
  [{ target: 'local', model: 'local', weight: 1 }],
]
const ROUTES = [{ name: null, models: null, tiers: STEPS }]

test('another model of the route makes the edit when the first is down, and the answer says so', async () => {
  const emulator = await google([{ personas: '503', where: { model: MODEL } }])
  const targets = [studio(emulator), { provider: 'local' as const, name: 'local' }]
  const gateway = await gatewayFor({ targets, routes: ROUTES })
  const made = await edit(gateway)
  expect(made).toMatchObject({ status: 200, model: OTHER_MODEL, degraded: true })
  expect(made.headers.get('plantain-degraded')).toBe('true')
  emulator.removePersonas()
  await expect
    .poll(async () => {
      const { model, degraded, headers } = await edit(gateway)
      return [model, degraded, headers.get('plantain-degraded')]
    })
    .toEqual([MODEL, false, 'false'])
})

test('the local engine as last resort makes the edit when all else is down, and the answer says so', async () => {
  const emulator = await google('503')
  const targets = [studio(emulator), { provider: 'local' as const, name: 'local' }]
  const gateway = await gatewayFor({ targets, routes: ROUTES })
  const made = await edit(gateway, { words: 'make it black and white' })
  expect(made).toMatchObject({
    status: 200,
    model: 'local',
    target: 'local',
    degraded: true,
    attempts: [{ model: MODEL, status: 503 }, { model: OTHER_MODEL, status: 503 }, { model: 'local' }],
  })
  expect(made.headers.get('plantain-degraded')).toBe('true')
})

test.each(['no-image', 'text-only'])(
  '%s on the native door: asked once more for images alone, then another model',
  async (persona) => {
    const emulator = await google([{ personas: persona, where: { model: MODEL } }])
    const gateway = await gatewayFor({
      targets: [studio(emulator)],
      routes: [{ ...ROUTES[0]!, tiers: STEPS.slice(0, 2) }],
    })
    expect(await edit(gateway)).toMatchObject({ status: 200, model: OTHER_MODEL, degraded: true })
    const calls = callsOf(emulator)
    expect(calls.map(({ model }) => model)).toEqual([MODEL, MODEL, OTHER_MODEL])
    // What is no longer asked for is left out of the request.
    expect((calls[0]?.requestBytes ?? 0) - (calls[1]?.requestBytes ?? 0)).toBe('"TEXT",'.length)
  },
)

test('no image on Google’s dialect: its answer as it is, after one call', async () => {
  const emulator = await google('no-image')
  const gateway = await gatewayFor({
    targets: [studio(emulator)],
    routes: [{ ...ROUTES[0]!, tiers: STEPS.slice(0, 2) }],
  })
  const { status, body } = await geminiEdit(gateway)
  expect([status, body.candidates?.[0]?.finishReason]).toEqual([200, 'NO_IMAGE'])
  expect(callsOf(emulator)).toHaveLength(1)
})

test('a file that the target may not read does not take its key out', async () => {
  const emulator = await google()
  const gateway = await gatewayFor({ targets: [studio(emulator)] })
  const fileUri = 'https://generativelanguage.googleapis.com/v1beta/files/of-somebody-else'
  const parts = [{ text: 'Make the sky pink' }, { fileData: { fileUri, mimeType: 'image/jpeg' } }]
  expect((await geminiEdit(gateway, { parts })).status).toBeGreaterThanOrEqual(400)
  expect(statuses(emulator)).toEqual([403])
  expect((await targetsOf(gateway)).targets[0]?.keys).toMatchObject([{ state: 'serving' }])
  expect((await geminiEdit(gateway, { parts: [{ text: 'Make the sky pink' }, IMAGE] })).status).toBe(200)
  expect(gateway.lines).toEqual([])
})

test('metrics tell the share of a target, what is left for retries, and its keys', async () => {
  const emulator = await google()
  emulator.addPersonas('key-leaked', { credential: keyNamed('seen') })
  const gateway = await gatewayFor({
    targets: [studio(emulator, { keys: ['seen', 'secret', 'resting'] })],
    observe: { ...SETTINGS.observe, metrics: true },
  })
  expect((await admin(gateway, '/v1/targets/studio%23resting/drain')).status).toBe(200)
  await expect
    .poll(
      async () => {
        await edit(gateway)
        return statuses(emulator).includes(403)
      },
      { interval: 1 },
    )
    .toBe(true)
  const { text } = await admin(gateway, '/metrics', 'GET')
  expect(text).toContain(`plantain_target_share{target="studio",model="${MODEL}"} 1`)
  expect(text).toContain(`plantain_retry_tokens{target="studio",model="${MODEL}"} 500`)
  for (const state of ['serving', 'draining', 'locked-out']) {
    expect(text).toContain(`plantain_target_keys{target="studio",state="${state}"} 1`)
  }
})

test('metrics and targets tell how long the next edit would wait, and resuming a key ends what Google asked for', async () => {
  const emulator = await google('429-minute')
  const gateway = await gatewayFor({
    targets: [studio(emulator, { requestsPerMinute: 1 })],
    observe: { ...SETTINGS.observe, metrics: true },
  })
  await edit(gateway, { timeoutMs: 20_000 })
  const keyView = async () => (await targetsOf(gateway)).targets[0]?.keys[0]
  const before = await keyView()
  expect(before?.holds).toMatchObject([{ model: MODEL, code: 'rate_limited' }])
  expect(before?.queues).toMatchObject([{ model: MODEL }])
  const { text } = await admin(gateway, '/metrics', 'GET')
  for (const reason of ['google', 'quota'])
    expect(text).toMatch(
      new RegExp(
        `^plantain_key_wait_seconds\\{key="studio",model="${MODEL}",reason="${reason}"\\} [1-9][\\d.]*$`,
        'm',
      ),
    )
  await admin(gateway, '/v1/targets/studio/resume')
  expect((await keyView())?.holds).toEqual([])
})

test('where all keys are drained the caller is told that, and a resumed one serves again', async () => {
  const emulator = await google()
  const gateway = await gatewayFor({ targets: [studio(emulator)] })
  await admin(gateway, '/v1/targets/studio/drain')
  expect(await edit(gateway)).toMatchObject({
    status: 502,
    code: 'target_misconfigured',
    detail: expect.stringContaining('has no Google credential that may make the edit'),
    attempts: [],
  })
  await admin(gateway, '/v1/targets/studio/resume')
  expect(await edit(gateway)).toMatchObject({ status: 200 })
})

test('an edit that goes on from an earlier one has its image, and is made where that was, by the same model', async () => {
  const [first, second] = [await google(), await google()]
  const step = { model: null, weight: 1 }
  const tiers = [['first', 'second'].map((target) => ({ target, ...step }))]
  const gateway = await gatewayFor({
    targets: [studio(first, { name: 'first' }), studio(second, { name: 'second' })],
    routes: [{ name: null, models: null, tiers }],
  })
  let before = await edit(gateway, { model: OTHER_MODEL })
  const { target } = before
  for (let times = 0; times < 12; times += 1) {
    const next = await edit(gateway, { previousEdit: before.id, accept: 'any' })
    expect(next).toMatchObject({ status: 200, target, model: OTHER_MODEL })
    before = next
  }
  expect(callsOf(target === 'first' ? second : first)).toHaveLength(0)
  expect(callsOf(target === 'first' ? first : second).at(-1)?.images).toMatchObject([{}])
  for (const id of ['edit_0', 'nothing', before.id.replace(/.$/, (last) => (last === '0' ? '1' : '0'))])
    expect(await edit(gateway, { previousEdit: id })).toMatchObject({ status: 404, code: 'not_found' })
})

test('a caller’s own key of AI Studio is shown to nobody else, however badly AI Studio does', async () => {
  const [down, other] = [await google('503'), await google()]
  const gateway = await gatewayFor({
    keyless: { ...KEYLESS, passThrough: true },
    routing: { ...SETTINGS.routing, attempts: 1 },
    targets: [studio(down), vertexGlobal(other)],
  })
  for (let times = 0; times < 8; times += 1) {
    const response = await fetch(`${gateway.url}/v1/edits`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': 'AIza-of-the-caller' },
      body: JSON.stringify({ input: [`Make it ${times} times darker`, IMAGE] }),
    })
    expect(response.status).toBe(503)
    await response.text()
  }
  expect(callsOf(other)).toEqual([])
  expect(callsOf(down).length).toBeGreaterThan(7)
})

test('a quota of 4 a minute: what would come too late is refused at once, and Google never sees more', async () => {
  const emulator = await google('quota=4/min')
  let shiftMs = 0
  const clock = {
    now: () => realSystem.clock.now() + shiftMs,
    monotonicMs: () => realSystem.clock.monotonicMs() + shiftMs,
  }
  const gateway = await gatewayFor(
    { targets: [studio(emulator, { requestsPerMinute: 4 })] },
    { system: { ...realSystem, clock } },
  )
  let made = 0
  // A minute and a half, in which somebody comes with six whenever one may go.
  while (shiftMs < 90_000) {
    const begun = performance.now()
    const six = await Promise.all(Array.from({ length: 6 }, () => edit(gateway, { timeoutMs: 3000 })))
    expect(performance.now() - begun).toBeLessThan(2900)
    made += six.filter(({ status }) => status === 200).length
    const refused = six.filter(({ status }) => status !== 200)
    expect(refused.length).toBeGreaterThan(0)
    const waits = refused.map((told) => {
      expect(told).toMatchObject({ status: 429, code: 'rate_limited', attempts: [] })
      return Number(told.headers.get('retry-after'))
    })
    const waitMs = Math.min(...waits) * 1000
    expect(waitMs).toBeGreaterThan(3000)
    shiftMs += waitMs
    emulator.advanceClock(waitMs)
  }
  expect(made).toBeGreaterThanOrEqual(5)
  // Its own quota would have refused the fifth within a minute.
  expect(statuses(emulator)).toEqual(Array.from({ length: made }, () => 200))
})
