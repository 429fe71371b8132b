import type { JsonObject } from '../contract/json-object.ts'

/** `google.rpc.Code` by the HTTP status Google gives it. */
const RPC_CODES = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
} as const
export type ErrorStatus = keyof typeof RPC_CODES

export interface ApiErrorOptions {
  /** Missing: the RPC code that goes with the status. */
  readonly rpc?: string
  readonly details?: readonly JsonObject[]
  readonly headers?: Readonly<Record<string, string>>
}

/** An error as Google words it. Thrown anywhere; the server writes it in the dialect that was spoken. */
export class ApiError extends Error {
  readonly status: ErrorStatus
  readonly rpc: string
  readonly details: readonly JsonObject[]
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: ErrorStatus,
    message: string,
    { rpc, details = [], headers = {} }: ApiErrorOptions = {},
  ) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.rpc = rpc ?? RPC_CODES[status]
    this.details = details
    this.headers = headers
  }

  /** `google.rpc.Status` in its envelope. */
  get envelope(): JsonObject {
    const { status, message, rpc, details } = this
    return { error: { code: status, message, status: rpc, ...(details.length > 0 && { details }) } }
  }
}

/** `400 INVALID_ARGUMENT`, naming the field as Google's `BadRequest` does. */
export function invalidArgument(message: string, field?: string): ApiError {
  if (field === undefined) return new ApiError(400, message)
  return new ApiError(400, message, {
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.BadRequest',
        fieldViolations: [{ field, description: message }],
      },
    ],
  })
}
