import { docsAnchor, type ErrorCode, ERRORS, type Fault } from '../contract/error.ts'
import type { JsonObject } from '../contract/json-object.ts'

type TableStatus = (typeof ERRORS)[ErrorCode]['status']

/**
 * The name of `google.rpc.Code` that goes with an HTTP status. Google itself answers with the eleven of its own
 * mapping (github.com/googleapis/googleapis, google/rpc/code.proto); the table's other statuses are given the code
 * whose meaning is nearest, so that a caller who looks at names alone does the right thing.
 */
const RPC_NAMES = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  // As Google has it where billing is not set up.
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'INVALID_ARGUMENT',
  406: 'INVALID_ARGUMENT',
  408: 'DEADLINE_EXCEEDED',
  409: 'ALREADY_EXISTS',
  413: 'INVALID_ARGUMENT',
  415: 'INVALID_ARGUMENT',
  422: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
  507: 'RESOURCE_EXHAUSTED',
} as const satisfies Record<TableStatus | 409, string>
export type ErrorStatus = keyof typeof RPC_NAMES

export interface GoogleStatus {
  readonly status: ErrorStatus
  /** Missing: the RPC code that goes with the status. */
  readonly rpc?: string
  readonly message: string
  readonly details?: readonly JsonObject[]
}

/** An error ready to be sent; fits every server's idea of a reply. */
export interface StatusReply {
  readonly status: ErrorStatus
  readonly headers: Readonly<Record<string, string>>
  readonly body: readonly Uint8Array[]
}

export function rpcNameOf(status: ErrorStatus): string {
  return RPC_NAMES[status]
}

/** `google.rpc.Status` in its envelope, as every Google-shaped door answers errors. */
export function statusDocument({ status, rpc, message, details = [] }: GoogleStatus): JsonObject {
  return {
    error: {
      code: status,
      message,
      status: rpc ?? rpcNameOf(status),
      ...(details.length > 0 && { details }),
    },
  }
}

/**
 * A fault of ours in Google's shape: the status of the table, and in `details` what Google's fields have no place
 * for. Where a wait is known it stands in `RetryInfo`, which Google's SDKs read, and in `retry-after` for all others.
 */
export function statusReply(fault: Fault): StatusReply {
  const { status } = ERRORS[fault.code]
  const { waitMs, message } = fault
  const details = [errorInfo(fault), ...(waitMs === undefined ? [] : [retryInfo(waitMs)])]
  return encodeStatus(
    { status, message, details },
    waitMs === undefined ? {} : { 'retry-after': String(Math.ceil(waitMs / 1000)) },
  )
}

export function encodeStatus(
  status: GoogleStatus,
  headers: Readonly<Record<string, string>> = {},
): StatusReply {
  return {
    status: status.status,
    headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
    body: [Buffer.from(JSON.stringify(statusDocument(status)))],
  }
}

function errorInfo({ code, charged }: Fault): JsonObject {
  return {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: code.toUpperCase(),
    domain: 'plantain',
    metadata: { docs: docsAnchor(code), charged },
  }
}

/** A proto3 duration: seconds with up to nine digits of a fraction. */
function retryInfo(waitMs: number): JsonObject {
  return {
    '@type': 'type.googleapis.com/google.rpc.RetryInfo',
    retryDelay: `${Number((waitMs / 1000).toFixed(9))}s`,
  }
}
