import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Meter } from '@opentelemetry/api'
import type { ProcessUsage } from '../contract/system.ts'

/** How often the delay is sampled. What is measured is the time between two samples, of which this much is meant. */
const RESOLUTION_MS = 10

/**
 * The process's own figures, under the names that dashboards for Prometheus and Node know. Delays of the event loop
 * are those since they were last read. Gives what stops the sampling.
 */
export function watchProcess(meter: Meter, usage: () => ProcessUsage): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  const lag = (name: string, description: string) =>
    meter.createObservableGauge(`nodejs_eventloop_lag_${name}_seconds`, { description })
  const p50 = lag('p50', 'Median delay of the event loop since metrics were last read.')
  const p99 = lag('p99', '99th percentile of the delay of the event loop since metrics were last read.')
  const max = lag('max', 'Longest delay of the event loop since metrics were last read.')
  meter.addBatchObservableCallback(
    (read) => {
      const sampled = delay.count > 0
      const seconds = (ns: number) => (sampled ? Math.max(0, ns / 1e6 - RESOLUTION_MS) / 1000 : 0)
      read.observe(p50, seconds(delay.percentile(50)))
      read.observe(p99, seconds(delay.percentile(99)))
      read.observe(max, seconds(delay.max))
      delay.reset()
    },
    [p50, p99, max],
  )
  const rss = meter.createObservableGauge('process_resident_memory_bytes', {
    description: 'Memory of the process that is in RAM.',
  })
  const heap = meter.createObservableGauge('nodejs_heap_size_used_bytes', {
    description: 'Heap of JavaScript in use.',
  })
  const external = meter.createObservableGauge('nodejs_external_memory_bytes', {
    description: 'Memory outside that heap: buffers, and what libraries hold.',
  })
  const cpu = meter.createObservableCounter('process_cpu_seconds_total', {
    description: 'CPU time used, user and system.',
  })
  meter.addBatchObservableCallback(
    (read) => {
      const { rssBytes, heapUsedBytes, externalBytes, cpuSeconds } = usage()
      read.observe(rss, rssBytes)
      read.observe(heap, heapUsedBytes)
      read.observe(external, externalBytes)
      read.observe(cpu, cpuSeconds)
    },
    [rss, heap, external, cpu],
  )
  return () => delay.disable()
}
