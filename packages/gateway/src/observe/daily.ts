import type { Clock } from '../contract/system.ts'
import type { Log, LogFields } from './log.ts'

/** Something that holds for many requests, to be told of once. */
export interface DailyNews {
  /** What makes it the same news as another's. */
  readonly key: string
  readonly message: string
  readonly fields: LogFields
}

/** There is news of each model on record, and of few of them at a time. */
const MOST_A_DAY = 1000
const DAY_MS = 86_400_000

/** Warns of the same thing once a day (UTC). News beyond the most that are remembered is not told on that day. */
export function createDaily({ log, clock }: { readonly log: Log; readonly clock: Clock }) {
  let day = Number.NaN
  const told = new Set<string>()
  return ({ key, message, fields }: DailyNews): void => {
    const today = Math.floor(clock.now() / DAY_MS)
    if (today !== day) {
      told.clear()
      day = today
    }
    if (told.has(key) || told.size >= MOST_A_DAY) return
    told.add(key)
    log.warn(message, fields)
  }
}
