import { type ErrorCode, type Fault, fault } from '../contract/error.ts'

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

/** A fault as a caller gets to see it whose own credential was not used: its 401 would speak of a key it never sent. */
export function forCaller(why: Fault): Fault {
  if (!isOperatorFault(why.code)) return why
  const message =
    'Google does not let this gateway in with the credential it has there. Its operator finds the reason in the log, under the id of this request, and by `plantain doctor`.'
  return fault('target_misconfigured', message, { charged: why.charged })
}
