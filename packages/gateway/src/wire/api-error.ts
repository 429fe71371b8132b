import type { JsonObject } from '../contract/json-object.ts'
import {
  encodeStatus,
  type ErrorStatus,
  rpcNameOf,
  statusDocument,
  type StatusReply,
} from './google-status.ts'

export type { ErrorStatus } from './google-status.ts'

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
    this.rpc = rpc ?? rpcNameOf(status)
    this.details = details
    this.headers = headers
  }

  /** `google.rpc.Status` in its envelope. */
  get envelope(): JsonObject {
    return statusDocument(this)
  }

  /** The envelope, to be sent. */
  get reply(): StatusReply {
    return encodeStatus(this, this.headers)
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
