import type { System } from '../contract/system.ts'
import { createDaily } from './daily.ts'
import type { Log } from './log.ts'
import type { Metrics, MetricsOptions } from './metrics.ts'
import { type Observation, observe, type RequestStart } from './observation.ts'
import { requestLine } from './request-line.ts'
import type { RequestRecord } from './request-record.ts'
import type { Traces, TracesOptions } from './traces.ts'

export interface ObserverOptions {
  readonly system: System
  /** Where requests are written down, and what goes wrong in watching them. Whoever made it closes it. */
  readonly log: Log
  /** Missing: none are kept, and none of their libraries is loaded. */
  readonly metrics?: MetricsOptions
  /** Missing: none are sent, and none of their libraries is loaded. */
  readonly traces?: TracesOptions
  /** Whether the log says where requests come from. */
  readonly addresses?: boolean
}

/** Watches requests: one line of the log, one trace, and the metrics of each. */
export interface Observer {
  /** What begins must end, or it is counted as under way for ever. */
  begin(start: RequestStart): Observation
  /** Metrics as Prometheus reads them; `null` where none are kept. */
  metrics(): Promise<{ readonly contentType: string; readonly text: string } | null>
  /** Sends the traces that wait, for as long as `timeoutMs`. */
  close(options?: { readonly timeoutMs?: number }): Promise<void>
}

const CLOSE_TIMEOUT_MS = 3000
/** A collector that is down fails every few seconds; that it is down is said once a minute. */
const WARN_EVERY_MS = 60_000

/** Throws `PlantainError` `config_invalid` where traces have nowhere to go. */
export async function createObserver(options: ObserverOptions): Promise<Observer> {
  const { system, log, addresses = false } = options
  const { clock } = system
  let faults = 0
  const guard = (work: () => void) => {
    try {
      work()
    } catch (error) {
      faults += 1
      // Told once: what is wrong with one request is wrong with every one.
      if (faults === 1) log.error('A request could not be watched; it went on by itself.', { error })
    }
  }
  const daily = createDaily({ log, clock })
  const traces = options.traces && (await loadTraces(options.traces, warner(options)))
  const metrics =
    options.metrics && (await loadMetrics(options.metrics, { log, traces, faults: () => faults }))
  const ended = (record: RequestRecord) => {
    let traceId: string | null = null
    // Each by itself: that a trace cannot be made is no reason to leave the line out.
    guard(() => {
      traceId = traces?.ended(record) ?? null
    })
    guard(() => metrics?.ended(record))
    guard(() => {
      const { level, fields } = requestLine(record, { traceId, addresses })
      log.write(level, 'request', fields)
    })
  }
  return {
    begin: (start) => {
      guard(() => metrics?.began(start.door))
      return observe(start, { clock, guard, daily, ended })
    },
    metrics: async () => (metrics ? metrics.read() : null),
    close: async ({ timeoutMs = CLOSE_TIMEOUT_MS } = {}) => {
      metrics?.close()
      await traces?.close({ timeoutMs })
    },
  }
}

async function loadTraces(
  options: TracesOptions,
  failing: (error: Error | undefined) => void,
): Promise<Traces> {
  const { createTraces } = await import('./traces.ts')
  return createTraces(options, failing)
}

async function loadMetrics(
  options: MetricsOptions,
  { log, traces, faults }: { log: Log; traces: Traces | undefined; faults: () => number },
): Promise<Metrics> {
  const { createMetrics } = await import('./metrics.ts')
  const none = { sent: 0, failed: 0, dropped: 0 }
  return createMetrics({
    ...options,
    tallies: { logLinesLost: () => log.lost(), spans: () => traces?.counts() ?? none, faults },
  })
}

function warner({ system: { clock }, log }: ObserverOptions): (error: Error | undefined) => void {
  let warnedAtMs = -Infinity
  return (error) => {
    const nowMs = clock.monotonicMs()
    if (nowMs - warnedAtMs < WARN_EVERY_MS) return
    warnedAtMs = nowMs
    log.warn('Traces do not reach their collector; edits go on. Look at observe.traces.endpoint.', {
      error: error?.message ?? 'no reason given',
    })
  }
}
