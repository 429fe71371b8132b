import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import type { ErrorCode, Fault } from '../contract/error.ts'
import { CONTEXT } from './answer.fixture.ts'
import { classify } from './classify.ts'
import { GOOGLE_ERRORS } from './google-error-table.ts'

const TYPE = 'type.googleapis.com/google.rpc.'
const info = (reason: string, metadata: object = {}) => ({
  '@type': `${TYPE}ErrorInfo`,
  reason,
  domain: 'googleapis.com',
  metadata,
})
const quota = (quotaId: string, quotaValue = '20') => ({
  '@type': `${TYPE}QuotaFailure`,
  violations: [{ quotaId, quotaMetric: 'm', quotaValue }],
})
const retry = (retryDelay: unknown) => ({ '@type': `${TYPE}RetryInfo`, retryDelay })
const help = (url: string) => ({ '@type': `${TYPE}Help`, links: [{ description: 'x', url }] })
const error = (code: number, status: string, message: string, ...details: object[]) => ({
  error: { code, message, status, details },
})

function faultOf(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
  hidden: readonly string[] = [],
): Fault {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const answer = classify({ status, headers, body: bytes }, { ...CONTEXT, hidden })
  if (answer.kind !== 'fault') throw new Error(inspect(answer))
  return answer.fault
}

const MODEL_404 =
  'models/m is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list.'
const VERTEX_404 =
  'Publisher Model `projects/p/locations/us-central1/publishers/google/models/m` was not found or your project does not have access to it.'
const QUOTA = 'You exceeded your current quota, please check your plan and billing details.'
const DENIED =
  "Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/projects/p' (or it may not exist)."
const DISABLED =
  'Vertex AI API has not been used in project 1 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/aiplatform.googleapis.com/overview?project=1 then retry.'
const PAGE_502 =
  '<!DOCTYPE html><html><head><title>502 Bad Gateway</title><style>a{}</style></head><body>x</body></html>'

const ROWS: readonly [number, unknown, ErrorCode, RegExp][] = [
  [
    400,
    error(
      400,
      'INVALID_ARGUMENT',
      'API key not valid. Please pass a valid API key.',
      info('API_KEY_INVALID'),
    ),
    'credential_invalid',
    /aistudio\.google\.com\/apikey.*API_KEY_INVALID/,
  ],
  [
    400,
    error(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'),
    'credential_invalid',
    /does not know the API key/,
  ],
  [
    400,
    error(400, 'INVALID_ARGUMENT', 'API key expired.', info('API_KEY_EXPIRED')),
    'credential_invalid',
    /has expired/,
  ],
  [
    403,
    error(403, 'PERMISSION_DENIED', 'Your API key was reported as leaked. Please use another API key.'),
    'credential_invalid',
    /withdrawn the API key.*Make a new one/,
  ],
  [
    401,
    error(
      401,
      'UNAUTHENTICATED',
      'Request had invalid authentication credentials.',
      info('ACCESS_TOKEN_TYPE_UNSUPPORTED'),
    ),
    'credential_invalid',
    /“AQ\.” key/,
  ],
  [401, error(401, 'UNAUTHENTICATED', 'x', info('ACCESS_TOKEN_EXPIRED')), 'credential_invalid', /clock/],
  [
    401,
    error(401, 'UNAUTHENTICATED', 'x', info('CREDENTIALS_MISSING')),
    'credential_missing',
    /without a credential/,
  ],
  [401, 'Unauthorized', 'credential_invalid', /right kind/],
  [
    403,
    error(
      403,
      'PERMISSION_DENIED',
      "Method doesn't allow unregistered callers (callers without established identity).",
    ),
    'credential_missing',
    /without a credential/,
  ],
  [
    403,
    error(403, 'PERMISSION_DENIED', 'x', info('API_KEY_HTTP_REFERRER_BLOCKED')),
    'permission_denied',
    /API_KEY_HTTP_REFERRER_BLOCKED/,
  ],
  [403, error(403, 'PERMISSION_DENIED', 'x', info('CONSUMER_SUSPENDED')), 'permission_denied', /suspended/],
  [
    403,
    error(403, 'PERMISSION_DENIED', 'x', info('ACCESS_TOKEN_SCOPE_INSUFFICIENT')),
    'permission_denied',
    /scope/,
  ],
  [
    403,
    error(403, 'PERMISSION_DENIED', 'x', info('USER_PROJECT_DENIED')),
    'permission_denied',
    /serviceUsageConsumer/,
  ],
  [
    403,
    error(
      403,
      'PERMISSION_DENIED',
      DENIED,
      info('IAM_PERMISSION_DENIED', { permission: 'aiplatform.endpoints.predict' }),
    ),
    'permission_denied',
    /lacks the permission aiplatform\.endpoints\.predict\. Grant roles\/aiplatform\.user/,
  ],
  [
    403,
    error(403, 'PERMISSION_DENIED', DENIED),
    'permission_denied',
    /lacks the permission aiplatform\.endpoints\.predict/,
  ],
  [
    403,
    error(
      403,
      'PERMISSION_DENIED',
      'off',
      info('SERVICE_DISABLED', { service: 'aiplatform.googleapis.com' }),
      help('https://console.developers.google.com/apis/api/a/overview?project=1'),
    ),
    'permission_denied',
    /Enable it at https:\/\/console\.developers\.google\.com\/apis\/api\/a\/overview\?project=1,/,
  ],
  [
    403,
    error(403, 'PERMISSION_DENIED', DISABLED),
    'permission_denied',
    /Enable it at https:\/\/console\.developers\.google\.com\/apis\/api\/aiplatform/,
  ],
  [
    403,
    error(403, 'PERMISSION_DENIED', 'off', info('SERVICE_DISABLED'), help('https://evil.example/click')),
    'permission_denied',
    /Enable it at https:\/\/console\.cloud\.google\.com\/apis\/library\/aiplatform\.googleapis\.com,/,
  ],
  [403, 'Forbidden', 'permission_denied', /permissions/],
  [
    403,
    error(
      403,
      'PERMISSION_DENIED',
      'This API method requires billing to be enabled.',
      info('BILLING_DISABLED'),
    ),
    'billing_required',
    /console\.cloud\.google\.com\/billing/,
  ],
  [
    429,
    error(429, 'RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted.'),
    'billing_required',
    /no credit left/,
  ],
  [
    400,
    error(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'),
    'region_unavailable',
    /supported country/,
  ],
  [
    400,
    error(
      400,
      'INVALID_ARGUMENT',
      'Invalid JSON payload received. Unknown name "x" at \'generation_config\': Cannot find field.',
    ),
    'upstream_rejected',
    /Unknown name/,
  ],
  [
    400,
    error(400, 'INVALID_ARGUMENT', 'Aspect ratio is not enabled for this model'),
    'unsupported_option',
    /plantain models/,
  ],
  [
    400,
    error(400, 'INVALID_ARGUMENT', 'Thinking level LOW is not supported for this model.'),
    'unsupported_option',
    /LOW/,
  ],
  [
    400,
    error(
      400,
      'INVALID_ARGUMENT',
      'Image part is missing a thought_signature in content position 2, part position 1.',
    ),
    'upstream_rejected',
    /as the user's image/,
  ],
  [
    400,
    error(400, 'INVALID_ARGUMENT', 'Request payload size exceeds the limit: 104857600 bytes.'),
    'image_too_large',
    /104857600/,
  ],
  [413, '<html><title>413 Request Entity Too Large</title>', 'image_too_large', /smaller or fewer/],
  [
    400,
    error(
      400,
      'INVALID_ARGUMENT',
      "This prompt contains sensitive words that violate Google's Responsible AI practices.",
    ),
    'image_blocked',
    /other words/,
  ],
  [404, error(404, 'NOT_FOUND', MODEL_404), 'model_unavailable', /retired or misspelled/],
  [404, error(404, 'NOT_FOUND', VERTEX_404), 'model_unavailable', /“global” only/],
  [404, '<html><title>Error 404 (Not Found)!!1</title>', 'upstream_rejected', /base URL/],
  [302, '', 'upstream_rejected', /redirects are not followed/],
  [
    429,
    error(
      429,
      'RESOURCE_EXHAUSTED',
      `${QUOTA} Quota exceeded for metric: m, limit: 0, model: m`,
      quota('GenerateRequestsPerMinutePerProjectPerModel-FreeTier'),
    ),
    'quota_exhausted',
    /no free tier/,
  ],
  [
    429,
    error(429, 'RESOURCE_EXHAUSTED', QUOTA, info('RATE_LIMIT_EXCEEDED', { quota_limit_value: '0' })),
    'quota_exhausted',
    /is zero/,
  ],
  [
    429,
    error(
      429,
      'RESOURCE_EXHAUSTED',
      QUOTA,
      quota('GenerateRequestsPerDayPerProjectPerModel-FreeTier'),
      retry('26s'),
    ),
    'quota_exhausted',
    /midnight Pacific/,
  ],
  [
    429,
    error(
      429,
      'RESOURCE_EXHAUSTED',
      `${QUOTA} limit: 05, limit: 10.`,
      quota('GenerateRequestsPerMinutePerProjectPerModel'),
    ),
    'rate_limited',
    /fewer requests/,
  ],
  [
    429,
    error(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'),
    'rate_limited',
    /fewer requests/,
  ],
  [
    429,
    error(429, 'RESOURCE_EXHAUSTED', 'Resource exhausted, please try again later.'),
    'rate_limited',
    /fewer requests/,
  ],
  [
    429,
    error(429, 'RESOURCE_EXHAUSTED', 'Too many requests. Exceeded the Provisioned Throughput.'),
    'rate_limited',
    /provisioned throughput is used up/,
  ],
  [429, '', 'rate_limited', /fewer requests/],
  [499, error(499, 'CANCELLED', 'The operation was cancelled.'), 'upstream_interrupted', /cancelled/],
  [500, error(500, 'INTERNAL', 'An internal error has occurred.'), 'upstream_error', /Google failed/],
  [500, error(500, 'UNKNOWN', ''), 'upstream_error', /500 UNKNOWN\)/],
  [502, PAGE_502, 'upstream_error', /“502 Bad Gateway”/],
  [
    503,
    error(
      503,
      'UNAVAILABLE',
      'This model is currently experiencing high demand. Spikes in demand are usually temporary.',
    ),
    'upstream_overloaded',
    /high demand/,
  ],
  [
    503,
    error(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'),
    'upstream_overloaded',
    /overloaded/,
  ],
  [
    504,
    error(504, 'DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.'),
    'upstream_error',
    /own time limit/,
  ],
  [418, 'teapot', 'upstream_rejected', /418/],
]

test.each(ROWS)('%i %j is %s', (status, body, code, text) => {
  const fault = faultOf(status, body)
  expect([fault.code, fault.message]).toEqual([code, expect.stringMatching(text)])
  const foreign = status >= 500 && typeof body === 'string'
  expect(fault).toMatchObject({ charged: foreign ? 'unknown' : 'no', upstream: { status } })
  // The same inside a one-element array, as some endpoints wrap it.
  if (typeof body === 'object') expect(faultOf(status, [body])).toEqual(fault)
})

test('every row of the table is reached by some error above', () => {
  const messages = ROWS.map(([status, body]) => faultOf(status, body).message)
  const texts = GOOGLE_ERRORS.flatMap((row) => (typeof row.text === 'string' ? row.text : []))
  expect(texts.filter((text) => !messages.some((message) => message.startsWith(text)))).toEqual([])
})

const NOW = CONTEXT.nowMs
test.each<[string, unknown, Record<string, string>, number | undefined]>([
  ['seconds', retry('26s'), {}, 26_000],
  ['fractions', retry('26.211922938s'), {}, 26_212],
  ['an object', retry({ seconds: '3', nanos: 500_000_000 }), {}, 3500],
  ['the header in seconds', {}, { 'retry-after': '7' }, 7000],
  ['the header as a date', {}, { 'retry-after': new Date(NOW + 90_000).toUTCString() }, 90_000],
  ['the body before the header', retry('2s'), { 'retry-after': '7' }, 2000],
  ['words', {}, {}, 31_500],
  ['nothing', retry('-5s'), { 'retry-after': '-1' }, 31_500],
  ['years', retry('999999999s'), {}, 86_400_000],
  ['infinity', retry('1e999s'), { 'retry-after': 'soon' }, 31_500],
  ['a date gone by', {}, { 'retry-after': new Date(NOW - 90_000).toUTCString() }, 31_500],
  ['not a number', retry({ seconds: 'NaN' }), { 'retry-after': '1.2.3' }, 31_500],
])('a wait is read from %s', (_, detail, headers, waitMs) => {
  const fault = faultOf(
    429,
    error(429, 'RESOURCE_EXHAUSTED', 'Please retry in 31.5s.', detail as object),
    headers,
  )
  expect(fault.waitMs).toBe(waitMs)
})

test('no wait is passed on where waiting does not help', () => {
  const day = error(429, 'RESOURCE_EXHAUSTED', 'Please retry in 26s.', quota('PerDay'), retry('26s'))
  expect(faultOf(429, day)).not.toHaveProperty('waitMs')
  expect(faultOf(503, error(503, 'UNAVAILABLE', 'x'), { 'retry-after': '4' }).waitMs).toBe(4000)
})

test('neither keys nor the instruction are in a message, however Google quotes them', () => {
  const instruction = 'Give the astronaut “a” red\nvelvet suit and a canary'
  const message = `API key AIzaSyCanary00000000000000000000000000 or AQ.canary0000000000 or ya29.canary-token not valid: Invalid value at 'contents[0].parts[0].text' "red velvet suit and a canary" ${'long '.repeat(200)}`
  const fault = faultOf(400, error(400, 'INVALID_ARGUMENT', message), {}, [instruction, 'secret-canary-key'])
  expect(inspect(fault)).not.toMatch(/canary|AIza|velvet/i)
  expect(fault.message).toMatch(/Invalid value at/)
  expect(fault.message.length).toBeLessThan(600)
})
