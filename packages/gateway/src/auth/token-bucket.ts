/** Tokens as they were at a moment of the monotonic clock; a bucket holds a minute's worth and fills steadily. */
export interface TokenBucket {
  readonly tokens: number
  readonly atMs: number
}

/** Sums of fractions end a hair below the whole number they stand for. */
const HAIR = 1e-6

/** Takes a token, or leaves the bucket as it is where there is none. */
export function spend(
  bucket: TokenBucket,
  { perMinute, nowMs }: { readonly perMinute: number; readonly nowMs: number },
): { readonly enough: boolean; readonly bucket: TokenBucket } {
  const gained = (Math.max(0, nowMs - bucket.atMs) * perMinute) / 60_000
  const tokens = Math.min(perMinute, bucket.tokens + gained)
  const rounded = Math.abs(tokens - Math.round(tokens)) < HAIR ? Math.round(tokens) : tokens
  const enough = rounded >= 1
  return { enough, bucket: { tokens: enough ? rounded - 1 : rounded, atMs: nowMs } }
}

/** How long, from the bucket's own moment, until there is one whole token more. */
export function waitForNextMs({ tokens }: TokenBucket, perMinute: number): number {
  return ((Math.floor(tokens) + 1 - tokens) * 60_000) / perMinute
}
