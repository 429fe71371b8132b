import { isJsonObject, type JsonObject } from '../../contract/json-object.ts'
import { ApiError, type ApiErrorOptions, type ErrorStatus } from '../../wire/api-error.ts'
import type { InteractionFault } from '../../wire/interactions-document.ts'
import { jsonReply, type Reply } from '../reply.ts'

/** Codes which Google's page on errors of the Interactions API lists. */
export type InteractionCode =
  | 'invalid_request'
  | 'failed_precondition'
  | 'parameter_unknown'
  | 'authentication'
  | 'permission_denied'
  | 'not_found'
  | 'model_not_found'
  | 'rate_limit_exceeded'
  | 'quota_exceeded'
  | 'cancelled'
  | 'service_unavailable'

/** An error for which this dialect has a finer name than its status tells. */
export class InteractionError extends ApiError {
  readonly code: InteractionCode

  constructor(status: ErrorStatus, code: InteractionCode, message: string, options: ApiErrorOptions = {}) {
    super(status, message, options)
    this.code = code
  }
}

export function invalidRequest(message: string): InteractionError {
  return new InteractionError(400, 'invalid_request', message)
}

/** An error in this dialect: a name instead of a number, and no details. */
export function interactionError(error: ApiError): Reply {
  return jsonReply({ error: errorOf(error) }, { status: error.status, headers: error.headers })
}

/** As it stands in an answer, an event, and among the `errors` of a stored interaction. */
export function errorOf(error: ApiError): InteractionFault {
  return { code: codeOf(error), message: error.message }
}

function codeOf(error: ApiError): string {
  if (error instanceof InteractionError) return error.code
  if (error.status === 429) return isOfTheDay(error) ? 'quota_exceeded' : 'rate_limit_exceeded'
  return DOCUMENTED[error.rpc] ?? error.rpc.toLowerCase()
}

/** What is not here has not been seen in this dialect: the name of its RPC code stands in. */
const DOCUMENTED: Readonly<Record<string, InteractionCode>> = {
  INVALID_ARGUMENT: 'invalid_request',
  UNAUTHENTICATED: 'authentication',
  UNAVAILABLE: 'service_unavailable',
}

/** The day's quota, or one of zero, has a code of its own. */
function isOfTheDay({ details }: ApiError): boolean {
  return details.some((detail) => violationsOf(detail).some(({ quotaId }) => /PerDay/.test(String(quotaId))))
}

function violationsOf({ violations }: JsonObject): readonly JsonObject[] {
  return Array.isArray(violations) ? violations.filter(isJsonObject) : []
}
