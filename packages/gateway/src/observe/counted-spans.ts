import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace'

/** What became of spans that ended. */
export interface SpanCounts {
  readonly sent: number
  /** Their collector did not take them, or not in time. */
  readonly failed: number
  /** Never tried: too many waited already. */
  readonly dropped: number
}

/** A request has three spans or four: this is what half a minute at 15 requests a second leaves behind. */
const MAX_WAITING = 2048
const BATCH = 512
const DELAY_MS = 2000

/** Sends spans in batches, a bounded number of them waiting, and counts each once. A failure is told, never raised. */
export function countedSpans(
  exporter: SpanExporter,
  {
    timeoutMs,
    failing,
  }: { readonly timeoutMs: number; readonly failing: (error: Error | undefined) => void },
): { readonly processor: SpanProcessor; readonly counts: () => SpanCounts } {
  let [waiting, sent, failed, dropped] = [0, 0, 0, 0]
  const batches = new BatchSpanProcessor({
    exporter: {
      export: (spans, done) => {
        waiting -= spans.length
        exporter.export(spans, (result) => {
          // Its enum is in a package that is not ours to import: 0 is success.
          const code: number = result.code
          if (code === 0) sent += spans.length
          else {
            failed += spans.length
            failing(result.error)
          }
          done(result)
        })
      },
      shutdown: () => exporter.shutdown(),
    },
    maxQueueSize: MAX_WAITING,
    maxExportBatchSize: BATCH,
    scheduledDelayMillis: DELAY_MS,
    // A moment later than the exporter's own, which tells why.
    exportTimeoutMillis: timeoutMs + 500,
  })
  const processor: SpanProcessor = {
    onStart: () => {},
    onEnd: (span) => {
      if (waiting >= MAX_WAITING) {
        dropped += 1
        return
      }
      waiting += 1
      batches.onEnd(span)
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
  }
  return { processor, counts: () => ({ sent, failed, dropped }) }
}
