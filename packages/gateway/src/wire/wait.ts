import { asObject, field } from './json-field.ts'

/** No wait is longer than a day: daily quotas come back at midnight, and years are a mistake or an attack. */
const MAX_WAIT_MS = 86_400_000

/**
 * How long the provider asks to wait: `RetryInfo` of the body first, as it is exact, then the header (seconds
 * or a date), then the words of the message. `undefined` where it does not say, or says nonsense.
 */
export function readWaitMs(
  error: { readonly retryDelay: unknown; readonly message: string },
  retryAfter: string | undefined,
  nowMs: number,
): number | undefined {
  const inWords = /retry (?:in|after) ([\d.]+)\s*s/i.exec(error.message)?.[1]
  return fromDuration(error.retryDelay) ?? fromHeader(retryAfter, nowMs) ?? fromSeconds(inWords)
}

/** A proto3 duration: `26.211922938s`, or an object of seconds and nanos as some gateways spell it out. */
function fromDuration(delay: unknown): number | undefined {
  if (typeof delay === 'string') return fromSeconds(/^([\d.]+)s$/.exec(delay.trim())?.[1])
  const seconds = Number(field(asObject(delay), 'seconds') ?? Number.NaN)
  return fromSeconds(seconds + Number(field(asObject(delay), 'nanos') ?? 0) / 1e9)
}

function fromHeader(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\s*[\d.]+\s*$/.test(value)) return fromSeconds(value)
  // Only a real HTTP date: `Date.parse` would take `-1` for a year.
  return /^\s*[A-Z][a-z]{2,8},/.test(value) ? clamped(Date.parse(value) - nowMs) : undefined
}

function fromSeconds(seconds: string | number | undefined): number | undefined {
  return seconds === undefined ? undefined : clamped(Number(seconds) * 1000)
}

function clamped(ms: number): number | undefined {
  return Number.isNaN(ms) || ms < 0 ? undefined : Math.min(Math.ceil(ms), MAX_WAIT_MS)
}
