/** What stands for every value there is no room for. */
export const OTHER = 'other'

/**
 * A label of a metric that takes as many values as are `known`, and the first `maxOthers` besides. Every value is a
 * time series that is kept until the process ends, and callers may choose names. Known ones are never crowded out.
 */
export function boundedLabel({
  known = [],
  maxOthers,
}: {
  readonly known?: Iterable<string>
  readonly maxOthers: number
}): (value: string) => string {
  const kept = new Set(known)
  const max = kept.size + maxOthers
  return (value) => {
    if (kept.has(value)) return value
    if (kept.size >= max) return OTHER
    kept.add(value)
    return value
  }
}
