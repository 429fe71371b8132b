import { type ErrorCode, PlantainError } from '../contract/error.ts'
import { redactKeys } from '../contract/redact.ts'
import { DialError } from './dialed-fetch.ts'
import { dialFault } from './dial-failure.ts'

export const CREDENTIAL_KINDS = [
  'service_account',
  'authorized_user',
  'external_account',
  'external_account_authorized_user',
  'impersonated_service_account',
] as const
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number]

/** What to do when Google no longer takes a credential of a kind. */
const RENEW: Readonly<Record<CredentialKind, string>> = {
  service_account:
    "The key may be deleted or its account disabled, or this machine's clock is wrong. Check both, or make a new key.",
  authorized_user: 'The login has expired or was revoked. Run “gcloud auth application-default login” again.',
  external_account:
    "Google refused the identity provider's token. Check that it is current, and the audience, attribute mapping and " +
    'condition of the workload identity pool.',
  external_account_authorized_user:
    'The login has expired or was revoked. Run “gcloud auth application-default login” with the login configuration again.',
  impersonated_service_account:
    'The login behind the impersonation has expired or was revoked. Run “gcloud auth application-default login” again.',
}

const MAX_SAID_CHARS = 200

/**
 * What a failure to get a token means. Nothing of the thrown error is kept but Google's own words, as the
 * library's errors carry requests, and parsers quote what they cannot parse.
 */
export function authError(thrown: unknown, kind: CredentialKind, from: string): PlantainError {
  if (PlantainError.is(thrown)) return thrown
  const dialed = dialErrorIn(thrown)
  if (dialed !== undefined) {
    // A token costs nothing, however far the request came.
    const { failed, host } = dialed
    return failed.failure === 'aborted'
      ? new PlantainError('upstream_unreachable', unanswered(host), { charged: 'no' })
      : new PlantainError({ ...dialFault(failed, host), charged: 'no' })
  }
  const { status, said, name } = refusalIn(thrown)
  const words = said === '' ? '' : ` Google says: “${said}”.`
  const at = (code: ErrorCode, text: string) =>
    new PlantainError(code, `${text}${words}`, {
      charged: 'no',
      ...(status === 0 ? {} : { upstream: { status, ...(name === '' ? {} : { reason: name }) } }),
    })

  if (status === 403) return at('permission_denied', `${DENIED} (credential from ${from})`)
  if (status === 429)
    return at('rate_limited', "Google's token service asks for fewer requests. Wait a little.")
  if (status >= 500) return at('upstream_error', "Google's token service failed. Try again in a while.")
  if (status > 0)
    return at('credential_invalid', `Google does not accept the credential from ${from}. ${RENEW[kind]}`)
  return at('credential_invalid', `The credential from ${from} cannot be used: ${localCause(thrown)}`)
}

/** Only a deadline of ours gives a call for a token up. */
function unanswered(host: string): string {
  return `${host} did not answer in time. Check the network and the firewall, or try again.`
}

const DENIED =
  'The credential may not act as the service account. Grant it roles/iam.serviceAccountTokenCreator on that account ' +
  '(roles/iam.workloadIdentityUser for an identity pool), and enable the IAM Service Account Credentials API.'

/** Failures before anything was sent, told apart by what the library is known to throw. */
function localCause(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : ''
  if (/executables need to be explicitly allowed/.test(message)) {
    return 'it runs a program, which is refused. If you trust it, set GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1.'
  }
  if (/does not exist, or it is not a file/.test(message)) {
    return "the file with the identity provider's token is not there. Check credential_source.file."
  }
  if (/subject_token/.test(message) || thrown instanceof SyntaxError) {
    return "the identity provider's token cannot be read where credential_source says. Check its format."
  }
  if (/DECODER|PEM|asymmetric key|ERR_OSSL/.test(`${message} ${codeOf(thrown)}`)) {
    return 'its private_key is not a PEM key. Download the key file again, and keep the line breaks as they are.'
  }
  return 'a field is missing or wrong. Create the credential file again.'
}

function refusalIn(thrown: unknown): { status: number; said: string; name: string } {
  const response = property(thrown, 'response')
  const status = property(response, 'status')
  const data = property(response, 'data')
  const error = property(data, 'error')
  const name = typeof error === 'string' ? error : property(error, 'status')
  const words = typeof error === 'string' ? property(data, 'error_description') : property(error, 'message')
  const said = [name, words].filter((part) => typeof part === 'string' && part !== '').join(': ')
  return {
    status: typeof status === 'number' ? status : 0,
    said: redactKeys(said)
      .replaceAll(/[\s\p{Cc}]+/gu, ' ')
      .slice(0, MAX_SAID_CHARS),
    name: typeof name === 'string' && /^\w{1,60}$/.test(name) ? name : '',
  }
}

function dialErrorIn(thrown: unknown): DialError | undefined {
  if (thrown instanceof DialError) return thrown
  const cause = property(thrown, 'cause')
  return cause === undefined || cause === thrown ? undefined : dialErrorIn(cause)
}

function codeOf(thrown: unknown): string {
  const code = property(thrown, 'code')
  return typeof code === 'string' ? code : ''
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
