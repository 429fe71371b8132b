import { gunzipSync } from 'node:zlib'
import { type Play, type Seen, startScriptedServer } from '../../test/scripted-server.ts'
import { isJsonObject, type JsonObject } from '../contract/json-object.ts'

/** A span as it came over OTLP/HTTP, attributes by name. */
export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly name: string
  readonly kind: string
  readonly startMs: number
  readonly endMs: number
  readonly error: boolean
  readonly attributes: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
}

/** A collector of traces on loopback. */
export interface Collector {
  readonly endpoint: string
  readonly seen: readonly Seen[]
  /** All that came, oldest first. */
  spans(): readonly ReceivedSpan[]
  close(): Promise<void>
}

export async function startCollector(answer: Play = { json: {} }): Promise<Collector> {
  const { origin, seen, close } = await startScriptedServer(() => answer)
  return { endpoint: origin, seen, spans: () => seen.flatMap(spansOf), close }
}

/** What was sent, in the clear. */
export function bodyOf({ headers, body }: Seen): string {
  return (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString()
}

/** Of `SpanKind` and `StatusCode` in OTLP's trace.proto. */
const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']
const ERROR = 2

function spansOf(seen: Seen): readonly ReceivedSpan[] {
  const spans: ReceivedSpan[] = []
  for (const group of listIn(JSON.parse(bodyOf(seen)), 'resourceSpans')) {
    const resource = attributesIn(objectIn(group, 'resource'))
    for (const scope of listIn(group, 'scopeSpans')) {
      for (const span of listIn(scope, 'spans')) spans.push(spanOf(span, resource))
    }
  }
  return spans
}

function spanOf(span: JsonObject, resource: ReceivedSpan['resource']): ReceivedSpan {
  const parent = span['parentSpanId']
  return {
    traceId: String(span['traceId']),
    spanId: String(span['spanId']),
    parentSpanId: typeof parent === 'string' ? parent : undefined,
    name: String(span['name']),
    kind: KINDS[Number(span['kind'])] ?? '',
    startMs: Number(span['startTimeUnixNano']) / 1e6,
    endMs: Number(span['endTimeUnixNano']) / 1e6,
    error: objectIn(span, 'status')['code'] === ERROR,
    attributes: attributesIn(span),
    resource,
  }
}

function attributesIn(holder: JsonObject): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    listIn(holder, 'attributes').map((attribute) => [
      String(attribute['key']),
      valueOf(objectIn(attribute, 'value')),
    ]),
  )
}

function valueOf(value: JsonObject): unknown {
  if (isJsonObject(value['arrayValue'])) return listIn(value['arrayValue'], 'values').map(valueOf)
  return value['stringValue'] ?? value['boolValue'] ?? Number(value['intValue'] ?? value['doubleValue'])
}

function objectIn(holder: JsonObject, name: string): JsonObject {
  const value = holder[name]
  return isJsonObject(value) ? value : {}
}

function listIn(holder: unknown, name: string): readonly JsonObject[] {
  const value = isJsonObject(holder) ? holder[name] : undefined
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}
