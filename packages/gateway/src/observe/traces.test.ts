import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { newId } from '../contract/id.ts'
import { Secret } from '../contract/secret.ts'
import { handClock } from './clock.fixture.ts'
import { bodyOf, type Collector, startCollector } from './collector.fixture.ts'
import { editedResult } from './edit.fixture.ts'
import { observe, type RequestStart } from './observation.ts'
import { createTraces, type Traces, type TracesOptions } from './traces.ts'

const START: RequestStart = { requestId: 'r-1', method: 'POST', door: 'native', route: '/v1/edits' }
const CALLERS_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const CALLERS_SPAN = '00f067aa0ba902b7'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const part of open.splice(0)) await part.close()
})

async function collector(answer?: Parameters<typeof startCollector>[0]): Promise<Collector> {
  const started = await startCollector(answer)
  open.push(started)
  return started
}

function tracesTo(endpoint: string, options: Partial<TracesOptions> = {}) {
  const failures: (Error | undefined)[] = []
  const traces = createTraces({ endpoint, version: '1.2.3', ...options }, (error) => failures.push(error))
  const clock = handClock()
  const begin = (start: Partial<RequestStart> = {}) =>
    observe(
      { ...START, ...start },
      {
        clock: clock.system.clock,
        guard: (work) => work(),
        daily: () => {},
        ended: (record) => void traces.ended(record),
      },
    )
  return { ...clock, traces, failures, begin }
}

const flush = (traces: Traces) => traces.close({ timeoutMs: 60_000 })

test('a request, its edit and each attempt are spans below one another, placed where they were in time', async () => {
  const { endpoint, seen, spans } = await collector()
  const { system, pass, traces, begin } = tracesTo(endpoint)
  const startMs = system.clock.now()
  const request = begin()
  request.caller('web')
  request.received({ requestBytes: 4_000_000, images: [] })
  request.step('read', 250)
  pass(300)
  const id = newId('edit', system)
  pass(10)
  const [first, second] = editedResult(system).attempts
  pass(200)
  const secondId = newId('att', system)
  pass(8000)
  request.edited(editedResult(system, { id, attempts: [first!, { ...second!, id: secondId }] }))
  pass(90)
  request.end({ status: 200, answerBytes: 1_500_000, how: 'answered' })
  await flush(traces)

  expect(seen).toMatchObject([
    { method: 'POST', url: '/v1/traces', headers: { 'content-type': 'application/json' } },
  ])
  const byName = new Map(spans().map((span) => [span.name, span]))
  const server = byName.get('POST /v1/edits')!
  const edit = byName.get('generate_content nano-banana')!
  const attempts = spans().filter(({ name }) => name === 'attempt vertex:global')
  expect(spans()).toHaveLength(4)
  expect(new Set(spans().map(({ traceId }) => traceId))).toHaveLength(1)
  expect([server.parentSpanId, edit.parentSpanId]).toEqual([undefined, server.spanId])
  expect(attempts.map(({ parentSpanId }) => parentSpanId)).toEqual([edit.spanId, edit.spanId])
  expect([server, edit, ...attempts].map(({ kind }) => kind)).toEqual([
    'server',
    'client',
    'client',
    'client',
  ])
  const placed = [server, edit, ...attempts].map(({ startMs: from, endMs: to }) => [
    Math.round(from - startMs),
    Math.round(to - startMs),
  ])
  expect(placed).toEqual([
    [0, 8600],
    [300, 8510],
    [310, 430],
    [510, 8510],
  ])
  expect(server).toMatchObject({
    error: false,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/v1/edits',
      'http.response.status_code': 200,
      'http.request.body.size': 4_000_000,
      'http.response.body.size': 1_500_000,
      'plantain.request.id': 'r-1',
      'plantain.door': 'native',
      'plantain.key.id': 'web',
      'plantain.step.read.ms': 250,
    },
    resource: { 'service.name': 'plantain', 'service.version': '1.2.3' },
  })
  expect(edit).toMatchObject({
    error: false,
    attributes: {
      'gen_ai.operation.name': 'generate_content',
      'gen_ai.provider.name': 'gcp.vertex_ai',
      'gen_ai.output.type': 'image',
      'gen_ai.request.model': 'nano-banana',
      'gen_ai.response.model': 'gemini-nano-banana-2.1',
      'gen_ai.usage.input_tokens': 267,
      'gen_ai.usage.output_tokens': 1333,
      'gen_ai.usage.reasoning.output_tokens': 40,
      'plantain.outcome': 'edited',
      'plantain.charged': 'yes',
      'plantain.cost_micro_usd': 39_000,
      'plantain.attempts': 2,
      'plantain.notices': ['model_alias'],
    },
  })
  expect(attempts).toMatchObject([
    { error: true, attributes: { 'error.type': 'upstream_overloaded', 'http.response.status_code': 503 } },
    { error: false, attributes: { 'plantain.charged': 'yes', 'gen_ai.provider.name': 'gcp.vertex_ai' } },
  ])
  expect(Object.keys(attempts[1]!.attributes)).not.toContain('gen_ai.operation.name')
  expect(seen.map(bodyOf).join()).not.toMatch(/private/i)
})

test('a caller’s trace is continued, and one it does not sample is not sent', async () => {
  const { endpoint, spans } = await collector()
  const { traces, begin } = tracesTo(endpoint)
  const end = { status: 200, answerBytes: 0, how: 'answered' } as const
  begin({ traceparent: `00-${CALLERS_TRACE}-${CALLERS_SPAN}-01` }).end(end)
  begin({ traceparent: `00-${CALLERS_TRACE}-${CALLERS_SPAN}-00`, route: '/not/sampled' }).end(end)
  begin({ traceparent: 'rubbish', route: '/rubbish' }).end(end)
  await flush(traces)
  expect(spans()).toMatchObject([
    { name: 'POST /v1/edits', traceId: CALLERS_TRACE, parentSpanId: CALLERS_SPAN },
    { name: 'POST /rubbish', parentSpanId: undefined },
  ])
  expect(spans()[1]?.traceId).not.toBe(CALLERS_TRACE)
})

test('what went wrong is named by its code; a caller’s own mistake is no error of the server', async () => {
  const { endpoint, spans } = await collector()
  const { system, traces, begin } = tracesTo(endpoint)
  const failed = begin()
  const error = { code: 'upstream_error', message: 'm', docs: 'd' } as const
  failed.edited(
    editedResult(system, {
      outcome: 'failed',
      error,
      target: 'local',
      model: null,
      usage: null,
      attempts: [],
    }),
  )
  failed.end({ status: 502, answerBytes: 0, how: 'answered' })
  const refused = begin({ route: '/refused' })
  refused.refused('key_missing')
  refused.end({ status: 401, answerBytes: 0, how: 'answered' })
  begin({ route: '/lost' }).end({ status: 500, answerBytes: 0, how: 'cut' })
  await flush(traces)
  expect(
    new Map(spans().map(({ name, error: wrong, attributes }) => [name, [wrong, attributes['error.type']]])),
  ).toEqual(
    new Map([
      ['generate_content nano-banana', [true, 'upstream_error']],
      ['POST /v1/edits', [true, 'upstream_error']],
      ['POST /refused', [false, undefined]],
      ['POST /lost', [true, '500']],
    ]),
  )
  expect(spans().find(({ name }) => name === 'generate_content nano-banana')).toMatchObject({
    kind: 'internal',
    attributes: { 'gen_ai.provider.name': 'plantain.local' },
  })
})

test('a part of the traces is sent where that is asked for', async () => {
  const { endpoint, spans } = await collector()
  const { traces, begin } = tracesTo(endpoint, { sampleRatio: 0.25 })
  for (let i = 0; i < 400; i += 1) begin().end({ status: 200, answerBytes: 0, how: 'answered' })
  await flush(traces)
  // Six deviations of a binomial of 400 and 1/4 to either side.
  expect(spans().length).toBeGreaterThan(48)
  expect(spans().length).toBeLessThan(152)
})

test('the collector sees the headers meant for it, and nothing that the environment has for others', async () => {
  const { endpoint, seen, spans } = await collector()
  const others = await collector()
  for (const scope of ['', '_TRACES']) {
    vi.stubEnv(`OTEL_EXPORTER_OTLP${scope}_HEADERS`, 'x-api-key=ambient-secret')
    vi.stubEnv(`OTEL_EXPORTER_OTLP${scope}_ENDPOINT`, others.endpoint)
    vi.stubEnv(`OTEL_EXPORTER_OTLP${scope}_COMPRESSION`, 'none')
  }
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'ambient=ambient-secret')
  vi.stubEnv('OTEL_SERVICE_NAME', 'ambient-secret')
  vi.stubEnv('OTEL_TRACES_SAMPLER', 'always_off')
  const { traces, begin } = tracesTo(`${endpoint}/base/`, {
    headers: { authorization: new Secret('Bearer own') },
  })
  begin().end({ status: 200, answerBytes: 0, how: 'answered' })
  await flush(traces)
  expect(seen).toMatchObject([{ url: '/base/v1/traces', headers: { authorization: 'Bearer own' } }])
  expect(JSON.stringify(seen[0]?.headers) + JSON.stringify(spans())).not.toContain('ambient')
  expect(Object.keys(spans()[0]!.resource)).toEqual(['service.name', 'service.version'])
  expect(others.seen).toEqual([])
})

test.each([
  ['refuses', { status: 400, body: 'no' }],
  ['breaks off', { end: 'reset' }],
] as const)('a collector that %s is counted, and nothing is thrown', async (_, play) => {
  const { endpoint, seen } = await collector(play)
  const { traces, failures, begin } = tracesTo(endpoint)
  for (let i = 0; i < 3; i += 1) begin().end({ status: 200, answerBytes: 0, how: 'answered' })
  await flush(traces)
  expect(seen.length).toBeGreaterThan(0)
  expect(traces.counts()).toEqual({ sent: 0, failed: 3, dropped: 0 })
  expect(failures).toHaveLength(1)
})

test('a collector that never answers does not keep the gateway from stopping', async () => {
  const held: Socket[] = []
  const server = createServer((socket) => held.push(socket.on('error', () => {})))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { traces, begin } = tracesTo(`http://127.0.0.1:${port}`)
  begin().end({ status: 200, answerBytes: 0, how: 'answered' })
  await vi.waitFor(() => expect(held).toHaveLength(1), { timeout: 60_000 })
  const started = performance.now()
  await traces.close({ timeoutMs: 100 })
  // The exporter itself would wait for five seconds.
  expect(performance.now() - started).toBeLessThan(4000)
  await vi.waitFor(() => expect(held[0]!.resume().closed).toBe(true), { timeout: 3000 })
  // Nor does it come back, which it would after a second, with what was cut off.
  await new Promise((resolve) => setTimeout(resolve, 2500))
  expect(held).toHaveLength(1)
  server.close()
})

test('a bounded number of spans waits, and each is counted as sent, failed or dropped', async () => {
  const { endpoint, spans } = await collector()
  const { traces, begin } = tracesTo(endpoint)
  for (let i = 0; i < 5000; i += 1) begin().end({ status: 200, answerBytes: 0, how: 'answered' })
  await flush(traces)
  const { sent, failed, dropped } = traces.counts()
  expect(sent + failed + dropped).toBe(5000)
  expect(failed).toBe(0)
  expect(sent).toBe(spans().length)
  expect(dropped).toBeGreaterThan(0)
})

test.each([
  ['not a URL', 'collector:4318'],
  ['not HTTP', 'grpc://collector:4317'],
  ['a password', 'http://user:hunter2@collector:4318'],
  ['a query', 'http://collector:4318/?api_key=hunter2'],
])('an endpoint that is wrong is told before anything is sent, and not repeated: %s', (_, endpoint) => {
  expect(() => tracesTo(endpoint)).toThrow(/endpoint for traces/)
  expect(() => tracesTo(endpoint)).not.toThrow(/hunter2/)
})
