import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hashOf, newGatewayKey } from '../src/auth/gateway-key.ts'
import type { GatewayConfig } from '../src/config/gateway-config.ts'
import type { CallerLimits } from '../src/contract/caller.ts'
import { realSystem } from '../src/system.ts'
import { EDITS, GENERATE } from './bad-input.ts'
import { errorIn } from './dialect.ts'
import { gatewayOn, KEYLESS, type LoggedGateway, SETTINGS } from './gateway-client.ts'
import { headOf, openRaw, type RawSocket, requestOf } from './raw-socket.ts'
import { startScriptedServer } from './scripted-server.ts'

const PHOTO = readFileSync(new URL('../../../examples/photos/rocket.jpg', import.meta.url)).toString('base64')
const JSON_TYPE = ['content-type', 'application/json'] as const
const ANSWER = {
  candidates: [{ content: { parts: [{ text: 'no' }] }, finishReason: 'NO_IMAGE' }],
  modelVersion: 'm',
  responseId: 'r',
}
const BODY = JSON.stringify({
  contents: [{ parts: [{ text: 'brighter' }, { inlineData: { mimeType: 'image/jpeg', data: PHOTO } }] }],
})

async function started(
  config: Partial<GatewayConfig>,
  hold: Promise<void> = Promise.resolve(),
): Promise<LoggedGateway> {
  const upstream = await startScriptedServer(async () => {
    await hold
    return { json: ANSWER }
  })
  const gateway = await gatewayOn(upstream.origin, config, { lingerMs: 300 })
  onTestFinished(async () => {
    await gateway.close()
    await upstream.close()
    expect(gateway.errors()).toEqual([])
  })
  return gateway
}

async function opened({ port }: LoggedGateway): Promise<RawSocket> {
  const raw = await openRaw(port)
  onTestFinished(() => void raw.socket.destroy())
  return raw
}

function keyed(name: string, rate: Omit<CallerLimits, 'costMicroUsdPerEdit'>) {
  const limits = { ...rate, costMicroUsdPerEdit: null }
  const key = newGatewayKey({ random: realSystem.random }).reveal()
  return { key, known: { hash: hashOf(key), caller: { ...KEYLESS, keyId: name, limits } } }
}

describe('a key', () => {
  test('has so many requests under way at once, and others have theirs', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const [one, other] = [
      keyed('one', { concurrent: 2, requestsPerMinute: 1000 }),
      keyed('other', { concurrent: 1, requestsPerMinute: 1000 }),
    ]
    const gateway = await started({ keys: [one.known, other.known] }, promise)
    const ask = (key: string) =>
      fetch(`${gateway.url}${GENERATE}`, {
        method: 'POST',
        headers: [[...JSON_TYPE], ['x-goog-api-key', key]],
        body: BODY,
      })
    const models = (key: string) => fetch(`${gateway.url}/v1/models`, { headers: { 'x-goog-api-key': key } })
    const editing = [ask(one.key), ask(one.key)]
    await expect.poll(async () => (await models(one.key)).status, { timeout: 10_000 }).toBe(429)

    const refused = await models(one.key)
    const { headers } = refused
    expect(await refused.json()).toMatchObject({ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } })
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(headers.get('ratelimit-policy')).toBe(
      '"requests";q=1000;w=60, "concurrent";q=2;qu="concurrent-requests"',
    )
    expect(headers.get('ratelimit')).toMatch(/^"requests";r=\d+(?:;t=\d+)?, "concurrent";r=0$/)
    expect((await models(other.key)).status).toBe(200)

    resolve()
    for (const answer of await Promise.all(editing)) {
      expect(answer.status).toBe(200)
      expect(answer.headers.get('ratelimit')).toMatch(/"concurrent";r=[01]$/)
      await answer.text()
    }
    expect((await models(one.key)).status).toBe(200)
  })

  test('has so many requests a minute, and others have theirs', async () => {
    const [one, other] = [
      keyed('one', { concurrent: 10, requestsPerMinute: 3 }),
      keyed('other', { concurrent: 10, requestsPerMinute: 3 }),
    ]
    const gateway = await started({ keys: [one.known, other.known] })
    const models = (key: string) => fetch(`${gateway.url}/v1/models`, { headers: { 'plantain-key': key } })
    const left: (string | null)[] = []
    for (let i = 0; i < 3; i += 1) left.push((await models(one.key)).headers.get('ratelimit'))
    expect(left.map((header) => /r=(\d+)/.exec(header ?? '')?.[1])).toEqual(['2', '1', '0'])
    const refused = await models(one.key)
    expect(refused.status).toBe(429)
    // A third of a minute, and less what has gone by.
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(5)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(20)
    expect((await models(other.key)).status).toBe(200)
    // What is open needs no key, and takes nothing from any.
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200)
  })
})

describe('memory for requests', () => {
  const MB = 1024 * 1024
  const limits = { ...SETTINGS.limits, inFlightBytes: 8 * MB, requestBytes: 8 * MB, bodyIdleMs: 30_000 }

  test('is refused above the budget, in milliseconds from the head, and is there again once it is given back', async () => {
    const gateway = await started({ limits })
    const holding = await opened(gateway)
    await holding.write(headOf({ path: EDITS, headers: [JSON_TYPE, ['content-length', String(7 * MB)]] }))
    await sleep(100)

    const times: number[] = []
    for (let i = 0; i < 31; i += 1) {
      const raw = await opened(gateway)
      const begun = performance.now()
      await raw.write(headOf({ path: EDITS, headers: [JSON_TYPE, ['content-length', String(2 * MB)]] }))
      const [answer] = (await raw.wait(1)) ?? []
      times.push(performance.now() - begun)
      expect(answer && errorIn(answer)?.code).toBe('overloaded')
      expect(answer?.headers['retry-after']).toBe('2')
      raw.socket.destroy()
    }
    const median = times.toSorted((a, b) => a - b)[15] ?? Infinity
    console.log(`Refused in ${median.toFixed(1)} ms from the head (median of ${times.length}).`)
    // 10 ms on a machine of its own.
    expect(median).toBeLessThan(250)

    // In chunks nobody knows how much comes: it is refused when there is no more.
    const growing = await opened(gateway)
    await growing.write(headOf({ path: GENERATE, headers: [JSON_TYPE, ['transfer-encoding', 'chunked']] }))
    await growing.write(`200000\r\n${'a'.repeat(2 * MB)}\r\n`)
    const [answer] = (await growing.wait(1)) ?? []
    expect(answer && errorIn(answer)).toMatchObject({ dialect: 'google', code: 'overloaded' })

    // Small ones have room beside it.
    const small = await fetch(`${gateway.url}${GENERATE}`, {
      method: 'POST',
      headers: [[...JSON_TYPE]],
      body: BODY,
    })
    expect(small.status).toBe(200)
    await small.text()

    holding.socket.resetAndDestroy()
    await expect
      .poll(
        async () => {
          const body = JSON.stringify({ contents: [{ parts: [{ text: ' '.repeat(6 * MB) }] }] })
          const big = await fetch(`${gateway.url}${GENERATE}`, {
            method: 'POST',
            headers: [[...JSON_TYPE]],
            body,
          })
          await big.text()
          return big.status
        },
        { timeout: 20_000 },
      )
      .toBe(200)
  })
})

async function dribble(raw: RawSocket, text: string, everyMs: number): Promise<void> {
  for (const letter of text) {
    if (raw.isGone() || (raw.answers()?.length ?? 0) > 0) return
    await raw.write(letter)
    await sleep(everyMs)
  }
}

describe('whoever is slow', () => {
  const limits = {
    ...SETTINGS.limits,
    headersTimeoutMs: 500,
    bodyIdleMs: 700,
    bodyTotalMs: 1500,
    keepAliveMs: 400,
  }
  /** A limit is looked at every second. */
  const LATE_MS = 5000

  test('with its head is told, and cut', async () => {
    const gateway = await started({ limits })
    const raw = await opened(gateway)
    const begun = performance.now()
    const dribbling = dribble(raw, headOf({ path: EDITS, headers: [['x-odd', 'a'.repeat(5000)]] }), 50)
    const [answer] = (await raw.wait(1)) ?? []
    expect(answer && errorIn(answer)?.code).toBe('request_timeout')
    expect(answer?.headers['x-content-type-options']).toBe('nosniff')
    expect(await raw.closes(LATE_MS)).toBe(true)
    expect(performance.now() - begun).toBeLessThan(LATE_MS)
    await dribbling
  })

  test('without a word is cut', async () => {
    const gateway = await started({ limits })
    const raw = await opened(gateway)
    expect(await raw.closes(LATE_MS)).toBe(true)
  })

  test.each([
    ['JSON', JSON_TYPE[1], '{"input":["'],
    ['a form', 'multipart/form-data; boundary=e', '--e\r\ncontent-disposition: form-data; name="a"\r\n\r\n'],
  ])(
    'with a body of %s is told: when it stands still, and when it takes too long',
    async (_, type, begin) => {
      const gateway = await started({ limits })
      const head = headOf({
        path: EDITS,
        headers: [
          ['content-type', type],
          ['content-length', '5000'],
        ],
      })
      const still = await opened(gateway)
      await still.write(head + begin)
      const [late] = (await still.wait(1)) ?? []
      expect(late && errorIn(late)).toMatchObject({ code: 'request_timeout', message: /stood still/ })
      expect(await still.closes(LATE_MS)).toBe(true)

      const dribbling = await opened(gateway)
      await dribbling.write(head + begin)
      const done = dribble(dribbling, 'a'.repeat(200), 100)
      const [slow] = (await dribbling.wait(1)) ?? []
      expect(slow && errorIn(slow)).toMatchObject({
        code: 'request_timeout',
        message: /was not there within 2 s/,
      })
      expect(await dribbling.closes(LATE_MS)).toBe(true)
      await done
    },
  )

  test('with a file is told, and what came of it is kept', async () => {
    const gateway = await started({ limits })
    const start = await fetch(`${gateway.url}/upload/v1beta/files`, {
      method: 'POST',
      headers: {
        'x-goog-upload-protocol': 'resumable',
        'x-goog-upload-command': 'start',
        'x-goog-upload-header-content-length': '5000',
        'x-goog-upload-header-content-type': 'image/png',
      },
    })
    const { pathname, search } = new URL(start.headers.get('x-goog-upload-url') ?? '')
    const raw = await opened(gateway)
    await raw.write(
      headOf({
        path: pathname + search,
        headers: [
          ['x-goog-upload-command', 'upload'],
          ['x-goog-upload-offset', '0'],
          ['content-length', '5000'],
        ],
      }),
    )
    await raw.write('a'.repeat(1000))
    const [answer] = (await raw.wait(1)) ?? []
    expect(answer && errorIn(answer)).toMatchObject({ dialect: 'google', code: 'request_timeout' })
  })

  test('to ask again is let go', async () => {
    const gateway = await started({ limits })
    const raw = await opened(gateway)
    await raw.write(requestOf({ method: 'GET', path: '/healthz' }))
    await raw.wait(1)
    expect(await raw.closes(LATE_MS)).toBe(true)
    expect(raw.answers()).toHaveLength(1)
  })

  test('keeps nobody else waiting, a hundred of them neither', async () => {
    const gateway = await started({
      limits: { ...limits, headersTimeoutMs: 3000, bodyIdleMs: 3000, bodyTotalMs: 3000 },
    })
    const slow = await Promise.all(Array.from({ length: 100 }, () => opened(gateway)))
    await Promise.all(
      slow.map((raw, i) =>
        raw.write(
          i % 2 === 0
            ? 'POST /v1/ed'
            : headOf({ path: EDITS, headers: [JSON_TYPE, ['content-length', '99']] }),
        ),
      ),
    )
    for (let i = 0; i < 20; i += 1) {
      const answer = await fetch(`${gateway.url}${GENERATE}`, {
        method: 'POST',
        headers: [[...JSON_TYPE]],
        body: BODY,
      })
      expect(answer.status).toBe(200)
      await answer.text()
    }
    const closed = await Promise.all(slow.map((raw) => raw.closes(15_000)))
    expect(closed.every(Boolean)).toBe(true)
  })
})

test('connections beyond as many as may be are not taken', async () => {
  const gateway = await started({ limits: { ...SETTINGS.limits, connections: 3 } })
  const taken = [await opened(gateway), await opened(gateway), await opened(gateway)]
  const ask = requestOf({ method: 'GET', path: '/healthz' })
  for (const raw of taken) {
    await raw.write(ask)
    expect((await raw.wait(1))?.[0]?.status).toBe(200)
  }
  const more = await opened(gateway)
  await more.write(ask)
  expect(await more.closes(5000)).toBe(true)
  expect(more.answers()).toEqual([])
  taken[0]?.socket.destroy()
  await expect
    .poll(
      async () => {
        const again = await opened(gateway)
        await again.write(ask)
        return (await again.wait(1))?.[0]?.status
      },
      { timeout: 10_000 },
    )
    .toBe(200)
})
