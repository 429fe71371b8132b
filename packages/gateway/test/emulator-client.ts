import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import type { EmulatorState } from '../src/emulator/emulation.ts'
import type { EmulatorOptions, RunningEmulator } from '../src/emulator/options.ts'
import type { SeenCall } from '../src/emulator/record.ts'
import { startEmulator } from '../src/emulator.ts'
import { gatewayBefore } from './gateway-client.ts'
import { plantedGateway } from './planted-gateway.ts'

export const MODEL = 'gemini-nano-banana-2.1'
export const KEY = 'AIzaSyEmulator-0123456789-0123456789-01'

/** A small photo, as base64. */
export const PHOTO = readFileSync(new URL('../../../examples/photos/rocket.jpg', import.meta.url)).toString(
  'base64',
)

/** An emulator of the test's own, closed when it ends; canned pictures unless told. */
export async function emulatorFor(options: EmulatorOptions = {}): Promise<RunningEmulator> {
  const emulator = await startEmulator({ pictures: 'canned', ...options })
  onTestFinished(() => emulator.close())
  return THROUGH_GATEWAY ? throughGateway(emulator) : emulator
}

/** `npm run test:clients -- --gateway`: the same suites, with a gateway between client and emulator. */
export const THROUGH_GATEWAY = process.env['PLANTAIN_TEST_THROUGH'] === 'gateway'

/** A file with the secrets of the run (`secret-search.ts`), where they are to be searched for afterwards. */
const PLANTED = process.env['PLANTAIN_TEST_PLANTED']

/** The emulator as it is, but reached through a gateway that lets its caller's own credential through. */
async function throughGateway(emulator: RunningEmulator): Promise<RunningEmulator> {
  const { url: upstream } = emulator
  const gateway = await (PLANTED === undefined
    ? gatewayBefore(upstream)
    : plantedGateway(JSON.parse(readFileSync(PLANTED, 'utf8')), upstream))
  onTestFinished(async () => void (await gateway.close()))
  const { url, port } = gateway
  return new Proxy(emulator, {
    get: (target, name) =>
      name === 'url' ? url : name === 'port' ? port : Reflect.get(target, name, target),
  })
}

export interface AnswerPart {
  readonly text?: string
  readonly inlineData: { readonly mimeType: string; readonly data: string }
  readonly thought?: true
  readonly thoughtSignature?: string
}

/** Tests say which item they mean; where it is missing they fail. */
type Listed<Item> = readonly [Item, Item, Item, ...Item[]]

/** Any of the answers the tests look into; what is not there is undefined all the same, and fails a test. */
export interface Answer extends Omit<EmulatorState, 'calls'> {
  readonly calls: Listed<SeenCall>
  readonly candidates: Listed<{
    readonly content: { readonly role: string; readonly parts: Listed<AnswerPart> }
    readonly finishReason?: string
  }>
  readonly usageMetadata: {
    readonly promptTokenCount: number
    readonly candidatesTokenCount: number
    readonly thoughtsTokenCount?: number
    readonly totalTokenCount: number
    readonly candidatesTokensDetails: Listed<{ readonly modality: string; readonly tokenCount: number }>
    readonly trafficType?: string
  }
  readonly modelVersion: string
  readonly responseId: string
  readonly createTime?: string
  readonly error: {
    readonly status: string
    readonly message: string
    readonly details: Listed<{
      readonly '@type': string
      readonly retryDelay: string
      readonly violations: Listed<{ readonly quotaId: string }>
    }>
  }
  readonly id: string
  readonly met: boolean
}

export interface Told {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Answer
}

export interface Ask {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** For `x-emulator-persona`. */
  readonly persona?: string
  readonly signal?: AbortSignal
}

export async function ask({ url }: RunningEmulator, path: string, asked: Ask = {}): Promise<Told> {
  const { method = asked.body === undefined ? 'GET' : 'POST', body, persona, signal } = asked
  const response = await fetch(url + path, {
    method,
    headers: {
      'x-goog-api-key': KEY,
      'content-type': 'application/json',
      ...(persona !== undefined && { 'x-emulator-persona': persona }),
      ...asked.headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: parsed(text) }
}

/** What is no JSON is an answer with nothing in it. */
function parsed(text: string): Answer {
  try {
    return JSON.parse(text)
  } catch {
    return JSON.parse('{}')
  }
}

export const GENERATE = `/v1beta/models/${MODEL}:generateContent`
export const STREAM = `/v1beta/models/${MODEL}:streamGenerateContent`

/** A request to edit a photo, with anything more. */
export function edit(more: object = {}, text = 'make it brighter') {
  return {
    contents: [{ role: 'user', parts: [{ text }, { inlineData: { mimeType: 'image/jpeg', data: PHOTO } }] }],
    ...more,
  }
}

/** What a socket of our own receives, and how it ends. */
export async function overSocket(
  { port }: RunningEmulator,
  request: string,
  { forMs = 10_000 } = {},
): Promise<{ readonly received: Buffer; readonly end: 'closed' | 'reset' | 'open' }> {
  const chunks: Buffer[] = []
  const socket = connect(port, '127.0.0.1')
  const end = await new Promise<'closed' | 'reset' | 'open'>((resolve) => {
    const timer = setTimeout(() => resolve('open'), forMs)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => resolve('reset'))
    socket.on('close', () => resolve('closed'))
    socket.on('close', () => clearTimeout(timer))
    socket.write(request)
  })
  socket.destroy()
  return { received: Buffer.concat(chunks), end }
}

/** The bytes of an HTTP request of that path and JSON. */
export function rawRequest(
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): string {
  const text = JSON.stringify(body)
  const lines = Object.entries({
    host: '127.0.0.1',
    'x-goog-api-key': KEY,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`)
  return `POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${text}`
}
