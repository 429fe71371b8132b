import { isJsonObject, type JsonObject } from '../../src/contract/json-object.ts'
import type { Door, Route } from '../../src/http/route.ts'
import { createRouteTable } from '../../src/http/route-table.ts'
import { DIALECTS, errorIn } from '../dialect.ts'
import type { Answer } from './answer.ts'
import type { Judge } from './judge.ts'

/** Statuses a request may end with, however bad it is: 500 is a bug. */
const STATUSES: ReadonlySet<number> = new Set([
  200, 204, 400, 401, 403, 404, 405, 406, 408, 409, 413, 415, 422, 429, 499, 501, 502, 503, 504, 507,
])

/** Holds answers against the doors of the table. No answer may show a secret. */
export function gatewayJudge(routes: readonly Route[], secrets: readonly string[]): Judge {
  const table = createRouteTable(routes)
  const looseFaultOf = (answer: Answer): string | null => {
    const { status, headers, body } = answer
    if (!STATUSES.has(status)) return `status ${status}`
    const shown = `${JSON.stringify(headers)}${body.toString('latin1')}`
    const leaked = secrets.find((secret) => shown.includes(secret))
    if (leaked !== undefined) return `the answer shows ${leaked.slice(0, 12)}…`
    if (headers['x-content-type-options'] !== 'nosniff') return 'no security headers'
    if (status >= 400 && answer.whole && !isError(answer)) return 'no error of any dialect'
    return null
  }
  return {
    looseFaultOf,
    faultOf: ({ method, path }, answer) => {
      const loose = looseFaultOf(answer)
      if (loose !== null) return loose
      const found = table.find(method, path)
      const door = found.kind === 'route' ? found.route.door : found.door
      if (!answer.whole) return isCutStream(answer) ? null : 'the answer is cut off'
      if (answer.status < 300)
        return method === 'OPTIONS' ? preflightFault(answer) : successFault(door, answer)
      return dialectFault(door, answer)
    },
    mayBreak: () => false,
  }
}

/** An upstream that breaks off in the middle of a stream breaks off its answer too. */
function isCutStream({ status, headers }: Answer): boolean {
  return status === 200 && headers['content-type'] === 'text/event-stream'
}

/** As HTTP/1.0 has it: whether it broke off cannot be told. */
function endsWithItsConnection({ headers }: Answer): boolean {
  return headers['content-length'] === undefined && headers['transfer-encoding'] === undefined
}

function preflightFault({ status, body }: Answer): string | null {
  return status === 204 && body.length === 0 ? null : 'no preflight'
}

/** Ours, or Google's own, which its doors pass on and the files speak. */
function isError(answer: Answer): boolean {
  return errorIn(answer) !== null || isGoogles(answer)
}

/** An error as Google has it, or the page of a machine in front of it. */
function isGoogles(answer: Answer): boolean {
  const { status, headers, body } = answer
  return (
    isGoogleError(answer) ||
    (status === 502 && headers['content-type'] === 'text/html' && body.includes('<html>'))
  )
}

function isGoogleError({ status, headers, body }: Answer): boolean {
  const error = errorObject(parsed(body))
  const fine = error !== null && error['code'] === status && typeof error['message'] === 'string'
  return (
    fine &&
    /^[A-Z_]+$/.test(String(error['status'])) &&
    (headers['content-type'] ?? '').startsWith('application/json')
  )
}

/** A list has one as its only element. */
function errorObject(document: unknown): JsonObject | null {
  const first: unknown = Array.isArray(document) && document.length === 1 ? document[0] : document
  const error = isJsonObject(first) ? first['error'] : undefined
  return isJsonObject(error) ? error : null
}

function dialectFault(door: Door, answer: Answer): string | null {
  if (DIALECTS[door] === 'google' && isGoogles(answer)) return null
  const error = errorIn(answer)
  // What could not be read as a request may not have told which door it wanted.
  const unread = answer.headers['x-request-id'] === undefined && error?.dialect === 'problem'
  return error?.dialect === DIALECTS[door] || unread ? null : `${error?.dialect ?? 'nothing'} from ${door}`
}

function successFault(door: Door, answer: Answer): string | null {
  const { status, headers, body } = answer
  const type = headers['content-type'] ?? ''
  if (status !== 200) return `status ${status}`
  if (type === 'text/event-stream') {
    const isEvent = EVENTS[door]
    if (isEvent === undefined) return `events from ${door}`
    return endsWithItsConnection(answer) ? null : eventsFault(body.toString(), isEvent)
  }
  if (type.startsWith('image/')) return door === 'native' && body.length > 0 ? null : `a picture from ${door}`
  if (type.startsWith('text/')) return door === 'system' && body.length > 0 ? null : `${type} from ${door}`
  if (!type.startsWith('application/json')) return `success as ${type}`
  const document = parsed(body)
  if (document === undefined) return 'no JSON'
  if (Array.isArray(document)) return ANSWERS_AS_GEMINI.has(door) ? null : `a list from ${door}`
  return isJsonObject(document) && SUCCESSES[door].some((fits) => fits(document))
    ? null
    : `no success of ${door}`
}

/** Streams in both are Gemini’s. */
const ANSWERS_AS_GEMINI: ReadonlySet<Door> = new Set(['gemini', 'vertex'])

type Fits = (document: JsonObject) => boolean
const SUCCESSES: Readonly<Record<Door, readonly Fits[]>> = {
  native: [
    ({ id, outcome, images }) =>
      String(id).startsWith('edit_') && typeof outcome === 'string' && Array.isArray(images),
    ({ deleted }) => deleted === true,
    ({ targets }) => Array.isArray(targets),
  ],
  gemini: [
    ({ candidates }) => Array.isArray(candidates),
    ({ totalTokens }) => typeof totalTokens === 'number',
    ({ predictions }) => Array.isArray(predictions),
    ({ models, object }) => Array.isArray(models) && object === 'list',
    ({ name, object }) => object === 'model' && String(name).startsWith('models/'),
    ({ file }) => isJsonObject(file),
    ({ files }) => Array.isArray(files),
    ({ name, state }) => String(name).startsWith('files/') && state === 'ACTIVE',
    (document) => Object.keys(document).length === 0,
  ],
  system: [({ status }) => typeof status === 'string', ({ openapi }) => typeof openapi === 'string'],
  vertex: [
    ({ candidates }) => Array.isArray(candidates),
    ({ totalTokens }) => typeof totalTokens === 'number',
    ({ predictions }) => Array.isArray(predictions),
    ({ publisherModels }) => Array.isArray(publisherModels),
    ({ name }) => String(name).startsWith('publishers/google/models/'),
    // All images were blocked.
    (document) => Object.keys(document).length === 0,
  ],
  openai: [
    ({ created, data, plantain }) =>
      typeof created === 'number' &&
      isJsonObject(plantain) &&
      Array.isArray(data) &&
      data.every(isOpenAiImage),
  ],
  interactions: [
    ({ object, id, status, steps }) =>
      object === 'interaction' &&
      String(id).startsWith('edit_') &&
      typeof status === 'string' &&
      Array.isArray(steps),
  ],
}

function isOpenAiImage(image: unknown): boolean {
  return isJsonObject(image) && typeof (image['b64_json'] ?? image['url']) === 'string'
}

/** What the data of an event is, by the door it comes from; the others have none. */
const EVENTS: Partial<Record<Door, (data: string) => boolean>> = {
  gemini: isGeminiEvent,
  vertex: isGeminiEvent,
  openai: (data) => {
    const document = parsed(Buffer.from(data))
    return (
      isJsonObject(document) &&
      typeof document['b64_json'] === 'string' &&
      /^image_(?:edit|generation)\.(?:partial_image|completed)$/.test(String(document['type']))
    )
  },
  interactions: (data) => {
    const document = parsed(Buffer.from(data))
    return data === '[DONE]' || (isJsonObject(document) && typeof document['event_type'] === 'string')
  },
}

function isGeminiEvent(data: string): boolean {
  const document = parsed(Buffer.from(data))
  return isJsonObject(document) && Array.isArray(document['candidates'])
}

function eventsFault(text: string, isEvent: (data: string) => boolean): string | null {
  if (!/(?:\n\n|\r\n\r\n)$/.test(text)) return 'an event without its end'
  const events = text.split(/\r?\n\r?\n/).slice(0, -1)
  const fine = events.every((event) => isEvent(/^data: (.*)$/m.exec(event)?.[1] ?? ''))
  return fine ? null : 'an event that is none of its door’s'
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
