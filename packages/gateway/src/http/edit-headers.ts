import type { EditResult } from '../contract/result.ts'

/** The same of what was passed on and is no edit: nothing was judged. */
export function relayHeaders(result: EditResult): Readonly<Record<string, string>> {
  const { 'plantain-outcome': _, ...headers } = editHeaders(result)
  return headers
}

/** What every door tells of an edit beside its answer: header values are ids, words and numbers only. */
export function editHeaders(result: EditResult): Readonly<Record<string, string>> {
  const { id, outcome, model, target, attempts, costMicroUsd, charged, notices, missing, degraded } = result
  return {
    'plantain-edit-id': id,
    'plantain-outcome': outcome,
    ...(model !== null && { 'plantain-model': clean(model) }),
    ...(target !== null && { 'plantain-target': clean(target) }),
    'plantain-attempts': String(attempts.length),
    'plantain-cost-micro-usd': String(costMicroUsd),
    'plantain-charged': charged,
    ...(notices.length > 0 && { 'plantain-notice': distinct(notices.map(({ code }) => code)).join(', ') }),
    ...(missing.length > 0 && {
      'plantain-missing': missing.map(({ index, code }) => `${index} ${code}`).join(', '),
    }),
    'plantain-degraded': String(degraded),
  }
}

/** The names of the above, for what is announced before it is known. */
export const EDIT_TRAILERS = [
  'plantain-outcome',
  'plantain-attempts',
  'plantain-cost-micro-usd',
  'plantain-charged',
] as const

/** Names of models may be the caller's. */
function clean(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 200)
}

function distinct(codes: readonly string[]): readonly string[] {
  return [...new Set(codes)]
}
