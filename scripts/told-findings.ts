import type { Findings } from '../packages/gateway/test/secret-search.ts'

/** What every gateway of a run gives away is seen some hundred times. */
const SHOWN = 20

/** Prints how much was searched for secrets and where one was seen, never the secret; gives whether all is well. */
export function told({ searched, hits, kept }: Findings): boolean {
  const looks = Object.entries(searched)
  const amounts = looks.map(([kind, { count, bytes }]) => `${count} of ${kind} (${megabytes(bytes)})`)
  say(
    `searched ${amounts.join(', ')}; names of files count too, and metrics are answers. Seen: ${hits.length}.`,
  )
  for (const { secret, where, encoding, through, at } of hits.slice(0, SHOWN)) {
    const covered = through.length > 0 ? ` under ${through.join(', ')}` : ''
    say(`${secret} in ${where}, ${encoding}${covered}, at byte ${at}`)
  }
  if (hits.length > SHOWN) say(`and ${hits.length - SHOWN} times more.`)
  if (kept !== null) say(`what was searched is still in ${kept}.`)
  const nothing = looks.filter(([, { bytes }]) => bytes === 0).map(([kind]) => kind)
  if (nothing.length > 0) say(`there was nothing to search of ${nothing.join(', ')}.`)
  return hits.length === 0 && nothing.length === 0
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function say(words: string): void {
  console.log(`Secrets: ${words}`)
}
