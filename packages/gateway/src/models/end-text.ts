import type { End } from './lifecycle.ts'
import { type Model, SURFACE_NAMES } from './model.ts'
import type { Certainty } from './sources.ts'

/** `2026-10-02 on AI Studio (by Google’s own pages)` */
export function endText(end: End): string {
  return `${end.on} on ${SURFACE_NAMES[end.surface]} (${SAID_BY[end.certainty]})`
}

/** Its id, with the name people know it by. */
export function calledModel(model: Model): string {
  return model.marketName === null ? model.id : `${model.id} (${model.marketName})`
}

const SAID_BY: Readonly<Record<Certainty, string>> = {
  documented: 'by Google’s own pages',
  observed: 'as users found',
  'third-party': 'by third parties only',
  unconfirmed: 'unconfirmed',
}
