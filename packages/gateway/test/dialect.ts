import { isJsonObject } from '../src/contract/json-object.ts'
import { ERRORS } from '../src/contract/error.ts'
import { OPENAI_CODES } from '../src/wire/openai-error.ts'
import type { Door } from '../src/http/route.ts'
import type { Answer } from './fuzz/answer.ts'

/** An error of the gateway as its client reads it. */
export interface DialectError {
  readonly dialect: 'problem' | 'google' | 'openai' | 'interactions'
  /** Of the code table. */
  readonly code: string
  readonly message: string
}

/** What the errors of each door look like. */
export const DIALECTS: Readonly<Record<Door, DialectError['dialect']>> = {
  native: 'problem',
  system: 'problem',
  gemini: 'google',
  vertex: 'google',
  openai: 'openai',
  interactions: 'interactions',
}

/** `null`: it is no error in any dialect, or says something else than its status does. */
export function errorIn({ status, headers, body }: Answer): DialectError | null {
  const type = headers['content-type'] ?? ''
  const document = parsed(body)
  if (!isJsonObject(document) || !/^application\/(?:problem\+)?json; charset=utf-8$/i.test(type)) return null
  const found = type.startsWith('application/problem')
    ? problemIn(document, status)
    : errorObject(document, status)
  return found !== null && statusOf(found.code) === status ? found : null
}

function problemIn(document: Readonly<Record<string, unknown>>, status: number): DialectError | null {
  const { type, title, detail, code, retryable, charged } = document
  const fine = isText(type) && isText(title) && isText(detail) && isText(code)
  return fine && typeof retryable === 'boolean' && isText(charged) && document['status'] === status
    ? { dialect: 'problem', code, message: detail }
    : null
}

function errorObject(document: Readonly<Record<string, unknown>>, status: number): DialectError | null {
  const { error } = document
  if (!isJsonObject(error) || !isText(error['message'])) return null
  const { message, code } = error
  if (typeof code === 'number') return code === status ? googleError(error, message) : null
  if (!isText(code)) return null
  return isText(error['type']) && (error['param'] === null || isText(error['param']))
    ? { dialect: 'openai', code: ownCode(code), message }
    : Object.keys(error).length === 2
      ? { dialect: 'interactions', code, message }
      : null
}

function googleError(error: Readonly<Record<string, unknown>>, message: string): DialectError | null {
  const { status, details } = error
  if (!/^[A-Z_]+$/.test(String(status)) || !Array.isArray(details)) return null
  const info: unknown = details.find(
    (one: unknown) => isJsonObject(one) && one['@type'] === 'type.googleapis.com/google.rpc.ErrorInfo',
  )
  const reason = isJsonObject(info) ? info['reason'] : undefined
  return isText(reason) ? { dialect: 'google', code: reason.toLowerCase(), message } : null
}

/** OpenAI has words of its own for some. */
function ownCode(code: string): string {
  return Object.entries(OPENAI_CODES).find(([, word]) => word === code)?.[0] ?? code
}

function statusOf(code: string): number | undefined {
  return Object.entries(ERRORS).find(([name]) => name === code)?.[1].status
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
