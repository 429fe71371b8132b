import type { IncomingHttpHeaders } from 'node:http'

export interface Cors {
  /** Origins whose pages may call; `*`: all of them, which is for keys that are no secret. None: no page may. */
  readonly origins: readonly string[]
  readonly maxAgeSeconds: number
}

/** What a page may read of an answer besides its body. */
const EXPOSED = [
  'x-request-id',
  'plantain-edit-id',
  'plantain-outcome',
  'plantain-model',
  'plantain-target',
  'plantain-attempts',
  'plantain-cost-micro-usd',
  'plantain-charged',
  'plantain-notice',
  'plantain-missing',
  'plantain-degraded',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  'server-timing',
  'x-goog-upload-url',
  'x-goog-upload-status',
  'x-goog-upload-size-received',
  'x-goog-upload-chunk-granularity',
].join(', ')

/** Empty for an origin that is not listed: the browser then keeps the answer from the page. */
export function corsHeaders(headers: IncomingHttpHeaders, cors: Cors): Readonly<Record<string, string>> {
  const allowed = allowedOrigin(headers, cors)
  // Caches must not hand one origin's answer to another, not even one that was refused.
  if (allowed === null) return cors.origins.length === 0 ? {} : { vary: 'origin' }
  return {
    'access-control-allow-origin': allowed,
    'access-control-expose-headers': EXPOSED,
    vary: 'origin',
  }
}

export function preflightHeaders(
  headers: IncomingHttpHeaders,
  cors: Cors,
  methods: readonly string[],
): Readonly<Record<string, string>> {
  if (allowedOrigin(headers, cors) === null) return {}
  return {
    'access-control-allow-methods': methods.join(', '),
    // Clients add headers of their own (x-goog-api-client, x-stainless-…): which, they say.
    'access-control-allow-headers': headerNames(headers['access-control-request-headers']),
    'access-control-max-age': String(cors.maxAgeSeconds),
  }
}

function allowedOrigin({ origin }: IncomingHttpHeaders, { origins }: Cors): string | null {
  if (origin === undefined) return null
  if (origins.includes('*')) return '*'
  return origins.includes(origin) ? origin : null
}

function headerNames(asked = ''): string {
  return asked
    .split(',')
    .map((name) => name.trim())
    .filter((name) => /^[\w-]{1,64}$/.test(name))
    .slice(0, 40)
    .join(', ')
}
