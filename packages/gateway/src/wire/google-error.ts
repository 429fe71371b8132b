import { type AnswerBody, readAnswerBody } from './answer-body.ts'
import type { JsonObject } from '../contract/json-object.ts'
import { asObject, countField, field, objectField, objectsField, textField } from './json-field.ts'
import { pageText } from './public-text.ts'

/** What an error says, apart from how it is written down. */
export interface GoogleError {
  readonly status: number
  /** The name of the RPC code, such as `INVALID_ARGUMENT`; empty outside Google's envelope. */
  readonly rpc: string
  readonly message: string
  /** `ErrorInfo.reason`, such as `API_KEY_INVALID`; empty where there is none. */
  readonly reason: string
  /** `ErrorInfo.metadata`. */
  readonly about: Readonly<Record<string, string>>
  readonly quotas: readonly { readonly id: string; readonly limit: string }[]
  /** Addresses of `Help`. */
  readonly links: readonly string[]
  readonly retryDelay: unknown
  /** Google's envelope, or what something else on the way answered. */
  readonly source: 'google' | 'other'
}

export interface ErrorAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** The error inside a document, also of a one-element array; `undefined` where it holds none. */
export function readErrorEnvelope(documents: readonly unknown[], status: number): GoogleError | undefined {
  const holder = documents.map(asObject).find((document) => field(document, 'error'))
  if (holder === undefined) return undefined
  const error = objectField(holder, 'error')
  if (error === undefined) {
    // As the token endpoints write it.
    const words = [textField(holder, 'error'), textField(holder, 'errorDescription')]
    return { ...plain(status, words.filter(Boolean).join(': ')), source: 'google' }
  }
  const code = countField(error, 'code') ?? 0
  const details = objectsField(error, 'details')
  const info = detail(details, 'ErrorInfo')
  return {
    status: status >= 400 ? status : code,
    rpc: textField(error, 'status') ?? '',
    message: textField(error, 'message') ?? '',
    reason: textField(info, 'reason') ?? '',
    about: texts(objectField(info, 'metadata')),
    quotas: objectsField(detail(details, 'QuotaFailure'), 'violations').map((violation) => ({
      id: `${textField(violation, 'quotaId') ?? ''} ${textField(violation, 'quotaMetric') ?? ''}`,
      limit: textField(violation, 'quotaValue') ?? '',
    })),
    links: objectsField(detail(details, 'Help'), 'links').flatMap((link) => textField(link, 'url') ?? []),
    retryDelay: field(detail(details, 'RetryInfo'), 'retryDelay'),
    source: 'google',
  }
}

/** Reads whatever came with a status that is no success. */
export function readError(answer: ErrorAnswer, body: AnswerBody = readAnswerBody(answer.body)): GoogleError {
  if ('documents' in body) return readErrorEnvelope(body.documents, answer.status) ?? plain(answer.status, '')
  if (body.kind === 'empty') return plain(answer.status, '')
  return plain(answer.status, body.kind === 'page' ? pageText(body.text) : body.text)
}

function plain(status: number, message: string): GoogleError {
  const none = { rpc: '', reason: '', about: {}, quotas: [], links: [], retryDelay: undefined }
  return { status, message, ...none, source: 'other' }
}

function detail(details: readonly JsonObject[], type: string): JsonObject | undefined {
  return details.find((entry) => textField(entry, '@type')?.endsWith(`.${type}`))
}

function texts(object: JsonObject | undefined): Record<string, string> {
  const entries = Object.entries(object ?? {})
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
