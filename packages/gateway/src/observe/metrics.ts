import type { Meter } from '@opentelemetry/api'
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import type { ProcessUsage } from '../contract/system.ts'
import type { TargetView } from '../contract/target-view.ts'
import { boundedLabel } from './bounded-label.ts'
import { watchProcess } from './process-metrics.ts'
import type { Door, EditRecord, RequestRecord } from './request-record.ts'

export interface MetricsOptions {
  readonly usage: () => ProcessUsage
  /** Bytes of requests and answers held right now. */
  readonly bytesInFlight?: () => number
  /** Where edits go, and how that does. */
  readonly targets?: () => readonly TargetView[]
  /** Model ids that always have a series of their own. */
  readonly knownModels?: Iterable<string>
}

/** Counts that other parts keep, read when metrics are. */
export interface Tallies {
  readonly logLinesLost: () => number
  readonly spans: () => { readonly sent: number; readonly failed: number; readonly dropped: number }
  readonly faults: () => number
}

export interface Metrics {
  began(door: Door): void
  ended(record: RequestRecord): void
  read(): Promise<{ readonly contentType: string; readonly text: string }>
  close(): void
}

/** An edit takes 15 to 40 s as a rule, and is given up after 180 unless its caller says otherwise. */
const EDIT_SECONDS = [0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300]
/** Requests that are not edits, and edits that are refused, take milliseconds. */
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300]

/** The registry has some thirty models; these are for what a target serves besides. */
const MAX_OTHER_MODELS = 20
const MAX_TARGETS = 50
const MAX_ROUTES = 100

/** The text format of Prometheus (0.0.4); the exporter gives it without telling the version. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Reads when asked and never by itself; Prometheus's own exporter would make a server for it. */
class Reader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve()
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve()
  }
}

export function createMetrics(options: MetricsOptions & { readonly tallies: Tallies }): Metrics {
  const reader = new Reader()
  // A resource of our own: the default one names the program that runs.
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': 'plantain' }),
    readers: [reader],
  })
  const serializer = new PrometheusSerializer('', false, undefined, true, true)
  const meter = provider.getMeter('plantain')
  const requests = requestMetrics(meter)
  const edits = editMetrics(meter, options.knownModels)
  const stopWatching = watchProcess(meter, options.usage)
  watchTallies(meter, options)
  if (options.targets) watchTargets(meter, options.targets, options.knownModels)
  return {
    began: requests.began,
    ended: (record) => {
      requests.ended(record)
      if (record.edit) edits(record.door, record.edit)
    },
    read: async () => {
      const { resourceMetrics } = await reader.collect()
      return { contentType: CONTENT_TYPE, text: serializer.serialize(resourceMetrics) }
    },
    close: stopWatching,
  }
}

function requestMetrics(meter: Meter): Pick<Metrics, 'began' | 'ended'> {
  const underWay = new Map<Door, number>()
  const route = boundedLabel({ maxOthers: MAX_ROUTES })
  const seconds = meter.createHistogram('plantain_request_duration_seconds', {
    description: 'Requests by how long they took, from the head read to the answer sent.',
    advice: { explicitBucketBoundaries: REQUEST_SECONDS },
  })
  const bytesIn = meter.createCounter('plantain_request_bytes_total', {
    description: 'Bytes of request bodies received.',
  })
  const bytesOut = meter.createCounter('plantain_answer_bytes_total', {
    description: 'Bytes of answer bodies sent.',
  })
  const refused = meter.createCounter('plantain_refused_total', {
    description: 'Requests that were answered with an error and ran no edit, by its code.',
  })
  meter
    .createObservableGauge('plantain_requests_in_flight', { description: 'Requests under way.' })
    .addCallback((gauge) => {
      for (const [door, count] of underWay) gauge.observe(count, { door })
    })
  return {
    began: (door) => {
      underWay.set(door, (underWay.get(door) ?? 0) + 1)
    },
    ended: ({ door, route: pattern, status, ms, requestBytes, answerBytes, code, edit }) => {
      underWay.set(door, Math.max(0, (underWay.get(door) ?? 0) - 1))
      const statusClass = `${Math.floor(status / 100)}xx`
      seconds.record(ms / 1000, { door, route: route(pattern), class: statusClass })
      bytesIn.add(requestBytes, { door })
      bytesOut.add(answerBytes, { door })
      if (code !== null && edit === null) refused.add(1, { code })
    },
  }
}

function editMetrics(
  meter: Meter,
  knownModels: Iterable<string> = [],
): (door: Door, edit: EditRecord) => void {
  const modelLabel = boundedLabel({ known: knownModels, maxOthers: MAX_OTHER_MODELS })
  const targetLabel = boundedLabel({ maxOthers: MAX_TARGETS })
  const edits = meter.createCounter('plantain_edits_total', {
    description: 'Edits by how they ended and what made them.',
  })
  const seconds = meter.createHistogram('plantain_edit_duration_seconds', {
    description: 'Edits by how long they took, all attempts included.',
    advice: { explicitBucketBoundaries: EDIT_SECONDS },
  })
  const attempts = meter.createCounter('plantain_attempts_total', {
    description: 'Requests to targets by the code they ended with; ok where there is none.',
  })
  const spend = meter.createCounter('plantain_spend_microusd_total', {
    description: 'What attempts cost, in millionths of a US dollar, by the price table.',
  })
  return (door, { outcome, model, target, ms, attempts: tried }) => {
    const labels = { outcome, model: modelLabel(model ?? 'none'), target: targetLabel(target ?? 'none') }
    edits.add(1, { door, ...labels })
    seconds.record(ms / 1000, { outcome, target: labels.target })
    for (const attempt of tried) {
      const where = { target: targetLabel(attempt.target), model: modelLabel(attempt.model) }
      attempts.add(1, { ...where, code: attempt.code ?? 'ok' })
      if (attempt.costMicroUsd > 0) spend.add(attempt.costMicroUsd, where)
    }
  }
}

function watchTargets(
  meter: Meter,
  targets: () => readonly TargetView[],
  knownModels: Iterable<string> = [],
): void {
  const modelLabel = boundedLabel({ known: knownModels, maxOthers: MAX_OTHER_MODELS })
  meter
    .createObservableGauge('plantain_target_share', {
      description:
        'What of its load a target gets of a model: 0 where it is left alone, 1 where it does well.',
    })
    .addCallback((gauge) => {
      for (const { name, models } of targets())
        for (const { model, share } of models)
          gauge.observe(share, { target: name, model: modelLabel(model) })
    })
  meter
    .createObservableGauge('plantain_retry_tokens', {
      description: 'What is left of 500 tokens for retries; a retry costs 5, and answers bring them back.',
    })
    .addCallback((gauge) => {
      for (const { name, models } of targets())
        for (const { model, retryTokens } of models)
          gauge.observe(retryTokens, { target: name, model: modelLabel(model) })
    })
  meter
    .createObservableGauge('plantain_target_keys', {
      description: 'Keys of a target by whether they serve, are being drained, or are locked out by Google.',
    })
    .addCallback((gauge) => {
      for (const { name, keys } of targets())
        for (const state of ['serving', 'draining', 'locked-out'] as const)
          gauge.observe(keys.filter((key) => key.state === state).length, { target: name, state })
    })
  meter
    .createObservableGauge('plantain_key_wait_seconds', {
      description:
        'How long the next edit by a key would wait: as Google asked, or for its turn in the quota that is configured.',
      unit: 's',
    })
    .addCallback((gauge) => {
      for (const { keys } of targets())
        for (const { name, holds, queues } of keys) {
          for (const { model, waitMs } of holds)
            gauge.observe(waitMs / 1000, { key: name, model: modelLabel(model), reason: 'google' })
          for (const { model, waitMs } of queues)
            gauge.observe(waitMs / 1000, { key: name, model: modelLabel(model), reason: 'quota' })
        }
    })
}

function watchTallies(
  meter: Meter,
  { bytesInFlight, tallies }: Pick<MetricsOptions, 'bytesInFlight'> & { readonly tallies: Tallies },
): void {
  if (bytesInFlight) {
    meter
      .createObservableGauge('plantain_bytes_in_flight', {
        description: 'Bytes of requests and answers held in memory.',
      })
      .addCallback((gauge) => gauge.observe(bytesInFlight()))
  }
  meter
    .createObservableCounter('plantain_log_lines_lost_total', {
      description: 'Lines of the log that were dropped since its destination took none.',
    })
    .addCallback((counter) => counter.observe(tallies.logLinesLost()))
  meter
    .createObservableCounter('plantain_observation_faults_total', {
      description: 'Mistakes in watching requests; the requests themselves went on.',
    })
    .addCallback((counter) => counter.observe(tallies.faults()))
  meter
    .createObservableCounter('plantain_trace_spans_total', {
      description: 'Spans by whether the collector took them; dropped where too many waited.',
    })
    .addCallback((counter) => {
      const { sent, failed, dropped } = tallies.spans()
      counter.observe(sent, { result: 'sent' })
      counter.observe(failed, { result: 'failed' })
      counter.observe(dropped, { result: 'dropped' })
    })
}
