import { createPublicKey } from 'node:crypto'
import { asObject, field } from '../../wire/json-field.ts'
import { invalidArgument } from '../../wire/api-error.ts'
import type { Call } from '../call.ts'
import { jsonReply, type Reply } from '../reply.ts'
import { readAssertion } from './assertion.ts'
import { callerOf, type Credentials } from './credential.ts'
import { CLOUD_PLATFORM_SCOPE, MOST_SCOPE_CHARS, TOKEN_LIFETIME_S } from './issued-tokens.ts'

export interface TokenHandlers {
  /** `POST /token`: a service account's JWT, or a user's refresh token, for an access token. */
  token(call: Call): Promise<Reply>
  /** `POST /v1/token` of the Security Token Service: a foreign token for an access token. */
  exchange(call: Call): Promise<Reply>
  /** `POST /v1/projects/-/serviceAccounts/{account}:generateAccessToken`: an access token of another account. */
  generateAccessToken(call: Call, account: string): Promise<Reply>
}

export interface TokenOptions extends Credentials {
  /** PEM, by e-mail address of the service account. */
  readonly publicKeys: Readonly<Record<string, string>>
}

const GRANTS = {
  jwt: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  refresh: 'refresh_token',
  exchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
} as const

/** Those of current and past client libraries; the first is the one Google names in errors. */
const AUDIENCES = [
  'https://oauth2.googleapis.com/token',
  'https://www.googleapis.com/oauth2/v4/token',
  'https://accounts.google.com/o/oauth2/token',
]

/** A form holds a JWT or a token or two. */
const MOST_FORM_BYTES = 256 * 1024

export function createTokenHandlers({ publicKeys, ...credentials }: TokenOptions): TokenHandlers {
  const { clock, policy, tokens } = credentials
  const keys = new Map(Object.entries(publicKeys).map(([account, pem]) => [account, createPublicKey(pem)]))

  const granted = (account: string, scope: string, more: Readonly<Record<string, string>> = {}): Reply => {
    if (scope.length > MOST_SCOPE_CHARS) return refused('invalid_scope', 'The scope is too long.')
    const token = tokens.issue({ account, scope, lifetimeS: TOKEN_LIFETIME_S })
    return oauth(200, { access_token: token, expires_in: TOKEN_LIFETIME_S, ...more, token_type: 'Bearer' })
  }

  const byJwt = (form: URLSearchParams, call: Call): Reply => {
    const jwt = form.get('assertion')
    if (!jwt) return missing('assertion')
    const audiences = [...AUDIENCES, `${call.origin}${call.path}`]
    const assertion = readAssertion(jwt, { audiences, nowMs: clock.now(), publicKeys: keys })
    if (assertion.kind === 'refused') return refused(assertion.error, assertion.because)
    return granted(assertion.account, assertion.scope)
  }

  const byRefreshToken = (form: URLSearchParams): Reply => {
    const refreshToken = form.get('refresh_token')
    if (!refreshToken) return missing('refresh_token')
    const flaw = policy.flawOf(refreshToken)
    if (flaw === 'expired' || flaw === 'revoked') {
      return refused('invalid_grant', 'Token has been expired or revoked.')
    }
    if (flaw !== null) return refused('invalid_grant', 'Bad Request')
    const scope = form.get('scope') || CLOUD_PLATFORM_SCOPE
    return granted(`user:${form.get('client_id') ?? ''}`, scope, { scope })
  }

  return {
    token: async (call) => {
      const form = await formOf(call)
      switch (form.get('grant_type') ?? '') {
        case GRANTS.jwt:
          return byJwt(form, call)
        case GRANTS.refresh:
          return byRefreshToken(form)
        case '':
          return missing('grant_type')
        default:
          return refused('unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type')}`)
      }
    },
    exchange: async (call) => {
      const form = await formOf(call)
      const absent = STS_FIELDS.find((name) => !form.get(name))
      if (absent !== undefined) return refused('invalid_request', `Invalid value for "${absent}".`)
      if (form.get('grant_type') !== GRANTS.exchange) {
        return refused('unsupported_grant_type', 'The grant type is not supported.')
      }
      if (policy.flawOf(form.get('subject_token') ?? '') !== null) {
        return refused('invalid_grant', 'The subject token is invalid or has expired.')
      }
      const scope = form.get('scope') || CLOUD_PLATFORM_SCOPE
      return granted(form.get('audience') ?? '', scope, { issued_token_type: ACCESS_TOKEN })
    },
    generateAccessToken: async (call, account) => {
      callerOf(call, impersonation(account), credentials)
      const body = asObject(await call.json())
      const scopes = field(body, 'scope')
      if (!isTextList(scopes) || scopes.length === 0) throw invalidArgument(INVALID, 'scope')
      const scope = scopes.join(' ')
      if (scope.length > MOST_SCOPE_CHARS) throw invalidArgument(INVALID, 'scope')
      const lifetimeS = lifetimeOf(field(body, 'lifetime'))
      const expireTime = new Date(clock.now() + lifetimeS * 1000).toISOString()
      return jsonReply({ accessToken: tokens.issue({ account, scope, lifetimeS }), expireTime })
    },
  }
}

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const STS_FIELDS = ['grant_type', 'audience', 'requested_token_type', 'subject_token', 'subject_token_type']
const INVALID = 'Request contains an invalid argument.'

function impersonation(account: string) {
  return {
    service: 'iamcredentials.googleapis.com',
    method: 'google.iam.credentials.v1.IAMCredentials.GenerateAccessToken',
    permission: 'iam.serviceAccounts.getAccessToken',
    resource: `projects/-/serviceAccounts/${account}`,
    takesKeys: false,
    withoutCredential: 'missing',
  } as const
}

/** A protobuf `Duration`; an hour is what Google grants without an organisation policy, and when nothing is said. */
function lifetimeOf(value: unknown): number {
  if (value === undefined || value === null) return 3600
  const [, seconds] = typeof value === 'string' ? (/^(\d{1,6}(?:\.\d{1,9})?)s$/.exec(value) ?? []) : []
  const lifetimeS = Number(seconds)
  if (lifetimeS > 0 && lifetimeS <= 3600) return lifetimeS
  throw invalidArgument(INVALID, 'lifetime')
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

/** Whatever the content type says: what is no form has none of the fields. */
async function formOf(call: Call): Promise<URLSearchParams> {
  const pieces = await call.bytes()
  const byteLength = pieces.reduce((sum, piece) => sum + piece.byteLength, 0)
  return new URLSearchParams(byteLength > MOST_FORM_BYTES ? '' : Buffer.concat(pieces).toString())
}

function missing(name: string): Reply {
  return refused('invalid_request', `Missing required parameter: ${name}`)
}

/** RFC 6749 §5.2. Of the descriptions, only those of bad JWTs and of revoked refresh tokens are known to be Google's. */
function refused(error: string, because: string): Reply {
  return oauth(400, { error, error_description: because })
}

function oauth(status: number, body: unknown): Reply {
  return jsonReply(body, { status, headers: { 'cache-control': 'no-store' } })
}
