import { readFileSync } from 'node:fs'
import { expect, onTestFinished } from 'vitest'
import type { AiStudioTarget, GatewayConfig, VertexTarget } from '../src/config/gateway-config.ts'
import { Secret } from '../src/contract/secret.ts'
import type { Attempt } from '../src/contract/attempt.ts'
import type { TargetView } from '../src/contract/target-view.ts'
import { type EmulatorOptions, type RunningEmulator, startEmulator } from '../src/emulator.ts'
import type { RunningGateway } from '../src/gateway.ts'
import type { Log, LogFields } from '../src/observe/log.ts'
import { gatewayWith, type GatewayWithOptions, SILENT } from './gateway-client.ts'

// Google and the gateway before it, both on sockets, and what is asked of them in tests of where edits go.

const PHOTO = readFileSync(new URL('../../../examples/photos/rocket.jpg', import.meta.url)).toString('base64')
export const IMAGE = { inlineData: { mimeType: 'image/jpeg', data: PHOTO } }
export const MODEL = 'gemini-nano-banana-2.1'
export const OTHER_MODEL = 'gemini-3-pro-image'

/** Google with these faults, closed when the test ends. */
export async function google(personas: EmulatorOptions['personas'] = ''): Promise<RunningEmulator> {
  const emulator = await startEmulator({ pictures: 'canned', personas })
  onTestFinished(async () => {
    expect(emulator.state().crashes).toBe(0)
    await emulator.close()
  })
  return emulator
}

/** What asked a model for something, the oldest first. */
export function callsOf(emulator: RunningEmulator) {
  return emulator.state().calls.filter(({ to }) => to.toLowerCase().includes('generate'))
}

interface TargetOptions {
  readonly name?: string
  readonly keys?: readonly string[]
  readonly requestsPerMinute?: number
}

/** A key of a test as Google is shown it. */
export const keyNamed = (id: string) => `AIza-${id}`

/** AI Studio at the emulator, with keys by these ids. */
export function studio(
  { url }: { readonly url: string },
  { name = 'studio', keys = ['only'], requestsPerMinute }: TargetOptions = {},
): AiStudioTarget {
  const [first = 'only', ...rest] = keys
  return {
    provider: 'ai-studio',
    name,
    credentials: [credential(first), ...rest.map(credential)],
    quota: { requestsPerMinute: requestsPerMinute ?? null, inputTokensPerMinute: null },
    baseUrl: url,
    apiVersion: null,
  }
}

function credential(id: string) {
  return { kind: 'api-key' as const, id, environment: null, key: new Secret(keyNamed(id)) }
}

/** Vertex AI at the emulator, by a key. */
export function vertexGlobal({ url }: { readonly url: string }): VertexTarget {
  return {
    provider: 'vertex',
    name: 'vertex:global',
    credentials: [credential('express')],
    quota: { requestsPerMinute: null, inputTokensPerMinute: null },
    project: null,
    location: 'global',
    baseUrl: url,
  }
}

export interface Line {
  readonly message: string
  readonly fields: LogFields | undefined
}

export interface Scene extends RunningGateway {
  /** Lines of the log at `warn` and `error`. */
  readonly lines: readonly Line[]
}

/** A gateway of the test's own, closed when it ends. */
export async function gatewayFor(
  config: Partial<GatewayConfig>,
  options: GatewayWithOptions = {},
): Promise<Scene> {
  const lines: Line[] = []
  const note = (message: string, fields?: LogFields) => void lines.push({ message, fields })
  const log: Log = { ...SILENT, warn: note, error: note }
  const gateway = await gatewayWith(config, { log, ...options })
  onTestFinished(async () => void (await gateway.close()))
  return { ...gateway, lines }
}

/** What a native answer says, whether it is an edit or a refusal. */
export interface Told {
  readonly status: number
  readonly headers: Headers
  readonly id: string
  readonly outcome: string
  readonly code?: string
  readonly detail?: string
  readonly model: string | null
  readonly target: string | null
  readonly degraded: boolean
  readonly attempts: readonly Attempt[]
  readonly waitMs?: number
}

export interface Asking {
  readonly model?: string
  readonly previousEdit?: string
  readonly accept?: 'any'
  readonly timeoutMs?: number
  readonly words?: string
}

let nth = 0

/** An edit that nobody asked for before, by the native door. */
export async function edit({ url }: { readonly url: string }, asking: Asking = {}): Promise<Told> {
  const { words = `Make the sky pink, for the time ${(nth += 1)}`, ...options } = asking
  const input = options.previousEdit === undefined ? [words, IMAGE] : [words]
  const response = await fetch(`${url}/v1/edits`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...options, input }),
  })
  const told: Omit<Told, 'status' | 'headers'> = JSON.parse(await response.text())
  return { ...told, status: response.status, headers: response.headers }
}

export interface GoogleTold {
  readonly error?: {
    readonly code: number
    readonly status: string
    readonly details?: readonly { readonly '@type': string; readonly retryDelay?: string }[]
  }
  readonly candidates?: readonly { readonly finishReason: string }[]
}

/** The same in Google's own dialect, of parts that are given or a photo. */
export async function geminiEdit(
  { url }: { readonly url: string },
  { timeoutMs, parts }: { readonly timeoutMs?: number; readonly parts?: readonly object[] } = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: GoogleTold }> {
  const words = { text: `Make the sky green, for the time ${(nth += 1)}` }
  const response = await fetch(`${url}/v1beta/models/${MODEL}:generateContent`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(timeoutMs !== undefined && { 'plantain-timeout-ms': String(timeoutMs) }),
    },
    body: JSON.stringify({ contents: [{ role: 'user', parts: parts ?? [words, IMAGE] }] }),
  })
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
}

/** An administrative call. */
export async function admin(
  { url }: { readonly url: string },
  path: string,
  method: 'GET' | 'POST' = 'POST',
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${url}${path}`, { method })
  return { status: response.status, text: await response.text() }
}

export async function targetsOf(gateway: {
  readonly url: string
}): Promise<{ readonly text: string; readonly targets: readonly TargetView[] }> {
  const { text } = await admin(gateway, '/v1/targets', 'GET')
  const { targets }: { targets: readonly TargetView[] } = JSON.parse(text)
  return { text, targets }
}
