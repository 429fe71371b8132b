import { type KeyObject, verify } from 'node:crypto'
import { isJsonObject, type JsonObject } from '../../contract/json-object.ts'

/** What a service account asserts, or why Google would not believe it. */
export type Assertion =
  | { readonly kind: 'claims'; readonly account: string; readonly scope: string }
  | { readonly kind: 'refused'; readonly error: 'invalid_grant' | 'invalid_scope'; readonly because: string }

export interface AssertionContext {
  /** Addresses a JWT may be meant for. */
  readonly audiences: readonly string[]
  readonly nowMs: number
  /** Public keys by account: the signatures of others are not checked. */
  readonly publicKeys: ReadonlyMap<string, KeyObject>
}

const LIFETIME_S = 3600
/** How far the caller's clock may be off; Google allows some, as far as known. */
const SKEW_S = 300

/** Reads an RS256 JWT of the jwt-bearer grant (RFC 7523). */
export function readAssertion(jwt: string, { audiences, nowMs, publicKeys }: AssertionContext): Assertion {
  const [head = '', body = '', signature = '', ...more] = jwt.split('.')
  const [header, claims] = [jsonOf(head), jsonOf(body)]
  if (more.length > 0 || signature === '' || header?.['alg'] !== 'RS256' || claims === undefined) {
    return refused('Bad Request')
  }
  const { iss: account, scope, aud, iat, exp } = claims
  if (typeof account !== 'string' || account === '') return refused('Invalid grant: account not found')
  const key = publicKeys.get(account)
  if (key !== undefined && !isSigned(`${head}.${body}`, signature, key)) {
    return refused('Invalid JWT Signature.')
  }
  if (typeof aud !== 'string' || !audiences.includes(aud)) {
    return refused(`Invalid JWT: Failed audience check. The right audience is ${audiences[0]}`)
  }
  if (!isTimely(iat, exp, nowMs / 1000)) return refused(UNTIMELY)
  if (typeof scope !== 'string' || scope === '') {
    const because = 'Invalid OAuth scope or ID token audience provided.'
    return { kind: 'refused', error: 'invalid_scope', because }
  }
  return { kind: 'claims', account, scope }
}

const UNTIMELY =
  'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.'

function isTimely(iat: unknown, exp: unknown, now: number): boolean {
  if (typeof iat !== 'number' || typeof exp !== 'number') return false
  return iat <= now + SKEW_S && exp > now - SKEW_S && exp > iat && exp - iat <= LIFETIME_S
}

function isSigned(text: string, signature: string, key: KeyObject): boolean {
  return verify('RSA-SHA256', Buffer.from(text), key, Buffer.from(signature, 'base64url'))
}

function refused(because: string): Assertion {
  return { kind: 'refused', error: 'invalid_grant', because }
}

function jsonOf(part: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
