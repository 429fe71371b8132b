import type { JsonObject } from '../../contract/json-object.ts'
import { ApiError } from '../../wire/api-error.ts'

/** What an error says about the call that was refused. */
export interface Refused {
  /** `aiplatform.googleapis.com` */
  readonly service: string
  /** `google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent` */
  readonly method: string
}

const TYPE = 'type.googleapis.com/google.rpc'
const SIGN_IN_PAGE = 'See https://developers.google.com/identity/sign-in/web/devconsole-project.'
const EXPECTED = `Expected OAuth 2 access token, login cookie or other valid authentication credential. ${SIGN_IN_PAGE}`

export function unregisteredCaller(): ApiError {
  return new ApiError(
    403,
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
  )
}

export function severalCredentials(): ApiError {
  return new ApiError(400, 'Multiple authentication credentials received. Please pass only one.')
}

/** As other Google APIs answer (github.com/GoogleCloudPlatform/active-assist/issues/18). */
export function credentialsMissing(refused: Refused): ApiError {
  return unauthenticated(`Request is missing required authentication credential. ${EXPECTED}`, {
    reason: 'CREDENTIALS_MISSING',
    domain: 'googleapis.com',
    metadata: callOf(refused),
  })
}

/** As reported from Vertex AI (github.com/a2aproject/a2a-samples/issues/43). */
export function keysUnsupported(refused: Refused): ApiError {
  return unauthenticated(
    'API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials that assert a principal. See https://cloud.google.com/docs/authentication',
    { reason: 'CREDENTIALS_MISSING', domain: 'googleapis.com', metadata: callOf(refused) },
  )
}

/** A bad “AQ.” key, or a credential of another kind where a token belongs. Reported without a domain. */
export function tokenTypeUnsupported(refused: Refused): ApiError {
  return unauthenticated(`Request had invalid authentication credentials. ${EXPECTED}`, {
    reason: 'ACCESS_TOKEN_TYPE_UNSUPPORTED',
    metadata: callOf(refused),
  })
}

/** As other Google APIs answer (github.com/googleapis/python-api-core/issues/384). */
export function tokenExpired(refused: Refused): ApiError {
  return unauthenticated(`Request had invalid authentication credentials. ${EXPECTED}`, {
    reason: 'ACCESS_TOKEN_EXPIRED',
    domain: 'googleapis.com',
    metadata: callOf(refused),
  })
}

export function keyInvalid({ service }: Refused): ApiError {
  return badKey('API key not valid. Please pass a valid API key.', service)
}

/** Its reason is that of an unknown key: only the message tells (github.com/continuedev/continue/issues/11336). */
export function keyExpired({ service }: Refused): ApiError {
  return badKey('API key expired. Please renew the API key.', service)
}

/** As users report it; details are not known. */
export function keyLeaked(): ApiError {
  return new ApiError(403, 'Your API key was reported as leaked. Please use another API key.')
}

/** As users report it (github.com/gethouston/houston/pull/1220). */
export function projectDenied(): ApiError {
  return new ApiError(403, 'Your project has been denied access. Please contact support.')
}

export function permissionDenied(
  { service }: Pick<Refused, 'service'>,
  permission: string,
  resource: string,
): ApiError {
  return new ApiError(
    403,
    `Permission '${permission}' denied on resource '//${service}/${resource}' (or it may not exist).`,
    {
      details: [
        {
          '@type': `${TYPE}.ErrorInfo`,
          reason: 'IAM_PERMISSION_DENIED',
          domain: service,
          metadata: { permission, resource },
        },
      ],
    },
  )
}

/** As far as known. */
export function scopeInsufficient(refused: Refused): ApiError {
  return new ApiError(403, 'Request had insufficient authentication scopes.', {
    details: [
      {
        '@type': `${TYPE}.ErrorInfo`,
        reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
        domain: 'googleapis.com',
        metadata: callOf(refused),
      },
    ],
  })
}

function badKey(message: string, service: string): ApiError {
  return new ApiError(400, message, {
    details: [
      {
        '@type': `${TYPE}.ErrorInfo`,
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
        metadata: { service },
      },
      { '@type': `${TYPE}.LocalizedMessage`, locale: 'en-US', message },
    ],
  })
}

function unauthenticated(message: string, info: JsonObject): ApiError {
  return new ApiError(401, message, { details: [{ '@type': `${TYPE}.ErrorInfo`, ...info }] })
}

function callOf({ method, service }: Refused): JsonObject {
  return { method, service }
}
