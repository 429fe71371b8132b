import { docsAnchor, ERRORS, type Fault } from '../contract/error.ts'
import { statusReply } from '../wire/google-status.ts'
import { openAiError, openAiRetryHeaders } from '../wire/openai-error.ts'
import { jsonReply, type WholeReply } from './exchange.ts'
import type { Door } from './route.ts'

/** An error in the dialect of a door: status, envelope, and how long to wait. */
export function faultReply(fault: Fault, door: Door): WholeReply {
  switch (door) {
    case 'gemini':
    case 'vertex':
      return statusReply(fault)
    case 'openai':
      return jsonReply(ERRORS[fault.code].status, openAiError(fault), openAiRetryHeaders(fault))
    case 'interactions':
      return jsonReply(
        ERRORS[fault.code].status,
        { error: { code: fault.code, message: fault.message } },
        { ...waitHeader(fault), ...haste(fault) },
      )
    case 'native':
    case 'system':
      return problemReply(fault)
  }
}

/** RFC 9457, with more where the caller has more to know. */
export function problemReply(
  { code, message, charged, waitMs }: Fault,
  more: Readonly<Record<string, unknown>> = {},
): WholeReply {
  const { status, text, retryable } = ERRORS[code]
  const problem = {
    type: docsAnchor(code),
    title: text,
    status,
    detail: message,
    code,
    retryable,
    charged,
    ...(waitMs !== undefined && { waitMs }),
    ...more,
  }
  return jsonReply(status, problem, {
    'content-type': 'application/problem+json; charset=utf-8',
    ...waitHeader({ waitMs }),
  })
}

/**
 * Clients of interactions ask four times more after any 5xx and 429, however final it is, and eight seconds later their caller
 * hears of it. They cannot be told not to, but how long to wait.
 */
function haste({ code }: Fault): Readonly<Record<string, string>> {
  const { status, retryable } = ERRORS[code]
  return (status >= 500 || status === 429) && !retryable ? { 'retry-after-ms': '1' } : {}
}

/** Whole seconds, never too few. */
function waitHeader({ waitMs }: { readonly waitMs?: number | undefined }): Readonly<Record<string, string>> {
  return waitMs === undefined ? {} : { 'retry-after': String(Math.ceil(waitMs / 1000)) }
}
