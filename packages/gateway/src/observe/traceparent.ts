/** The trace a request is part of, as its caller told. Its `tracestate`, which may hold anything, is not taken over. */
export interface RemoteTrace {
  readonly traceId: string
  /** The caller's span. */
  readonly spanId: string
  readonly sampled: boolean
}

/** Version 00, or a later one, of which the first four fields are read as W3C Trace Context (§3.2) asks. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

/** Reads the header of that name; `null` where it says nothing that can be continued. */
export function readTraceparent(header: string | undefined): RemoteTrace | null {
  if (header === undefined || header.length > 512) return null
  const [, version, traceId = '', spanId = '', flags = '', more] = TRACEPARENT.exec(header) ?? []
  if (version === undefined || (version === '00' && more !== undefined)) return null
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null
  return { traceId, spanId, sampled: (parseInt(flags, 16) & 1) === 1 }
}
