import { newId } from '../contract/id.ts'
import type { System } from '../contract/system.ts'

/** The id a caller gave its request in `x-request-id`, where it is one that can stand in a header and a log; else a new one. */
export function requestIdOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  system: System,
): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : newId('req', system)
}
