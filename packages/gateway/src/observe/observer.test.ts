import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, expect, test } from 'vitest'
import { plantCanaries } from '../../test/canaries.ts'
import type { EditResult } from '../contract/result.ts'
import { processUsage } from '../system.ts'
import { handClock } from './clock.fixture.ts'
import { bodyOf, startCollector } from './collector.fixture.ts'
import { editedResult } from './edit.fixture.ts'
import { createLog, type LogLevel } from './log.ts'
import type { RequestStart } from './observation.ts'
import { createObserver, type ObserverOptions } from './observer.ts'
import { readPrometheusText, valueIn } from './prometheus-text.fixture.ts'

const START: RequestStart = { requestId: 'r-1', method: 'POST', door: 'native', route: '/v1/edits' }
const OK = { status: 200, answerBytes: 10, how: 'answered' } as const

const folder = mkdtempSync(join(tmpdir(), 'observer-'))
afterAll(() => rmSync(folder, { recursive: true }))
let logs = 0

async function observerWith(options: Partial<ObserverOptions> & { level?: LogLevel } = {}) {
  logs += 1
  const file = join(folder, `${logs}.log`)
  const { system, pass } = handClock()
  const log = createLog({ clock: system.clock, level: options.level ?? 'info', to: { file } })
  const observer = await createObserver({ system, log, ...options })
  const lines = async (): Promise<readonly Record<string, unknown>[]> => {
    await observer.close({ timeoutMs: 60_000 })
    await log.close({ timeoutMs: 60_000 })
    const text = readFileSync(file, 'utf8')
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
  }
  return { system, pass, log, file, observer, lines }
}

test('one line for a request says what was asked, what came of it and what it cost, and shows nothing', async () => {
  const { system, pass, observer, lines } = await observerWith()
  const request = observer.begin({ ...START, address: '203.0.113.7' })
  request.caller('web')
  request.received({
    requestBytes: 5600,
    images: [{ bytes: 4000, sha256: 'a1b2c3d4e5f60718293a4b5c6d7e8f90', type: 'image/jpeg' }],
  })
  request.step('read', 12.34)
  const result = editedResult(system)
  pass(8200)
  request.edited(result)
  request.step('edit', 8200)
  request.end(OK)
  request.end({ ...OK, status: 500 })
  const all = await lines()
  expect(all).toEqual([
    {
      level: 'info',
      time: '2026-09-21T14:13:28.200Z',
      requestId: 'r-1',
      keyId: 'web',
      door: 'native',
      method: 'POST',
      route: '/v1/edits',
      status: 200,
      code: null,
      how: 'answered',
      ms: 8200,
      requestBytes: 5600,
      answerBytes: 10,
      images: [{ bytes: 4000, sha256: 'a1b2c3d4e5f6', type: 'image/jpeg' }],
      steps: { read: 12.3, edit: 8200 },
      editId: result.id,
      outcome: 'edited',
      model: 'gemini-nano-banana-2.1',
      requestedModel: 'nano-banana',
      target: 'vertex:global',
      degraded: false,
      charged: 'yes',
      costMicroUsd: 39_000,
      editMs: 8200,
      attempts: result.attempts,
      outputs: [{ bytes: 1000, sha256: 'f0e1d2c3b4a5', type: 'image/png', width: 64, height: 48 }],
      notices: ['model_alias'],
      usage: result.usage,
      msg: 'request',
    },
  ])
  expect(JSON.stringify(all)).not.toMatch(/private|203\.0/i)
})

test('where requests come from is told where it is asked for', async () => {
  const { observer, lines } = await observerWith({ addresses: true })
  observer.begin({ ...START, address: '203.0.113.7' }).end(OK)
  expect(await lines()).toMatchObject([{ address: '203.0.113.7' }])
})

test('the level of a line is how much it matters', async () => {
  const { observer, lines } = await observerWith({ level: 'debug' })
  const end = (status: number, door: RequestStart['door'] = 'native', internal = false) => {
    const request = observer.begin({ ...START, door })
    if (internal) request.refused('internal')
    request.end({ ...OK, status })
  }
  end(200)
  end(200, 'system')
  end(503, 'system')
  end(429)
  end(502)
  end(500, 'native', true)
  expect((await lines()).map(({ level }) => level)).toEqual([
    'info',
    'debug',
    'warn',
    'info',
    'warn',
    'error',
  ])
})

test('steps are a Server-Timing header, with the time so far', async () => {
  const { pass, observer } = await observerWith()
  const request = observer.begin(START)
  expect(request.serverTiming()).toBe('total;dur=0.0')
  request.step('read', 12.34)
  request.step('to judge; "x"', 1)
  pass(20)
  expect(request.serverTiming()).toBe('read;dur=12.3, to_judge___x_;dur=1.0, total;dur=20.0')
})

test('log, metrics and traces tell of the same request, and the line says which trace', async () => {
  const collector = await startCollector()
  const { system, observer, lines } = await observerWith({
    metrics: { usage: processUsage },
    traces: { endpoint: collector.endpoint, version: '1.2.3' },
  })
  const request = observer.begin(START)
  request.edited(editedResult(system))
  request.end(OK)
  const { text } = (await observer.metrics())!
  expect(valueIn(readPrometheusText(text), 'plantain_edits_total', { door: 'native' })).toBe(1)
  const [line] = await lines()
  expect(collector.spans().map(({ traceId }) => traceId)).toEqual(
    Array.from({ length: 4 }, () => line!['traceId']),
  )
  await collector.close()
})

test('without metrics there are none to read', async () => {
  const { observer } = await observerWith()
  expect(await observer.metrics()).toBe(null)
})

test('what cannot be watched goes on by itself: nothing is thrown, mistakes are counted and told once', async () => {
  const { system, observer, lines } = await observerWith({ metrics: { usage: processUsage } })
  const broken: EditResult = {
    ...editedResult(system),
    get attempts(): never {
      throw new Error('a bug')
    },
  }
  for (let i = 0; i < 3; i += 1) {
    const request = observer.begin(START)
    request.edited(broken)
    request.end(OK)
  }
  const families = readPrometheusText((await observer.metrics())!.text)
  expect(valueIn(families, 'plantain_observation_faults_total')).toBe(3)
  expect(valueIn(families, 'plantain_requests_in_flight', { door: 'native' })).toBe(0)
  expect((await lines()).map(({ level, msg }) => [level, msg])).toEqual([
    ['error', 'A request could not be watched; it went on by itself.'],
    ['info', 'request'],
    ['info', 'request'],
    ['info', 'request'],
  ])
})

test('a collector that is down is told once and not with every batch', async () => {
  const collector = await startCollector({ status: 400, body: 'no' })
  const { pass, observer, log, file } = await observerWith({
    traces: { endpoint: collector.endpoint, version: '1.2.3' },
  })
  for (let i = 0; i < 2000; i += 1) observer.begin(START).end(OK)
  pass(1000)
  await observer.close({ timeoutMs: 60_000 })
  await log.close({ timeoutMs: 60_000 })
  const warnings = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"warn"'))
  expect(collector.seen.length).toBeGreaterThan(1)
  expect(warnings).toHaveLength(1)
  expect(JSON.parse(warnings[0]!)).toMatchObject({ msg: expect.stringContaining('observe.traces.endpoint') })
  await collector.close()
})

test('memory of a request does not hold its images', async () => {
  const { system, observer } = await observerWith({ level: 'silent' })
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  const requests = []
  const freed = new Set<number>()
  const registry = new FinalizationRegistry((i: number) => freed.add(i))
  for (let i = 0; i < 10; i += 1) {
    const request = observer.begin(START)
    const bytes = new Uint8Array(1_000_000)
    registry.register(bytes, i)
    const [image] = editedResult(system).images
    request.edited(editedResult(system, { images: [{ ...image!, bytes }] }))
    requests.push(request)
  }
  for (let i = 0; i < 200 && freed.size < 9; i += 1) {
    collectGarbage()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  // The last one may still be in a register.
  expect(freed.size).toBeGreaterThanOrEqual(9)
  for (const request of requests) request.end(OK)
})

const at = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)

const program = (options: string) => `
  import { registerHooks } from 'node:module'
  const loaded = new Set()
  registerHooks({ load: (url, context, next) => {
    loaded.add(/@opentelemetry\\/[\\w-]+/.exec(url)?.[0])
    return next(url, context)
  } })
  const { createLog } = await import(${at('./log.ts')})
  const { createObserver } = await import(${at('./observer.ts')})
  const { realSystem, processUsage } = await import(${at('../system.ts')})
  const log = createLog({ clock: realSystem.clock, level: 'silent', to: { fd: 1 } })
  await createObserver({ system: realSystem, log, ${options} })
  console.log(JSON.stringify([...loaded].filter((name) => name)))
  process.exit()`

async function loadedBy(options: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    program(options),
  ])
  return JSON.parse(stdout)
}

test('libraries of what is switched off are not loaded', async () => {
  expect(await loadedBy('')).toEqual([])
  const withMetrics = await loadedBy('metrics: { usage: processUsage }')
  expect(withMetrics).toContain('@opentelemetry/sdk-metrics')
  expect(withMetrics).not.toContain('@opentelemetry/sdk-trace')
  const withTraces = await loadedBy(`traces: { endpoint: 'http://127.0.0.1:9', version: '1' }`)
  expect(withTraces).toContain('@opentelemetry/sdk-trace')
  expect(withTraces).not.toContain('@opentelemetry/exporter-prometheus')
})

test('eight secrets, put wherever a caller can put a text, come out nowhere', async () => {
  const canaries = await plantCanaries(41)
  const collector = await startCollector()
  const { system, log, file, observer } = await observerWith({
    level: 'debug',
    metrics: { usage: processUsage },
    traces: { endpoint: collector.endpoint, version: '1.2.3' },
    addresses: true,
  })
  const secrets = [
    canaries.aiStudioKey,
    canaries.serviceAccountKey,
    canaries.oauthToken,
    canaries.gatewayKey,
    `https://host/v1/results/1?sig=${canaries.linkSecret}`,
    `https://host/v1beta/models?key=${canaries.queryKey}`,
  ]
  for (const secret of secrets) {
    const request = observer.begin({ ...START, requestId: secret, traceparent: secret })
    request.caller(secret)
    request.received({
      requestBytes: 1,
      images: [{ bytes: canaries.image.length, sha256: 'ab', type: 'image/jpeg' }],
    })
    const attempts = editedResult(system).attempts.map((attempt) => ({
      ...attempt,
      model: secret,
      target: secret,
    }))
    const asked = {
      requestedModel: secret,
      model: secret,
      target: secret,
      attempts,
      text: canaries.instruction,
    }
    const { image: bytes } = canaries
    const facts = { mimeType: 'image/jpeg', width: 1, height: 1, sha256: 'cd' }
    const image = { bytes, byteLength: bytes.byteLength, ...facts }
    request.edited(
      editedResult(system, { ...asked, images: [image], notices: [{ code: 'understood', text: secret }] }),
    )
    canaries.scan({ name: 'Server-Timing', bytes: request.serverTiming() })
    request.end(OK)
    log.warn(`Refused ${secret}`, { secret, error: new Error(`it said ${secret}`), list: [{ secret }] })
    log.error(secret, { image: canaries.image })
  }
  canaries.scan({ name: 'metrics', bytes: (await observer.metrics())!.text })
  await observer.close({ timeoutMs: 60_000 })
  await log.close({ timeoutMs: 60_000 })
  canaries.scan({ name: 'log', bytes: readFileSync(file) })
  for (const seen of collector.seen) {
    canaries.scan({ name: 'traces', bytes: bodyOf(seen) })
    canaries.scan({ name: 'headers of traces', bytes: JSON.stringify(seen.headers) })
  }
  expect(canaries.hits).toEqual([])
  expect(canaries.scanned.bytes).toBeGreaterThan(10_000)
  expect(collector.spans()).toHaveLength(4 * secrets.length)
  await collector.close()
})
