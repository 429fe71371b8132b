import { suggest } from '../contract/suggest.ts'

/** More would be a page, not a remedy. */
const MOST_NAMES = 10

/** What to write in place of a name that nobody knows. `what` are those that are known, at the start of a sentence. */
export function nearestOf(
  name: string,
  known: Iterable<string>,
  { what, none }: { readonly what: string; readonly none: string },
): string {
  const names = [...known]
  const [near] = suggest(name, names)
  if (near !== undefined) return `Did you mean ${near}?`
  if (names.length === 0) return none
  const shown = names.slice(0, MOST_NAMES).join(', ')
  return `${what} are ${shown}${names.length > MOST_NAMES ? ' and others' : ''}.`
}
