import { msOf } from '../models/lifecycle.ts'
import type { IsoDate } from '../models/model.ts'

/** Whether a text is a day of the calendar, written as `2026-09-01`. */
export function isDay(text: string): text is IsoDate {
  if (!isWrittenAsDay(text)) return false
  const ms = msOf(text)
  // The 30th of February would be taken for the 2nd of March.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}

function isWrittenAsDay(text: string): text is IsoDate {
  return /^\d{4}-\d{2}-\d{2}$/.test(text)
}
