import type { Agent } from 'node:http'
import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base'
import { createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http'
import { JsonTraceSerializer, TraceExporterMetricsHelper } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace'
import { PlantainError } from '../contract/error.ts'
import type { Secret } from '../contract/secret.ts'
import { countedSpans, type SpanCounts } from './counted-spans.ts'
import type { RequestRecord } from './request-record.ts'
import { requestSpans } from './request-spans.ts'

export interface TracesOptions {
  /** Of an OTLP/HTTP collector, such as `http://127.0.0.1:4318`; `/v1/traces` is added where it is missing. */
  readonly endpoint: string
  /** What the collector wants to see, such as a key. */
  readonly headers?: Readonly<Record<string, Secret>>
  /** Of traces that begin here, 0 to 1; one that a caller began is continued as the caller decided. */
  readonly sampleRatio?: number
  readonly version: string
}

export interface Traces {
  /** Gives the id of the trace. */
  ended(record: RequestRecord): string
  counts(): SpanCounts
  /** Sends what waits, for as long as `timeoutMs`. */
  close(options: { readonly timeoutMs: number }): Promise<void>
}

const EXPORT_TIMEOUT_MS = 5000
/** As many batches as may wait, which are all sent at the end, and some that are under way already. */
const EXPORTS_AT_ONCE = 8
const MAX_SOCKETS = 4

/**
 * Sends a trace for every request. `failing` is called when a batch was not delivered.
 * Throws `PlantainError` `config_invalid` where the endpoint is not one.
 */
export function createTraces(
  { endpoint, headers = {}, sampleRatio = 1, version }: TracesOptions,
  failing: (error: Error | undefined) => void,
): Traces {
  const agents: Agent[] = []
  let closed = false
  // Put together from its parts: OTLPTraceExporter also sends the headers and reads the key files that OTEL_*
  // variables name, which may have been set for another program and another collector.
  const exporter = new OTLPExporterBase(
    createOtlpHttpExportDelegate(
      {
        url: tracesUrl(endpoint),
        headers: () =>
          Promise.resolve({
            ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()])),
            'content-type': 'application/json',
          }),
        compression: 'gzip',
        timeoutMillis: EXPORT_TIMEOUT_MS,
        concurrencyLimit: EXPORTS_AT_ONCE,
        agentFactory: async (protocol) => {
          const { Agent } = protocol === 'https:' ? await import('node:https') : await import('node:http')
          const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS })
          if (closed) shut(agent)
          agents.push(agent)
          return agent
        },
        userAgent: `plantain/${version}`,
      },
      JsonTraceSerializer,
      'otlp_http_span_exporter',
      TraceExporterMetricsHelper,
      undefined,
    ),
  )
  const { processor, counts } = countedSpans(exporter, { timeoutMs: EXPORT_TIMEOUT_MS, failing })
  const provider = new TracerProvider({
    // Nothing is detected: what the machine and the command line are called is not the collector's to know.
    resource: resourceFromAttributes({ 'service.name': 'plantain', 'service.version': version }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [processor],
  })
  return {
    ended: requestSpans(provider.getTracer('plantain', version)),
    counts,
    close: async ({ timeoutMs }) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, timeoutMs)
      // One batch that fails, which has been counted and told already, must not cut the others off.
      provider
        .shutdown()
        .catch(() => exporter.forceFlush())
        .then(resolve, () => resolve())
      await promise
      clearTimeout(timer)
      closed = true
      for (const agent of agents) shut(agent)
    },
  }
}

/** The exporter tries again what is cut off here, and finds nothing to try it with. */
function shut(agent: Agent): void {
  agent.maxSockets = 0
  agent.destroy()
}

function tracesUrl(endpoint: string): string {
  const url = URL.parse(endpoint)
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new PlantainError(
      'config_invalid',
      'The endpoint for traces is not an http or https URL. Give that of an OTLP/HTTP collector, such as http://127.0.0.1:4318.',
    )
  }
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    throw new PlantainError(
      'config_invalid',
      'The endpoint for traces holds a password or a query. Put what the collector wants to see into the headers for traces.',
    )
  }
  if (!url.pathname.endsWith('/v1/traces')) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`
  return url.href
}
