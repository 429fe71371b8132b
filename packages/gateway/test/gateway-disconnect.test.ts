import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Caller } from '../src/contract/caller.ts'
import { EDITS, GENERATE } from './bad-input.ts'
import { gatewayOn, KEYLESS, type LoggedGateway, SETTINGS } from './gateway-client.ts'
import { headOf, openRaw, requestOf } from './raw-socket.ts'
import { type Play, type ScriptedServer, startScriptedServer } from './scripted-server.ts'

const PHOTO = readFileSync(new URL('../../../examples/photos/rocket.jpg', import.meta.url)).toString('base64')
const IMAGE = { inlineData: { mimeType: 'image/jpeg', data: PHOTO } }
const JSON_TYPE = ['content-type', 'application/json'] as const
const STREAM = GENERATE.replace(':generate', ':streamGenerate')
const event = (text: string) => ({
  candidates: [{ content: { parts: [{ text }] } }],
  modelVersion: 'm',
  responseId: 'r',
})
const LAST = {
  ...event('done'),
  candidates: [{ content: { parts: [{ text: 'done' }] }, finishReason: 'NO_IMAGE' }],
}

/** One request at a time: who has left and still takes the place keeps all others out. */
const ALONE: Caller = {
  ...KEYLESS,
  limits: { concurrent: 1, requestsPerMinute: 1_000_000, costMicroUsdPerEdit: null },
}
/** Of requests, so that what is not given back is soon missed: three photos and a little. */
const IN_FLIGHT_BYTES = 3 * 1024 * 1024

let play: Play
let upstream: ScriptedServer
let gateway: LoggedGateway

beforeEach(async () => {
  play = { end: 'hold' }
  upstream = await startScriptedServer(() => play)
  gateway = await gatewayOn(
    upstream.origin,
    {
      keyless: ALONE,
      limits: { ...SETTINGS.limits, inFlightBytes: IN_FLIGHT_BYTES, requestBytes: 2_000_000 },
    },
    { lingerMs: 500, readerIdleMs: 700 },
  )
})

afterEach(async () => {
  await gateway.close()
  await upstream.close()
  expect(gateway.errors()).toEqual([])
})

/** A question, not an edit: of an edit that Google has already been sent the result is waited for, see gateway-late.test.ts. */
const generate = (path: string) =>
  requestOf(
    { path, headers: [JSON_TYPE] },
    JSON.stringify({
      contents: [{ parts: [{ text: 'a' }, IMAGE] }],
      generationConfig: { responseModalities: ['TEXT'] },
    }),
  )
const native = () => requestOf({ path: EDITS, headers: [JSON_TYPE] }, JSON.stringify({ input: ['a', IMAGE] }))
/** The one place is free again, and so is the memory for a request of nearly all of it. */
async function expectFreed(): Promise<void> {
  play = { json: LAST }
  const body = JSON.stringify({ contents: [{ parts: [{ text: ' '.repeat(1_900_000) }] }] })
  await expect
    .poll(
      async () => {
        const response = await fetch(`${gateway.url}${GENERATE}`, {
          method: 'POST',
          headers: [[...JSON_TYPE]],
          body,
        })
        await response.text()
        return response.status
      },
      { timeout: 20_000 },
    )
    .toBe(200)
}

async function opened() {
  const raw = await openRaw(gateway.port)
  onTestFinished(() => void raw.socket.destroy())
  return raw
}

describe('a caller who leaves', () => {
  test.each([
    ['Gemini', () => generate(GENERATE)],
    ['a stream of Gemini', () => generate(`${STREAM}?alt=sse`)],
  ])('calls the request off upstream: %s', async (_, bytes) => {
    for (const leave of ['resetAndDestroy', 'destroy', 'end'] as const) {
      const [asked, left] = [upstream.seen.length, upstream.left()]
      const raw = await opened()
      await raw.write(bytes())
      await expect.poll(() => upstream.seen.length).toBe(asked + 1)
      raw.socket[leave]()
      await expect.poll(() => upstream.left(), { timeout: 10_000 }).toBe(left + 1)
    }
    await expectFreed()
  })

  test('in the middle of a stream', async () => {
    play = { events: [event('one'), event('two')], afterwards: 'hold' }
    const raw = await opened()
    await raw.write(generate(`${STREAM}?alt=sse`))
    // What came early went out early.
    await expect.poll(() => raw.received().toString()).toMatch(/"one"[^]*"two"/)
    raw.socket.resetAndDestroy()
    await expect.poll(() => upstream.left()).toBe(1)
    await expectFreed()
  })

  test.each([
    ['JSON', headOf({ path: EDITS, headers: [JSON_TYPE, ['content-length', '1900000']] })],
    [
      'chunks',
      `${headOf({ path: EDITS, headers: [JSON_TYPE, ['transfer-encoding', 'chunked']] })}10\r\n{"input":["abcde\r\n`,
    ],
    [
      'gzip',
      headOf({
        path: EDITS,
        headers: [JSON_TYPE, ['content-encoding', 'gzip'], ['content-length', '1900000']],
      }),
    ],
    [
      'a form',
      headOf({
        path: EDITS,
        headers: [
          ['content-type', 'multipart/form-data; boundary=e'],
          ['content-length', '1900000'],
        ],
      }),
    ],
    [
      'a file',
      headOf({
        path: '/upload/v1beta/files',
        headers: [
          JSON_TYPE,
          ['x-goog-upload-protocol', 'resumable'],
          ['x-goog-upload-command', 'start'],
          ['content-length', '1900000'],
        ],
      }),
    ],
  ])('in the middle of a body: %s', async (_, head) => {
    const raw = await opened()
    await raw.write(`${head}{"input":["a`)
    await new Promise((resolve) => setTimeout(resolve, 100))
    raw.socket.resetAndDestroy()
    await expectFreed()
  })

  test('with requests behind the one that is under way, none of which is begun for nobody', async () => {
    const raw = await opened()
    await raw.write(
      Buffer.concat([generate(GENERATE), native(), requestOf({ method: 'GET', path: '/v1/models' })]),
    )
    await expect.poll(() => upstream.seen.length).toBe(1)
    raw.socket.resetAndDestroy()
    await expect.poll(() => upstream.left()).toBe(1)
    await expectFreed()
    expect(upstream.seen.length).toBe(2)
  })
})

describe('an upstream that breaks off', () => {
  test('in the middle of a stream: the answer does not look whole', async () => {
    for (let i = 0; i < 5; i += 1) {
      play = { events: [event('one')], afterwards: 'reset' }
      const raw = await opened()
      await raw.write(generate(`${STREAM}?alt=sse`))
      expect(await raw.closes(10_000)).toBe(true)
      const text = raw.received().toString()
      expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*"one"/)
      // Neither the last chunk nor a whole answer.
      expect(text.endsWith('0\r\n\r\n')).toBe(false)
      expect(raw.answers()).toEqual([])
    }
    await expectFreed()
  })

  test('before its first event: an error, in the words of the door', async () => {
    play = { events: [], afterwards: 'reset' }
    const raw = await opened()
    await raw.write(generate(`${STREAM}?alt=sse`))
    const [answer] = (await raw.wait(1)) ?? []
    expect(answer?.status).toBe(502)
    await expectFreed()
  })

  test('while the caller leaves as well', async () => {
    for (let i = 0; i < 20; i += 1) {
      play = { events: [event('one')], afterwards: 'reset' }
      const raw = await opened()
      await raw.write(generate(`${STREAM}?alt=sse`))
      await expect.poll(() => raw.received().length, { interval: 2 }).toBeGreaterThan(0)
      // Upstream goes 50 ms behind its event.
      setTimeout(() => raw.socket.resetAndDestroy(), 40 + i)
      await raw.goes(5000)
    }
    await expectFreed()
  })
})

describe('a reader', () => {
  /** More than the buffers of the system take. */
  const LONG = { json: { ...LAST, filler: 'x'.repeat(40_000_000) } }

  test('who takes nothing is cut, and its answer let go', async () => {
    play = LONG
    const raw = await opened()
    raw.socket.pause()
    await raw.write(generate(GENERATE))
    await expect.poll(() => upstream.seen.length).toBe(1)
    await expectFreed()
    raw.socket.resume()
    expect(await raw.closes(10_000)).toBe(true)
    expect(raw.answers()).toEqual([])
  })

  test('who takes a little now and then gets all of it', async () => {
    play = LONG
    const raw = await opened()
    await raw.write(generate(GENERATE))
    const slowly = setInterval(() => {
      raw.socket.pause()
      setTimeout(() => raw.socket.resume(), 300)
    }, 400)
    onTestFinished(() => clearInterval(slowly))
    await expect.poll(() => raw.socket.bytesRead, { timeout: 60_000 }).toBeGreaterThan(40_000_000)
    const [answer] = (await raw.wait(1)) ?? []
    expect([answer?.status, answer?.whole]).toEqual([200, true])
    expect(answer?.body.length).toBeGreaterThan(40_000_000)
    await expectFreed()
  })

  test('of a stream waits for its next event as long as the upstream thinks', async () => {
    play = { events: [event('one')], afterwards: 'hold' }
    const raw = await opened()
    await raw.write(generate(`${STREAM}?alt=sse`))
    await expect.poll(() => raw.received().length).toBeGreaterThan(0)
    // Twice the patience with a reader who takes nothing.
    expect(await raw.closes(1500)).toBe(false)
  })
})

test('requests of a pipeline are answered in their order, each its own', async () => {
  play = { json: LAST }
  const raw = await opened()
  const paths = ['/healthz', '/nothing', '/readyz', '/v1/models/none', '/docs', '/v1/edits/x']
  const many = Array.from({ length: 40 }, (_, i) => ({ path: paths[i % paths.length]!, id: `nonce-${i}` }))
  await raw.write(
    Buffer.concat(
      many.map(({ path, id }) => requestOf({ method: 'GET', path, headers: [['x-request-id', id]] })),
    ),
  )
  const answers = (await raw.wait(many.length)) ?? []
  expect(answers.map(({ headers }) => headers['x-request-id'])).toEqual(many.map(({ id }) => id))
  expect(answers.slice(0, 6).map(({ status }) => status)).toEqual([
    200,
    404,
    200,
    404,
    200,
    expect.any(Number),
  ])
  // On one that is kept, and used often, nothing is left behind.
  const warnings: string[] = []
  const listen = (warning: Error) => void warnings.push(String(warning))
  process.on('warning', listen)
  onTestFinished(() => void process.off('warning', listen))
  for (let i = 0; i < 30; i += 1) {
    await raw.write(requestOf({ method: 'GET', path: '/healthz' }))
    await raw.wait(many.length + i + 1)
  }
  await new Promise((resolve) => setImmediate(resolve))
  expect(warnings).toEqual([])
})
