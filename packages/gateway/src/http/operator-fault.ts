import { type ErrorCode, ERRORS, type Fault, fault } from '../contract/error.ts'
import type { EditResult } from '../contract/result.ts'

/** What is between the gateway and Google, and none of a caller's business: which account, which project, which key. */
const OPERATORS: ReadonlySet<ErrorCode> = new Set([
  'credential_missing',
  'credential_invalid',
  'permission_denied',
  'billing_required',
])

/** Whether a fault is about the credential of the gateway rather than about the request. */
export function isOperatorFault(code: ErrorCode): boolean {
  return OPERATORS.has(code)
}

/**
 * Why an edit failed, as its caller gets to see it. Where Google was asked with a credential of the gateway's own, its
 * 401 would speak of a key the caller never sent.
 */
export function faultForCaller(
  { error, charged }: EditResult,
  { ownCredential }: { readonly ownCredential: boolean },
): Fault {
  if (error === null) return fault('internal', ERRORS.internal.text)
  const { code, message, waitMs } = error
  const why: Fault = { code, message, charged, ...(waitMs !== undefined && { waitMs }) }
  return ownCredential ? why : withoutOperators(why)
}

function withoutOperators(why: Fault): Fault {
  if (!isOperatorFault(why.code)) return why
  const message =
    'Google does not let this gateway in with the credential it has there. Its operator finds the reason in the log, under the id of this request, and by `plantain doctor`.'
  return fault('target_misconfigured', message, { charged: why.charged })
}
