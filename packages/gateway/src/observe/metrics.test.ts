import { expect, test } from 'vitest'
import { processUsage } from '../system.ts'
import { handClock } from './clock.fixture.ts'
import { editedResult } from './edit.fixture.ts'
import { createMetrics } from './metrics.ts'
import { observe, type RequestStart } from './observation.ts'
import { readPrometheusText, valueIn } from './prometheus-text.fixture.ts'

const START: RequestStart = { requestId: 'r', method: 'POST', door: 'native', route: '/v1/edits' }
const NO_SPANS = { sent: 0, failed: 0, dropped: 0 }

function metricsOn(clock = handClock()) {
  const metrics = createMetrics({
    usage: processUsage,
    bytesInFlight: () => 4096,
    knownModels: ['gemini-nano-banana-2.1'],
    tallies: { logLinesLost: () => 1, spans: () => ({ ...NO_SPANS, failed: 3 }), faults: () => 2 },
  })
  const begin = (start: Partial<RequestStart> = {}) => {
    const whole = { ...START, ...start }
    metrics.began(whole.door)
    return observe(whole, {
      clock: clock.system.clock,
      guard: (work) => work(),
      daily: () => {},
      ended: metrics.ended,
    })
  }
  return { ...clock, metrics, begin, read: async () => readPrometheusText((await metrics.read()).text) }
}

test('edits, attempts, spend, bytes and latency are counted where they belong', async () => {
  const { system, pass, begin, read } = metricsOn()
  const edit = begin()
  edit.received({ requestBytes: 1000, images: [] })
  const result = editedResult(system)
  pass(8200)
  edit.edited(result)
  edit.end({ status: 200, answerBytes: 500, how: 'answered' })
  const failed = editedResult(system, {
    outcome: 'failed',
    error: { code: 'upstream_error', message: 'm', docs: 'd' },
    model: null,
    target: null,
    attempts: [],
  })
  const other = begin()
  other.edited(failed)
  other.end({ status: 502, answerBytes: 7, how: 'answered' })
  const refused = begin({ door: 'gemini', route: '/{version}/models/{model}' })
  refused.refused('key_missing')
  refused.end({ status: 401, answerBytes: 20, how: 'answered' })

  const families = await read()
  const value = (name: string, labels?: Record<string, string>) => valueIn(families, name, labels)
  const made = { model: 'gemini-nano-banana-2.1', target: 'vertex:global' }
  expect(value('plantain_edits_total', { door: 'native', outcome: 'edited', ...made })).toBe(1)
  expect(value('plantain_edits_total', { outcome: 'failed', model: 'none', target: 'none' })).toBe(1)
  expect(value('plantain_attempts_total', { ...made, code: 'ok' })).toBe(1)
  expect(value('plantain_attempts_total', { ...made, code: 'upstream_overloaded' })).toBe(1)
  expect(value('plantain_spend_microusd_total', made)).toBe(39_000)
  expect(value('plantain_request_bytes_total', { door: 'native' })).toBe(1000)
  expect(value('plantain_answer_bytes_total', { door: 'native' })).toBe(507)
  expect(value('plantain_refused_total', { code: 'key_missing' })).toBe(1)
  expect(value('plantain_refused_total', { code: 'upstream_error' })).toBe(0)
  expect(value('plantain_edit_duration_seconds_sum', { outcome: 'edited' })).toBeCloseTo(8.2)
  expect(value('plantain_edit_duration_seconds_bucket', { outcome: 'edited', le: '5' })).toBe(0)
  expect(value('plantain_edit_duration_seconds_bucket', { outcome: 'edited', le: '10' })).toBe(1)
  expect(value('plantain_request_duration_seconds_count', { door: 'native', class: '5xx' })).toBe(1)
  expect(
    value('plantain_request_duration_seconds_count', { route: '/{version}/models/{model}', class: '4xx' }),
  ).toBe(1)
})

test('what is under way is a gauge that comes back to zero, and other parts’ counts are read', async () => {
  const { begin, read } = metricsOn()
  const [first, second] = [begin(), begin({ door: 'files' })]
  const during = await read()
  expect(valueIn(during, 'plantain_requests_in_flight', { door: 'native' })).toBe(1)
  expect(valueIn(during, 'plantain_requests_in_flight', { door: 'files' })).toBe(1)
  expect(valueIn(during, 'plantain_bytes_in_flight')).toBe(4096)
  expect(valueIn(during, 'plantain_log_lines_lost_total')).toBe(1)
  expect(valueIn(during, 'plantain_observation_faults_total')).toBe(2)
  expect(valueIn(during, 'plantain_trace_spans_total', { result: 'failed' })).toBe(3)
  first.end({ status: 200, answerBytes: 0, how: 'answered' })
  first.end({ status: 200, answerBytes: 0, how: 'answered' })
  second.end({ status: 499, answerBytes: 0, how: 'left' })
  const after = await read()
  expect(valueIn(after, 'plantain_requests_in_flight', { door: 'native' })).toBe(0)
  expect(valueIn(after, 'plantain_request_duration_seconds_count', { door: 'native' })).toBe(1)
})

test('the process shows its memory, CPU time and how late its event loop is', async () => {
  const { read, metrics } = metricsOn()
  await new Promise((resolve) => setTimeout(resolve, 100))
  const until = performance.now() + 300
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 100))
  const families = await read()
  const readAtMs = performance.now()
  expect(valueIn(families, 'process_resident_memory_bytes')).toBeGreaterThan(10e6)
  expect(valueIn(families, 'nodejs_heap_size_used_bytes')).toBeGreaterThan(1e6)
  expect(valueIn(families, 'nodejs_external_memory_bytes')).toBeGreaterThan(0)
  expect(valueIn(families, 'process_cpu_seconds_total')).toBeGreaterThan(0.1)
  const max = valueIn(families, 'nodejs_eventloop_lag_max_seconds')
  expect(max).toBeGreaterThan(0.25)
  expect(valueIn(families, 'nodejs_eventloop_lag_p50_seconds')).toBeLessThan(max)
  // Since then, however slow the machine is.
  const maxSince = valueIn(await read(), 'nodejs_eventloop_lag_max_seconds')
  expect(maxSince).toBeLessThanOrEqual((performance.now() - readAtMs) / 1000)
  metrics.close()
})

test('callers who make names up get one series for all but a few of them', async () => {
  const { system, begin, read } = metricsOn()
  for (let i = 0; i < 500; i += 1) {
    const model = `made-up-${i}`
    const request = begin({ route: `/route-${i}` })
    const attempts = editedResult(system).attempts.map((attempt) => ({
      ...attempt,
      model,
      target: `target-${i}`,
    }))
    request.edited(editedResult(system, { model, target: `target-${i}`, attempts }))
    request.end({ status: 200, answerBytes: 1, how: 'answered' })
  }
  const late = begin()
  late.edited(editedResult(system))
  late.end({ status: 200, answerBytes: 1, how: 'answered' })
  const families = await read()
  const valuesOf = (name: string, label: string) =>
    new Set(families.get(name)?.samples.map(({ labels }) => labels[label]))
  expect(valuesOf('plantain_edits_total', 'model').size).toBe(22)
  expect(valuesOf('plantain_edits_total', 'model')).toContain('gemini-nano-banana-2.1')
  expect(valuesOf('plantain_attempts_total', 'model').size).toBe(22)
  expect(valuesOf('plantain_edits_total', 'target').size).toBe(51)
  expect(valuesOf('plantain_request_duration_seconds', 'route').size).toBe(101)
  expect(valueIn(families, 'plantain_edits_total', { model: 'other', target: 'other' })).toBeGreaterThan(400)
})

test('values that would break a line are escaped', async () => {
  const { begin, read } = metricsOn()
  const route = String.raw`/a"b\c` + '\n# TYPE evil gauge\nevil 1'
  begin({ route }).end({ status: 200, answerBytes: 0, how: 'answered' })
  const families = await read()
  expect(valueIn(families, 'plantain_request_duration_seconds_count', { route })).toBe(1)
  expect(families.has('evil')).toBe(false)
})

test('it is the text format of Prometheus', async () => {
  const { metrics } = metricsOn()
  expect((await metrics.read()).contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
})
