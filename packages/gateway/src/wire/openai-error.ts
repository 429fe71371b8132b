import { type ErrorCode, ERRORS, type Fault } from '../contract/error.ts'
import type { JsonObject } from '../contract/json-object.ts'

/** Codes for which OpenAI has a word of its own, which its clients look for; all others are ours. */
export const OPENAI_CODES: Partial<Record<ErrorCode, string>> = {
  unknown_model: 'model_not_found',
  key_unknown: 'invalid_api_key',
  rate_limited: 'rate_limit_exceeded',
  quota_exhausted: 'insufficient_quota',
}

/** Fields that a code by itself is about. */
const FIELD_OF: Partial<Record<ErrorCode, string>> = {
  unknown_model: 'model',
  model_unavailable: 'model',
  mask_unusable: 'mask',
  image_empty: 'image',
  image_unsupported: 'image',
  image_corrupt: 'image',
  image_too_large: 'image',
}

/** OpenAI's envelope of an error; `more` are members beside its own. */
export function openAiError({ code, message, field }: Fault, more: JsonObject = {}): JsonObject {
  return {
    error: {
      message,
      type: typeOf(code),
      // A name may be empty.
      param: field || (FIELD_OF[code] ?? null),
      code: OPENAI_CODES[code] ?? code,
      ...more,
    },
  }
}

function typeOf(code: ErrorCode): string {
  if (code === 'quota_exhausted') return 'insufficient_quota'
  const { status } = ERRORS[code]
  if (status === 429) return 'rate_limit_error'
  return status >= 500 ? 'server_error' : 'invalid_request_error'
}

/** Longer waits OpenAI's clients do not keep: they would be back within seconds. */
const LONGEST_WAIT_MS = 60_000

/**
 * What OpenAI's clients go by when they decide whether to try again: without a word they would, on every 5xx. They may
 * only where nothing can have been paid for.
 */
export function openAiRetryHeaders({ code, charged, waitMs = 0 }: Fault): Readonly<Record<string, string>> {
  const helps = ERRORS[code].retryable && charged === 'no' && waitMs <= LONGEST_WAIT_MS
  return {
    'x-should-retry': String(helps),
    ...(waitMs > 0 && {
      'retry-after': String(Math.ceil(waitMs / 1000)),
      'retry-after-ms': String(Math.ceil(waitMs)),
    }),
  }
}
