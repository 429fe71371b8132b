import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api'
import type { Attempt } from '../contract/attempt.ts'
import { timeOfId } from '../contract/id.ts'
import { attemptAttributes, editAttributes, requestAttributes } from './span-attributes.ts'
import type { EditRecord, RequestRecord } from './request-record.ts'
import type { RemoteTrace } from './traceparent.ts'

/**
 * Makes the spans of a request when it is over: one for the request, below it one for the edit, below that one for
 * each attempt. None is open while it lasts, so nothing has to be carried along; where they begin is read from the
 * ids of edit and attempts, which are made at that very moment, to the millisecond.
 */
export function requestSpans(tracer: Tracer): (record: RequestRecord) => string {
  return (record) => {
    const { beganAtMs, ms, method, route, edit, status, code } = record
    const span = tracer.startSpan(
      `${method} ${route}`,
      { kind: SpanKind.SERVER, startTime: beganAtMs, attributes: requestAttributes(record) },
      contextOf(record.parent),
    )
    // A 4xx is the caller's mistake, and no error of a server's (HTTP conventions).
    if (status >= 500) fail(span, code ?? String(status))
    if (edit) editSpans(tracer, edit, trace.setSpan(ROOT_CONTEXT, span))
    span.end(beganAtMs + ms)
    return span.spanContext().traceId
  }
}

function contextOf(parent: RemoteTrace | null): Context {
  if (!parent) return ROOT_CONTEXT
  const { traceId, spanId, sampled } = parent
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true })
}

/** The call of a model as whoever asked for it sees it, all attempts included (GenAI conventions). */
function editSpans(tracer: Tracer, edit: EditRecord, above: Context): void {
  const { startedAtMs, ms, model, requestedModel, target, code, attempts } = edit
  const asked = requestedModel ?? model
  const span = start(tracer, above, {
    name: asked === null ? 'generate_content' : `generate_content ${asked}`,
    kind: kindOf(target),
    startTime: startedAtMs,
    attributes: editAttributes(edit),
  })
  if (code !== null) fail(span, code)
  const below = trace.setSpan(above, span)
  for (const attempt of attempts) attemptSpan(tracer, attempt, { below, edit })
  span.end(startedAtMs + ms)
}

function attemptSpan(
  tracer: Tracer,
  attempt: Attempt,
  { below, edit }: { below: Context; edit: EditRecord },
): void {
  const startTime = Math.max(timeOfId(attempt.id) ?? edit.startedAtMs, edit.startedAtMs)
  const span = start(tracer, below, {
    name: `attempt ${attempt.target}`,
    kind: kindOf(attempt.target),
    startTime,
    attributes: attemptAttributes(attempt),
  })
  if (attempt.code !== null) fail(span, attempt.code)
  span.end(startTime + attempt.ms)
}

function start(
  tracer: Tracer,
  context: Context,
  { name, ...options }: { name: string; kind: SpanKind; startTime: number; attributes: Attributes },
): Span {
  return tracer.startSpan(name, options, context)
}

/** The local engine runs in this very process. */
function kindOf(target: string | null): SpanKind {
  return target === null || target === 'local' ? SpanKind.INTERNAL : SpanKind.CLIENT
}

function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type)
  span.setStatus({ code: SpanStatusCode.ERROR })
}
