import type { Clock } from '../../contract/system.ts'
import type { Surface } from '../../models/model.ts'
import type { ApiError } from '../../wire/api-error.ts'
import type { Call } from '../call.ts'
import {
  credentialsMissing,
  keyExpired,
  keyInvalid,
  keyLeaked,
  keysUnsupported,
  permissionDenied,
  projectDenied,
  scopeInsufficient,
  severalCredentials,
  tokenExpired,
  tokenTypeUnsupported,
  unregisteredCaller,
} from './credential-error.ts'
import { fingerprintOf } from './fingerprint.ts'
import { CLOUD_PLATFORM_SCOPE, type IssuedTokens, isOurs } from './issued-tokens.ts'
import type { Flaw, Policy, Standing } from './policy.ts'
import { bearerToken, presentedBy } from './presented.ts'

/** Who asks. */
export interface Caller {
  readonly kind: 'api-key' | 'token'
  /** The first 12 hex digits of the SHA-256 of what was sent: never the secret itself. */
  readonly fingerprint: string
  /** Whom a token issued here was issued to. */
  readonly account?: string
}

/** What a call is about to do. */
export interface Need {
  readonly surface: Surface
  /** `google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent` */
  readonly method: string
  /** `aiplatform.endpoints.predict`; `null` where none is asked for. */
  readonly permission: string | null
  /** `projects/P/locations/L/publishers/google/models/M`; without a project it is Vertex AI's express mode. */
  readonly resource: string
}

/** The same, for whichever Google service. */
export interface ServiceNeed {
  readonly service: string
  readonly method: string
  readonly permission: string | null
  readonly resource: string
  /** Whether an API key will do. */
  readonly takesKeys: boolean
  /** What is said to a call without any credential. */
  readonly withoutCredential: 'unregistered' | 'missing'
}

export interface Credentials {
  readonly clock: Clock
  readonly policy: Policy
  readonly tokens: IssuedTokens
}

const SERVICES: Readonly<Record<Surface, string>> = {
  'ai-studio': 'generativelanguage.googleapis.com',
  vertex: 'aiplatform.googleapis.com',
}

export function serviceNeed({ surface, method, permission, resource }: Need): ServiceNeed {
  return {
    service: SERVICES[surface],
    method,
    permission,
    resource,
    // As far as known: there are reports of “AQ.” keys that generateContent took under a project's path.
    takesKeys: surface === 'ai-studio' || !resource.startsWith('projects/'),
    withoutCredential: surface === 'ai-studio' ? 'unregistered' : 'missing',
  }
}

/** @throws ApiError as Google words it, where the call has no credential or one that will not do. */
export function callerOf(call: Call, need: ServiceNeed, credentials: Credentials): Caller {
  const { keys, authorization } = presentedBy(call)
  const [key] = keys
  if (keys.length > 1 || (key !== undefined && authorization !== null)) throw severalCredentials()
  if (key !== undefined) return keyHolder(key, need, credentials)
  if (authorization !== null) return tokenHolder(bearerToken(authorization), need, credentials)
  throw need.withoutCredential === 'unregistered' ? unregisteredCaller() : credentialsMissing(need)
}

function keyHolder(key: string, need: ServiceNeed, { policy }: Credentials): Caller {
  if (!need.takesKeys) throw keysUnsupported(need)
  const standing = policy.standingOf(key)
  if (standing !== 'good') throw keyError(standing, key, need)
  return { kind: 'api-key', fingerprint: fingerprintOf(key) }
}

function keyError(standing: Flaw, key: string, need: ServiceNeed): ApiError {
  switch (standing) {
    case 'invalid':
      return isAuthKey(key) ? tokenTypeUnsupported(need) : keyInvalid(need)
    case 'expired':
      return keyExpired(need)
    case 'leaked':
    case 'revoked':
      return keyLeaked()
    case 'denied':
      return accessDenied(need)
  }
}

function tokenHolder(token: string | null, need: ServiceNeed, credentials: Credentials): Caller {
  if (token === null || isKey(token)) throw tokenTypeUnsupported(need)
  const standing = tokenStanding(token, credentials)
  if (standing !== 'good') throw tokenError(standing, need)
  const fingerprint = fingerprintOf(token)
  const grant = credentials.tokens.find(token)
  if (grant === undefined) return { kind: 'token', fingerprint }
  if (!covers(grant.scope, need.service)) throw scopeInsufficient(need)
  if (need.permission === WITHHELD && grant.account.includes('no-permission')) throw accessDenied(need)
  return { kind: 'token', fingerprint, account: grant.account }
}

function tokenStanding(token: string, { clock, policy, tokens }: Credentials): Standing {
  const standing = policy.standingOf(token)
  if (standing === 'revoked' || !isOurs(token)) return standing
  const grant = tokens.find(token)
  if (grant === undefined) return 'invalid'
  return grant.expiresAtMs > clock.now() ? 'good' : 'expired'
}

function tokenError(standing: Flaw, need: ServiceNeed): ApiError {
  switch (standing) {
    case 'expired':
      return tokenExpired(need)
    case 'denied':
      return accessDenied(need)
    case 'invalid':
    case 'leaked':
    case 'revoked':
      return tokenTypeUnsupported(need)
  }
}

/** What accounts named `no-permission` lack. */
const WITHHELD = 'aiplatform.endpoints.predict'

function accessDenied(need: ServiceNeed): ApiError {
  const { permission, resource } = need
  return permission === null ? projectDenied() : permissionDenied(need, permission, resource)
}

/** Keys made since 2026-05, bound to a service account; the older ones begin with “AIza”. */
function isAuthKey(text: string): boolean {
  return text.startsWith('AQ.')
}

function isKey(text: string): boolean {
  return isAuthKey(text) || text.startsWith('AIza')
}

function covers(scope: string, service: string): boolean {
  return scope
    .split(' ')
    .some(
      (one) =>
        one === CLOUD_PLATFORM_SCOPE ||
        (service === SERVICES['ai-studio'] &&
          one.startsWith('https://www.googleapis.com/auth/generative-language')),
    )
}
