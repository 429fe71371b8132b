import type { AttemptBounds } from '../contract/attempt-bounds.ts'
import type { ProviderCredential } from '../contract/caller.ts'
import { abortFault, type Fault, fault } from '../contract/error.ts'
import type { Answer, ProviderRequest, SendOptions } from '../contract/provider.ts'
import type { Usage } from '../contract/result.ts'
import type { Secret } from '../contract/secret.ts'
import type { Clock } from '../contract/system.ts'
import { costMicroUsd } from '../models/price.ts'
import { findModel } from '../models/registry.ts'
import type { Dial, DialAnswer, DialRequest } from '../net/dial.ts'
import { dialFault } from '../net/dial-failure.ts'
import { classify } from '../wire/classify.ts'
import { watchWire } from './wire-exchange.ts'
import { type RequestDialect, writeGeminiRequest } from '../wire/gemini-request.ts'

/** Where a Google target lives and how one is let in. */
export interface GoogleDoor {
  /** Up to and without `/models/…`. */
  readonly base: string
  /** The credential's headers; only ever sent to `base`. */
  readonly headers: Readonly<Record<string, string>>
  /** What no message may repeat. */
  readonly secret: Secret
}

/** The header that carries a credential. */
export function headerOf({ header, secret }: ProviderCredential): Readonly<Record<string, string>> {
  return { [header]: header === 'authorization' ? `Bearer ${secret.reveal()}` : secret.reveal() }
}

export interface GoogleLine {
  readonly dial: Dial
  readonly clock: Clock
}

/** How one target writes requests, where they do not come in its own dialect. */
export interface GenerateOptions extends SendOptions {
  readonly dialect: RequestDialect
}

/** Sends one request and weighs what comes. */
export async function generate(
  line: GoogleLine,
  door: GoogleDoor,
  request: ProviderRequest,
  { dialect, ...sending }: GenerateOptions,
): Promise<Answer> {
  const { wire } = request
  const memory = wire?.memory ?? request.memory
  const watched = watchWire(wire)
  const got = await call(line, door, {
    path: methodPath(request.model, wire?.method ?? 'generateContent'),
    body: wire?.pieces ?? writeGeminiRequest(request, dialect),
    ...sending,
    ...(memory && { memory }),
    ...watched,
  })
  if ('code' in got) return { kind: 'fault', fault: got, ...watched?.cut() }
  const answer = classify(got, {
    costMicroUsd: (usage) => priceOf(request.model, usage),
    hidden: [
      door.secret.reveal(),
      ...request.input.flatMap((part) => (part.kind === 'text' ? [part.text] : [])),
      ...(request.settings?.systemInstruction === undefined ? [] : [request.settings.systemInstruction]),
    ],
    nowMs: line.clock.now(),
  })
  return watched === undefined ? answer : { ...answer, wire: watched.whole(got) }
}

interface Asked extends AttemptBounds {
  readonly path: string
  readonly query?: string
  readonly body?: readonly Uint8Array[]
  readonly tap?: DialRequest['tap']
  readonly memory?: DialRequest['memory']
}

/** One exchange: POST where there is a body. Network failures and aborts are faults. */
export async function call(
  { dial }: GoogleLine,
  door: GoogleDoor,
  { path, query = '', body = [], tap, memory, ...bounds }: Asked,
): Promise<DialAnswer | Fault> {
  if (!Object.values(door.headers).every(isHeaderText)) return BAD_HEADER
  const url = new URL(`${door.base}/${path}${query}`)
  const headers = { ...CONTENT, ...door.headers }
  const method = body.length === 0 ? 'GET' : 'POST'
  const got = await dial({
    method,
    url,
    headers,
    body,
    ...boundsOf(bounds),
    ...(tap && { tap }),
    ...(memory && { memory }),
  })
  if (got.kind === 'answer') return got
  return got.failure === 'aborted'
    ? abortFault(got.sent === 'all' ? 'unknown' : 'no')
    : dialFault(got, url.host)
}

/** These alone: what is handed on holds more, a credential for one. */
function boundsOf({ signal, leaving, timeouts }: AttemptBounds): AttemptBounds {
  return { signal, ...(leaving && { leaving }), ...(timeouts && { timeouts }) }
}

/** The path of a model, or of one of its methods. */
export function methodPath(model: string, method?: string): string {
  const resource = `models/${encodeURIComponent(model)}`
  return method === undefined ? resource : `${resource}:${method}`
}

const CONTENT = {
  'content-type': 'application/json',
  accept: 'application/json',
  'user-agent': 'plantain',
} as const

const BAD_HEADER = fault(
  'credential_invalid',
  'The key holds characters that no key has, such as a line break (or the quota project does). Copy it again.',
)

/** A key pasted with a line break is the commonest mistake there is, and no header can carry it. */
function isHeaderText(value: string): boolean {
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)
}

function priceOf(modelId: string, usage: Usage): number | null {
  const model = findModel(modelId)
  return model === null || model.prices === null ? null : costMicroUsd(model, usage)
}
