import type { Call } from '../call.ts'
import { fingerprintOf } from './fingerprint.ts'

/** What a call shows of itself: every API key that differs, and its Authorization header as it came. */
export interface Presented {
  readonly keys: readonly string[]
  readonly authorization: string | null
}

export function presentedBy({ headers, query }: Pick<Call, 'headers' | 'query'>): Presented {
  const header = headers['x-goog-api-key'] ?? ''
  // node:http joins a header that was sent twice by commas; keys have none.
  const sent = [header].flat().join(',').split(',')
  const keys = [...sent, ...query.getAll('key')].map((key) => key.trim()).filter((key) => key !== '')
  return { keys: [...new Set(keys)], authorization: headers.authorization?.trim() || null }
}

/** RFC 6750 §2.1. `null`: another scheme, or no token. */
export function bearerToken(authorization: string): string | null {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? null
}

/** What a call came with, good or not, by kind and fingerprint; `null`: nothing. */
export function credentialOf(request: Pick<Call, 'headers' | 'query'>) {
  const { keys, authorization } = presentedBy(request)
  const [key] = keys
  if (key !== undefined) return { kind: 'api-key', fingerprint: fingerprintOf(key) } as const
  if (authorization === null) return null
  return { kind: 'token', fingerprint: fingerprintOf(bearerToken(authorization) ?? authorization) } as const
}
