const UNIT_MS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 } as const

/** `250ms`, `34.4s`, `2min`, `48h` in milliseconds; `undefined` where it is no such thing. */
export function readDuration(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|min|h)$/.exec(text) ?? []
  if (number === undefined || !(unit === 'ms' || unit === 's' || unit === 'min' || unit === 'h')) return
  return Number(number) * UNIT_MS[unit]
}
