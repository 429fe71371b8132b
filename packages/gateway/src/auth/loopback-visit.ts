import { type Fault, fault } from '../contract/error.ts'
import { isLoopbackAddress, isLoopbackHost } from '../contract/loopback.ts'
import type { DistinctHeaders } from './presented.ts'

/** What a gateway without keys knows of its neighbourhood. */
export interface Neighbourhood {
  /** Origin under which the gateway is known, where that is not the address it listens on. */
  readonly publicUrl: string | null
  /** Origins whose pages may call; a `*` lets nobody in here. */
  readonly corsOrigins: readonly string[]
  readonly tls: boolean
}

/**
 * Why somebody may not use a gateway without keys, or `null`. Being on this machine is the only thing asked of such
 * callers, and a browser on this machine runs pages of strangers, which could spend money through the gateway:
 * - a page that has its own name resolve to 127.0.0.1 (DNS rebinding) shows itself by the Host it asks for;
 * - a page that sends a plain cross-site request shows itself by Origin or Sec-Fetch-Site, which pages cannot set;
 * - a proxy or a tunnel on this machine makes strangers look near, and shows itself by the address it passes on.
 */
export function visitFault(
  {
    headers,
    remoteAddress,
  }: { readonly headers: DistinctHeaders; readonly remoteAddress: string | undefined },
  neighbourhood: Neighbourhood,
): Fault | null {
  if (remoteAddress === undefined || !isLoopbackAddress(remoteAddress) || isPassedOn(headers)) {
    return fault(
      'key_missing',
      'This gateway has no keys yet, and without one it serves its own machine only. Its operator makes a key with ' +
        '`plantain keys new` and adds it to plantain.yaml.',
    )
  }
  const { host: [host, ...moreHosts] = [], origin: [origin, ...moreOrigins] = [] } = headers
  if (host === undefined || moreHosts.length > 0 || !isOurs(host, neighbourhood)) {
    return fault(
      'not_allowed',
      'Without keys the gateway answers only to localhost, 127.0.0.1 and [::1], so that no web page can reach it ' +
        'under a name of its own. Use one of those in the base URL, or set listen.publicUrl or keys.',
    )
  }
  return moreOrigins.length === 0 && !isForeignPage({ headers, host, origin }, neighbourhood)
    ? null
    : fault(
        'not_allowed',
        'A web page of another origin may not use a gateway without keys. Add its origin to cors.origins ' +
          '(or PLANTAIN_CORS_ORIGINS), or give it a key.',
      )
}

function isForeignPage(
  {
    headers,
    host,
    origin,
  }: { readonly headers: DistinctHeaders; readonly host: string; readonly origin: string | undefined },
  { corsOrigins, publicUrl, tls }: Neighbourhood,
): boolean {
  // No Origin: a program, or a page that fetches by GET, of which a browser says where it comes from.
  if (origin === undefined) return headers['sec-fetch-site']?.some((site) => site === 'cross-site') ?? false
  const own = [`${tls ? 'https' : 'http'}://${host}`, ...(publicUrl === null ? [] : [publicUrl])]
  return ![...own, ...corsOrigins].some((one) => sameOrigin(one, origin))
}

/** `null`, the origin of sandboxed pages and of files, is nobody's name; a `*` is no origin at all. */
function sameOrigin(a: string, b: string): boolean {
  const [one, other] = [URL.parse(a), URL.parse(b)]
  return one !== null && other !== null && one.origin !== 'null' && one.origin === other.origin
}

function isOurs(host: string, { publicUrl }: Neighbourhood): boolean {
  // A Host is a name and perhaps a port; whatever else a URL may have would let the parser see another name.
  if (!/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host)) return false
  const asked = URL.parse(`http://${host}`)
  if (asked !== null && isLoopbackHost(asked.hostname)) return true
  const known = publicUrl === null ? null : URL.parse(publicUrl)
  return known !== null && sameOrigin(`${known.protocol}//${host}`, known.origin)
}

/** Every address on the way that was passed on has to be this machine as well, as with a development server's proxy. */
function isPassedOn(headers: DistinctHeaders): boolean {
  const listed = [...(headers['x-forwarded-for'] ?? []), ...(headers['x-real-ip'] ?? [])]
  const forwarded = (headers['forwarded'] ?? []).flatMap((value) =>
    [...value.matchAll(/\bfor\s*=\s*("[^"]*"|[^;,\s]*)/gi)].map(([, node = '']) => node.replaceAll('"', '')),
  )
  return [...listed.flatMap((value) => value.split(',')), ...forwarded].some(
    (node) => !isLoopbackHost(withoutPort(node.trim())),
  )
}

function withoutPort(node: string): string {
  return node.replace(/^(\[.*\]|[\d.]+):\d+$/, '$1')
}
