import type { Call } from '../call.ts'
import { fingerprintOf } from './fingerprint.ts'

/** What a call shows of itself: every API key that differs, and what came as a Bearer token. */
export interface Presented {
  readonly keys: readonly string[]
  readonly bearer: string | null
}

export function presentedBy({ headers, query }: Pick<Call, 'headers' | 'query'>): Presented {
  const header = headers['x-goog-api-key'] ?? ''
  // node:http joins a header that was sent twice by commas; keys have none.
  const sent = [header].flat().join(',').split(',')
  const keys = [...sent, ...query.getAll('key')].map((key) => key.trim()).filter((key) => key !== '')
  return { keys: [...new Set(keys)], bearer: bearerOf(headers.authorization) }
}

/** Any other scheme stays as it is: it is a credential too, and none that is known. */
function bearerOf(authorization: string | undefined): string | null {
  const text = authorization?.trim() ?? ''
  return text === '' ? null : text.replace(/^Bearer\s+/i, '')
}

/** What a call came with, good or not, by kind and fingerprint; `null`: nothing. */
export function credentialOf(request: Pick<Call, 'headers' | 'query'>) {
  const { keys, bearer } = presentedBy(request)
  const [key] = keys
  if (key !== undefined) return { kind: 'api-key', fingerprint: fingerprintOf(key) } as const
  return bearer === null ? null : ({ kind: 'token', fingerprint: fingerprintOf(bearer) } as const)
}
