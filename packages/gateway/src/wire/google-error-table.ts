import type { ErrorCode } from '../contract/error.ts'
import type { GoogleError } from './google-error.ts'

export interface ErrorRow {
  readonly code: ErrorCode
  readonly when: (error: GoogleError) => boolean
  /** What happened and what to do next; Google's own words follow it. */
  readonly text: string | ((error: GoogleError) => string)
  /** Whether a wait that was asked for holds. */
  readonly waits?: true
}

const reason =
  (...names: readonly string[]) =>
  (error: GoogleError) =>
    names.includes(error.reason)

const says = (status: number, words: RegExp) => (error: GoogleError) =>
  error.status === status && words.test(error.message)

const status =
  (...codes: readonly number[]) =>
  (error: GoogleError) =>
    codes.includes(error.status)

/**
 * Who asks. By these a key is taken out for everybody, so that nothing a caller wrote may pass for one: Google repeats values
 * it refuses in the message of a 400.
 */
const CREDENTIAL: readonly ErrorRow[] = [
  {
    code: 'credential_invalid',
    when: (error) => reason('API_KEY_INVALID')(error) || says(400, /^API key not valid/i)(error),
    text: 'Google does not know the API key. Copy it again, or make a new one at https://aistudio.google.com/apikey.',
  },
  {
    code: 'credential_invalid',
    when: (error) => reason('API_KEY_EXPIRED')(error) || says(400, /^API key expired/i)(error),
    text: 'The API key has expired. Make a new one at https://aistudio.google.com/apikey.',
  },
  {
    code: 'credential_invalid',
    when: says(403, /reported as leaked/i),
    text: 'Google has withdrawn the API key, because it was found in public. Make a new one at https://aistudio.google.com/apikey, and keep it out of browsers and repositories.',
  },
  {
    code: 'credential_invalid',
    when: reason('ACCESS_TOKEN_TYPE_UNSUPPORTED'),
    text: 'Google does not accept the key or token: an “AQ.” key is wrong or revoked, or a credential of another kind was given. Make a new key at https://aistudio.google.com/apikey.',
  },
  {
    code: 'credential_invalid',
    when: reason('ACCESS_TOKEN_EXPIRED', 'ACCESS_TOKEN_INVALID'),
    text: "The access token is no longer valid. Check this machine's clock and whether the credential was revoked.",
  },
  {
    code: 'credential_missing',
    when: (error) => reason('CREDENTIALS_MISSING')(error) || says(403, /unregistered callers/i)(error),
    text: 'The request reached Google without a credential. Check that the target has one and that no proxy strips headers.',
  },
  {
    code: 'permission_denied',
    when: (error) => /^API_KEY_\w+_BLOCKED$/.test(error.reason),
    text: (error) =>
      `The API key is restricted (${error.reason}): its rules exclude this API, address or referrer. Change its restrictions at https://console.cloud.google.com/apis/credentials.`,
  },
  {
    code: 'permission_denied',
    when: reason('CONSUMER_SUSPENDED', 'CONSUMER_INVALID'),
    text: 'The Google Cloud project is suspended, deleted or unknown. Look at it in the Cloud console, or use another project.',
  },
  {
    code: 'permission_denied',
    when: reason('ACCESS_TOKEN_SCOPE_INSUFFICIENT'),
    text: 'The access token lacks the scope https://www.googleapis.com/auth/cloud-platform. On a Compute Engine machine, give its service account full API access.',
  },
  {
    code: 'permission_denied',
    when: (error) =>
      reason('USER_PROJECT_DENIED')(error) || says(403, /serviceusage\.services\.use|quota project/i)(error),
    text: 'The credential may not use the quota project. Grant it roles/serviceusage.serviceUsageConsumer there, or set another quota project.',
  },
  {
    code: 'permission_denied',
    when: (error) =>
      reason('IAM_PERMISSION_DENIED')(error) || (status(403)(error) && permissionIn(error) !== undefined),
    text: (error) =>
      `The credential lacks the permission ${permissionIn(error) ?? 'it needs'}. Grant ${roleFor(error)} on the project.`,
  },
  {
    code: 'permission_denied',
    when: (error) => reason('SERVICE_DISABLED')(error) || says(403, /has not been used in project/i)(error),
    text: (error) =>
      `The API is not enabled in the project. Enable it at ${enableLink(error)}, and wait a few minutes.`,
  },
]

/** Where from, and who pays. */
const PLACE_AND_MONEY: readonly ErrorRow[] = [
  {
    code: 'region_unavailable',
    when: (error) =>
      /location is not supported|not (?:available|supported) in (?:your|this) (?:region|country|location)/i.test(
        error.message,
      ),
    text: 'Google does not serve the API from where this machine is. Run Plantain in a supported country, or use a Vertex AI target.',
  },
  {
    code: 'billing_required',
    when: (error) =>
      reason('BILLING_DISABLED')(error) ||
      ((status(402, 403)(error) || (status(400)(error) && error.rpc === 'FAILED_PRECONDITION')) &&
        /billing/i.test(error.message)) ||
      says(429, /prepay|credits? (?:is|are) depleted|spend(?:ing)? cap/i)(error),
    text: 'The project has no active billing account or no credit left. Settle that at https://console.cloud.google.com/billing.',
  },
]

/** How often. */
const QUOTA: readonly ErrorRow[] = [
  {
    code: 'quota_exhausted',
    when: (error) => error.status === 429 && isZero(error),
    text: 'The quota for this model is zero: image models have no free tier. Enable billing for the project, or ask for quota.',
  },
  {
    code: 'quota_exhausted',
    when: (error) => error.status === 429 && quotaNames(error, /per ?day/i),
    text: 'The quota of the day is used up. It returns at midnight Pacific time; ask for more, or use another target.',
  },
  {
    code: 'rate_limited',
    when: says(429, /provisioned throughput/i),
    text: 'The provisioned throughput is used up. Send less at once, buy more, or allow the shared quota.',
    waits: true,
  },
  {
    code: 'rate_limited',
    when: status(429),
    text: 'Google asks for fewer requests for a while. Wait, send less at once, or add a target.',
    waits: true,
  },
]

/** What was asked. */
const REQUEST: readonly ErrorRow[] = [
  {
    code: 'image_too_large',
    when: (error) =>
      error.status === 413 ||
      says(400, /payload size exceeds|request entity too large|exceeds the maximum.*size/i)(error),
    text: 'The request is larger than Google takes. Use smaller or fewer images.',
  },
  {
    code: 'image_blocked',
    when: says(400, /Responsible AI|sensitive words|violates? .*polic/i),
    text: 'Google refused the instruction for a policy reason. Ask for the edit in other words.',
  },
  {
    code: 'unsupported_option',
    when: says(400, /aspect ratio|image ?size|thinking level/i),
    text: 'The model does not offer the chosen option. Look up what it offers with “plantain models”.',
  },
  {
    code: 'upstream_rejected',
    when: says(400, /thought_?\s?signature/i),
    text: "An image the model made earlier was sent back as the model's without its signature. Send it as the user's image.",
  },
  {
    code: 'model_unavailable',
    when: (error) =>
      error.status === 404 && error.source === 'google' && /publisher model/i.test(error.message),
    text: 'Vertex AI does not serve the model to this project in this location. Gemini 3 image models are served in “global” only; see “plantain models”.',
  },
  {
    code: 'model_unavailable',
    when: (error) => error.status === 404 && error.source === 'google',
    text: 'Google does not serve the model to this credential: it may be retired or misspelled. See “plantain models”.',
  },
  {
    code: 'upstream_rejected',
    when: (error) => error.status === 404 || (error.status >= 300 && error.status < 400),
    text: "The address does not serve Google's API. Check the configured base URL and its version; redirects are not followed.",
  },
]

/** Everything else, by the status alone. */
const BY_STATUS: readonly ErrorRow[] = [
  {
    code: 'credential_invalid',
    when: status(401),
    text: 'Google does not accept the credential. Check that it is current, of the right kind and for this API.',
  },
  {
    code: 'permission_denied',
    when: status(403),
    text: 'The credential may not do this. Check its permissions and whether the API is enabled in its project.',
  },
  {
    code: 'upstream_interrupted',
    when: status(499),
    text: 'Google takes the request for cancelled. Try again.',
    waits: true,
  },
  {
    code: 'upstream_overloaded',
    when: status(503, 529),
    text: 'The model is overloaded. Such spikes pass: try again in a while, or add a target.',
    waits: true,
  },
  {
    code: 'upstream_error',
    when: status(504),
    text: "Google's own time limit ran out. Try again, or ask for a smaller image.",
    waits: true,
  },
  {
    code: 'upstream_error',
    when: (error) =>
      error.status >= 500 || error.status === 408 || error.status === 409 || error.status < 300,
    text: 'Google failed. Try again in a while.',
    waits: true,
  },
]

/** Every error there is, the most telling sign first: what Google names, then what it says, then the status. */
export const GOOGLE_ERRORS: readonly ErrorRow[] = [
  ...CREDENTIAL,
  ...PLACE_AND_MONEY,
  ...QUOTA,
  ...REQUEST,
  ...BY_STATUS,
]

const OTHERWISE: ErrorRow = {
  code: 'upstream_rejected',
  when: () => true,
  text: 'Google refused the request as invalid. Read what it says, and change the request.',
}

export function rowFor(error: GoogleError): ErrorRow {
  return GOOGLE_ERRORS.find((row) => row.when(error)) ?? OTHERWISE
}

function permissionIn(error: GoogleError): string | undefined {
  return error.about['permission'] ?? /Permission '([\w.]+)' denied/.exec(error.message)?.[1]
}

function roleFor(error: GoogleError): string {
  const permission = permissionIn(error) ?? ''
  if (permission.startsWith('iam.')) return 'roles/iam.serviceAccountTokenCreator'
  return permission.startsWith('aiplatform.') ? 'roles/aiplatform.user' : 'a role that holds it'
}

function enableLink(error: GoogleError): string {
  const candidates = [...error.links, error.about['activationUrl'] ?? '', ...error.message.split(/\s+/)]
  const service = error.about['service'] ?? 'aiplatform.googleapis.com'
  // Only Google's console is ever shown as a place to click.
  return (
    candidates.find((link) =>
      /^https:\/\/console\.(?:cloud|developers)\.google\.com\/[\w./?=&%-]+$/.test(link),
    ) ?? `https://console.cloud.google.com/apis/library/${service}`
  )
}

function isZero(error: GoogleError): boolean {
  return (
    /\blimit:\s*0(?![\d.]*\d)/.test(error.message) ||
    error.about['quota_limit_value'] === '0' ||
    error.quotas.some((quota) => quota.limit === '0')
  )
}

function quotaNames(error: GoogleError, span: RegExp): boolean {
  const names = [...error.quotas.map((quota) => quota.id), error.about['quota_limit'] ?? '', error.message]
  return names.some((name) => span.test(name))
}
