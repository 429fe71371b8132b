import { docsAnchor, type ErrorCode, ERRORS, type Fault, fault } from '../contract/error.ts'
import type { EditResult, ResultError } from '../contract/result.ts'

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

/** The same of a fault, where Google was not asked yet. */
export function withoutOperators(why: Fault): Fault {
  if (!isOperatorFault(why.code)) return why
  const { code, message } = publicly(why.code)
  return fault(code, message, { charged: why.charged })
}

function publicly(code: ErrorCode) {
  const what =
    code === 'credential_missing'
      ? 'This gateway has no Google credential that may make the edit.'
      : 'Google does not let this gateway in with the credential it has there.'
  const next =
    'Its operator finds the reason in the log, under the id of this request, and by `plantain doctor`.'
  return { code: 'target_misconfigured' as const, message: `${what} ${next}` }
}

/** The same of all that is told and kept of an edit, those of several results that did not come among it. */
export function resultForCaller(
  result: EditResult,
  { ownCredential }: { readonly ownCredential: boolean },
): EditResult {
  if (ownCredential) return result
  const { error, missing } = result
  return {
    ...result,
    error: error !== null && isOperatorFault(error.code) ? errorFor(error.code) : error,
    missing: missing.map((one) => (isOperatorFault(one.code) ? { ...one, ...publicly(one.code) } : one)),
  }
}

function errorFor(of: ErrorCode): ResultError {
  const told = publicly(of)
  return { ...told, docs: docsAnchor(told.code) }
}
