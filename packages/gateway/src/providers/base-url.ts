import { PlantainError } from '../contract/error.ts'
import { mayCarryCredential } from '../contract/loopback.ts'

const VERSION_AT_END = /\/v\d\w*$/

/**
 * The address of an API with its version segment, without a slash at the end. A version that the configured
 * address already ends in is kept: such variables are set both ways.
 * @throws PlantainError `invalid_request` where a credential must not be sent there.
 */
export function versionedBase(configured: string, version: string): string {
  const url = URL.parse(configured)
  if (url === null || !mayCarryCredential(url)) {
    throw new PlantainError(
      'invalid_request',
      'The base URL of a Google target has to be an https address without user, query or fragment ' +
        '(http only on this machine), as a credential is sent there. Correct it in the configuration.',
    )
  }
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  return VERSION_AT_END.test(base) ? base : `${base}/${version}`
}
