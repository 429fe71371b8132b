import { PlantainError } from '../contract/error.ts'

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/
const VERSION_AT_END = /\/v\d\w*$/

/**
 * The address of an API with its version segment, without a slash at the end. A version that the configured
 * address already ends in is kept: such variables are set both ways.
 * @throws PlantainError `invalid_request` where a credential must not be sent there.
 */
export function versionedBase(configured: string, version: string): string {
  const url = URL.parse(configured)
  const usable =
    url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname)))
  if (!usable || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new PlantainError(
      'invalid_request',
      'The base URL of a Google target has to be an https address without user, query or fragment ' +
        '(http only on this machine), as a credential is sent there. Correct it in the configuration.',
    )
  }
  const base = `${url.origin}${url.pathname.replace(/\/+$/, '')}`
  return VERSION_AT_END.test(base) ? base : `${base}/${version}`
}
