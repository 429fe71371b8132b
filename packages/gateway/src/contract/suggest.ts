const MOST = 3

/**
 * Up to three known names that a mistyped one may have meant, nearest first: names it begins, then names within
 * a few keystrokes. Empty where nothing comes near, which is kinder than a wild guess.
 */
export function suggest(name: string, known: Iterable<string>): readonly string[] {
  if (name === '') return []
  const furthest = Math.min(5, Math.ceil(name.length / 5))
  return [...known]
    .map((candidate) => ({
      candidate,
      distance: name.length >= 6 && candidate.startsWith(name) ? 1 : keystrokes(name, candidate),
    }))
    .filter(({ distance }) => distance <= furthest)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, MOST)
    .map(({ candidate }) => candidate)
}

/** Insertions, deletions, replacements and swaps of neighbours from one word to the other (Damerau's distance). */
function keystrokes(a: string, b: string): number {
  let beforeLast: readonly number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + same,
        swapped ? (beforeLast[j - 2] ?? 0) + 1 : Infinity,
      )
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
