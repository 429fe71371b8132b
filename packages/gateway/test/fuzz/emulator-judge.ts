import { isJsonObject, type JsonObject } from '../../src/contract/json-object.ts'
import { routeOf, type Target } from '../../src/emulator/routes.ts'
import type { Answer } from './answer.ts'
import type { Judge } from './judge.ts'
import type { Sent } from './spoil-request.ts'

/** Holds answers against what Google's surfaces look like. */
export const EMULATOR_JUDGE: Judge = { faultOf, looseFaultOf, mayBreak }

function faultOf(sent: Sent, answer: Answer): string | null {
  const { target } = routeOf(sent.method, sent.path, new URLSearchParams(sent.query))
  if (!answer.whole) return mayBreak(sent) ? null : 'the answer is cut off'
  if (answer.body.includes('The emulator itself failed')) return 'the emulator itself failed'
  if (sent.method === 'HEAD') return answer.body.length === 0 ? null : 'an answer to HEAD has a body'
  if (isFrontEndPage(answer)) return null
  const shape = shapeOf(answer)
  if (sent.method === 'OPTIONS') return isPreflight(answer) || answer.status === 400 ? null : 'no preflight'
  if (shape === null) return `no shape of Google's`
  if (shape === 'no-type') return 'JSON without its type'
  const takes: readonly Shape[] = SHAPES[target.to]
  return takes.includes(shape) ? null : `${shape} from ${target.to}`
}

function looseFaultOf(answer: Answer): string | null {
  if (answer.body.includes('The emulator itself failed')) return 'the emulator itself failed'
  if (!answer.whole || isFrontEndPage(answer) || isPreflight(answer)) return null
  const shape = shapeOf(answer)
  return shape === null || shape === 'no-type' ? `no shape of Google's` : null
}

/** A persona may end the connection. */
function mayBreak({ headers }: Sent): boolean {
  return headers.some(([name, value]) => /^x-emulator-persona$/i.test(name) && /reset|close/.test(value))
}

type Shape =
  | ('page' | 'error' | 'errors' | 'interaction-error' | 'oauth-error' | 'problem' | 'metadata' | 'png')
  | ('generation' | 'stream' | 'events' | 'tokens' | 'predictions' | 'models' | 'model' | 'empty')
  | ('file' | 'stored' | 'files' | 'interaction' | 'interaction-events' | 'token' | 'account-token' | 'admin')

const SHAPES: Readonly<Record<Target['to'], readonly Shape[]>> = {
  // A stream speaks as it was asked to; which it was is told apart by its content type.
  generate: ['generation', 'stream', 'events', 'error', 'errors'],
  'count-tokens': ['tokens', 'error'],
  predict: ['predictions', 'empty', 'error'],
  'list-models': ['models', 'empty', 'error'],
  'get-model': ['model', 'error'],
  'start-upload': ['empty', 'stored', 'error'],
  upload: ['empty', 'stored', 'error'],
  'list-files': ['files', 'empty', 'error'],
  'get-file': ['file', 'error'],
  'delete-file': ['empty', 'error'],
  'download-file': ['error'],
  'create-interaction': ['interaction', 'interaction-events', 'interaction-error'],
  'get-interaction': ['interaction', 'interaction-events', 'interaction-error'],
  'delete-interaction': ['empty', 'interaction-error'],
  'cancel-interaction': ['interaction', 'interaction-error'],
  // Errors of the network's end, such as personas make, have Google's general form there too.
  token: ['token', 'oauth-error', 'error'],
  'exchange-token': ['token', 'oauth-error', 'error'],
  impersonate: ['account-token', 'error'],
  metadata: ['metadata', 'error'],
  admin: ['admin', 'empty', 'problem', 'png'],
  unimplemented: ['error'],
  nowhere: [],
}

/** A web page with the title of its status. */
function isFrontEndPage({ status, headers, body }: Answer): boolean {
  const isPage = headers['content-type']?.startsWith('text/html') ?? false
  return isPage && status >= 400 && body.includes(`Error ${status} (`)
}

function isPreflight({ status, headers, body }: Answer): boolean {
  return status === 200 && body.length === 0 && headers['access-control-allow-methods'] !== undefined
}

function shapeOf(answer: Answer): Shape | 'no-type' | null {
  const { status, headers, body } = answer
  const type = headers['content-type'] ?? ''
  if (headers['metadata-flavor'] === 'Google') return status < 500 ? 'metadata' : null
  if (type === 'image/png') return status === 200 ? 'png' : null
  if (type === 'text/event-stream') return eventsShape(body.toString())
  const document = parsed(body.toString())
  if (document === undefined) return null
  if (!type.startsWith('application/json')) return 'no-type'
  if (Array.isArray(document)) return listShape(document, status)
  if (!isJsonObject(document)) return null
  return status < 400 ? successShape(document) : errorShape(document, status)
}

function eventsShape(text: string): Shape | null {
  if (!text.endsWith('\n\n') && !text.endsWith('\r\n\r\n')) return null
  const events = text.split(/\r?\n\r?\n/).slice(0, -1)
  const documents = events.map((event) => parsed(/^data: (.*)$/m.exec(event)?.[1] ?? ''))
  if (events.at(-1) === 'event: done\ndata: [DONE]') {
    const fine = documents.slice(0, -1).every((event) => isJsonObject(event) && isText(event['event_type']))
    return fine ? 'interaction-events' : null
  }
  const fine = documents.every((event) => isJsonObject(event) && (isGeneration(event) || isError(event)))
  return fine ? 'events' : null
}

function listShape(list: readonly unknown[], status: number): Shape | null {
  if (status >= 400) return list.length === 1 && isError(list[0], status) ? 'errors' : null
  return list.every((one) => isJsonObject(one) && (isGeneration(one) || isError(one))) ? 'stream' : null
}

function errorShape(document: JsonObject, status: number): Shape | null {
  if (isError(document, status)) return 'error'
  const { error, error_description: because } = document
  if (isText(error)) return isText(because) ? 'oauth-error' : 'problem'
  if (isJsonObject(error) && isText(error['code']) && isText(error['message'])) return 'interaction-error'
  // Of a wait in vain.
  return status === 408 && document['met'] === false ? 'admin' : null
}

function isError(document: unknown, status?: number): boolean {
  const error = isJsonObject(document) ? document['error'] : undefined
  if (!isJsonObject(error)) return false
  const { code, message, status: rpc, details = [] } = error
  if (!Array.isArray(details) || !details.every((one) => isJsonObject(one) && isText(one['@type'])))
    return false
  return isNumber(code) && code === (status ?? code) && isText(message) && /^[A-Z_]+$/.test(String(rpc))
}

function successShape(document: JsonObject): Shape | null {
  if (Object.keys(document).length === 0) return 'empty'
  const found = SUCCESSES.find(([, fits]) => fits(document))
  return found?.[0] ?? null
}

const SUCCESSES: readonly (readonly [Shape, (document: JsonObject) => boolean])[] = [
  ['generation', isGeneration],
  ['tokens', ({ totalTokens }) => isNumber(totalTokens)],
  ['predictions', ({ predictions }) => Array.isArray(predictions)],
  ['models', ({ models, publisherModels }) => Array.isArray(models ?? publisherModels)],
  ['model', ({ name }) => /(?:^|\/)models\//.test(String(name))],
  ['file', isFile],
  ['stored', ({ file }) => isJsonObject(file) && isFile(file)],
  ['files', ({ files, calls }) => calls === undefined && Array.isArray(files)],
  ['interaction', ({ id, status, object }) => isText(id) && isText(status) && object !== undefined],
  ['account-token', ({ accessToken, expireTime }) => isText(accessToken) && isText(expireTime)],
  ['token', ({ access_token: token, expires_in: s }) => isText(token) && isNumber(s)],
  ['admin', (document) => ADMIN.some((name) => document[name] !== undefined)],
]

const ADMIN = ['calls', 'met', 'personas', 'id', 'revoked', 'restored', 'now', 'number']

function isGeneration({ modelVersion, responseId }: JsonObject): boolean {
  return isText(modelVersion) && isText(responseId)
}

function isFile({ name, sizeBytes, state }: JsonObject): boolean {
  return String(name).startsWith('files/') && isText(sizeBytes) && isText(state)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
