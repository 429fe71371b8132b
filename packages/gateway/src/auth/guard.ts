import type { Caller, KnownKey, ProviderCredential } from '../contract/caller.ts'
import { type Fault, fault } from '../contract/error.ts'
import { Secret } from '../contract/secret.ts'
import { hashOf, isGatewayKey } from './gateway-key.ts'
import { type Neighbourhood, visitFault } from './loopback-visit.ts'
import {
  called,
  type DistinctHeaders,
  KEY_PLACES,
  type KeyPlace,
  type Presented,
  presentedCredentials,
} from './presented.ts'

export interface GuardOptions extends Neighbourhood {
  /** The gateway's keys; none: who is on this machine may come in without one. */
  readonly callers: readonly KnownKey[]
  /** Who comes in where there are no keys. */
  readonly keyless: Caller
}

/** What the guard looks at of a request. */
export interface Knock {
  /** Node's `headersDistinct`: only there a header that came twice is seen as such. */
  readonly headers: DistinctHeaders
  readonly query: URLSearchParams
  /** Of the socket; whatever headers say about it is hearsay. */
  readonly remoteAddress: string | undefined
}

export type Admission =
  | {
      readonly kind: 'admitted'
      readonly caller: Caller
      /** The caller's own Google credential, where its key lets it use that; `null`: the gateway's is used. */
      readonly providerCredential: ProviderCredential | null
    }
  | { readonly kind: 'fault'; readonly fault: Fault }

export interface Guard {
  admit(knock: Knock): Admission
}

interface Identified {
  readonly caller: Caller
  /** Where its key was; `null` where it needed none. */
  readonly place: KeyPlace | null
}

/** Longest Google token seen is near 2 KB; federated ones are longer. Headers as a whole are bounded by the server. */
const MOST_CREDENTIAL_CHARS = 12_288

/**
 * Decides who asks. The first place of `KEY_PLACES` that holds anything has to hold a gateway key: with `plantain-key`
 * there, what Google's clients send besides is not looked at, and forwarded only for a key with `passThrough`.
 * No message repeats a credential.
 */
export function createGuard({ callers, keyless, ...neighbourhood }: GuardOptions): Guard {
  // How long a lookup takes can tell something of the hash, never of the key: to steer a SHA-256 one has to search
  // through keys, and a key of 160 random bits is not found by searching. So this needs no comparison in constant time.
  const byHash = new Map(callers.map(({ hash, caller }) => [hash, caller]))

  const identify = (presented: Presented): Identified | Fault => {
    const place = KEY_PLACES.find((one) => presented.has(one))
    if (place === undefined) return fault('key_missing', MISSING)
    const text = presented.get(place) ?? ''
    if (!isGatewayKey(text)) return fault('key_unknown', malformed(place))
    const caller = byHash.get(hashOf(text))
    return caller === undefined ? fault('key_unknown', unknown(place)) : { caller, place }
  }

  const admit = (knock: Knock): Admission | Fault => {
    const presented = presentedCredentials(knock.headers, knock.query)
    if ('code' in presented) return presented
    const visit = byHash.size > 0 ? null : visitFault(knock, neighbourhood)
    if (visit !== null) return visit
    const identified = byHash.size > 0 ? identify(presented) : { caller: keyless, place: null }
    if ('code' in identified) return identified
    const { caller, place } = identified
    const own = caller.passThrough ? ownCredential(presented, place) : null
    if (own !== null && 'code' in own) return own
    return { kind: 'admitted', caller, providerCredential: own }
  }

  return {
    admit: (knock) => {
      const admission = admit(knock)
      return 'kind' in admission ? admission : { kind: 'fault', fault: admission }
    },
  }
}

/** The Google credential a caller sends besides its key, if any. What looks like a key of ours never goes to Google. */
function ownCredential(presented: Presented, keyPlace: KeyPlace | null): ProviderCredential | Fault | null {
  const others = [...presented].filter(
    ([place, text]) => place !== keyPlace && place !== 'plantain-key' && !/^plt?_/.test(text),
  )
  const [first, ...more] = others
  if (first === undefined) return null
  const [place, text] = first
  if (more.some(([, other]) => other !== text)) {
    return fault(
      'invalid_request',
      'The request carries two Google credentials. Send one: an API key in x-goog-api-key, or a token in Authorization.',
    )
  }
  if (text.length > MOST_CREDENTIAL_CHARS || !/^[\x21-\x7e]+$/.test(text)) {
    return fault(
      'invalid_request',
      `What is in ${called(place)} cannot be a Google credential. Copy it again.`,
    )
  }
  return {
    header: place === 'authorization' ? 'authorization' : 'x-goog-api-key',
    secret: new Secret(text),
  }
}

const WHERE =
  'Send the gateway’s key (pl_…) as plantain-key, x-goog-api-key or Authorization: Bearer; where a client puts ' +
  'another credential into one of these, use plantain-key.'

const MISSING = `No key came with the request. ${WHERE}`

function malformed(place: KeyPlace): string {
  return `What is in ${called(place)} is no key of a Plantain gateway, or was cut off or mistyped. ${WHERE}`
}

function unknown(place: KeyPlace): string {
  return (
    `The key in ${called(place)} is well formed, but this gateway does not know it: it was taken out or belongs to ` +
    'another gateway. Ask the operator for a key.'
  )
}
