import { createHmac, timingSafeEqual } from 'node:crypto'
import { PlantainError } from '../contract/error.ts'
import { Secret } from '../contract/secret.ts'
import type { Clock, Random } from '../contract/system.ts'

/** What a signature vouches for: this method and path, until then, and with this key alone where one is named. */
export interface SignedRequest {
  readonly path: string
  /** `GET` where nothing is said. */
  readonly method?: string
  readonly keyId?: string
}

/** Makes addresses that are a credential themselves, for a while. */
export interface LinkSigner {
  /** The path with `?expires=…&signature=…`. No later than what it leads to is kept. */
  signedPath(request: SignedRequest & { readonly expiresAtMs: number }): string
  /** Whether the query is one that `signedPath` made for just this, and its time not over. */
  verify(request: SignedRequest & { readonly query: URLSearchParams }): boolean
}

export interface LinkSignerOptions {
  readonly clock: Clock
  readonly random: Random
  /**
   * The first signs, any of them is good: put a new one in front, and take the old one out once its links are over.
   * Without any, one is drawn, and links end with the process. Throws `PlantainError` `config_invalid` where one has
   * less than 32 characters.
   */
  readonly secrets?: readonly Secret[]
}

const MIN_SECRET_CHARS = 32

export function createLinkSigner({ clock, random, secrets = [] }: LinkSignerOptions): LinkSigner {
  secrets.forEach(mustBeLong)
  const [signing = drawn(random), ...older] = secrets
  return {
    signedPath: ({ expiresAtMs, ...request }) => {
      const expires = String(Math.floor(expiresAtMs))
      return `${request.path}?expires=${expires}&signature=${signatureOf(request, expires, signing)}`
    },
    verify: ({ query, ...request }) => {
      const expires = query.get('expires') ?? ''
      const given = query.get('signature') ?? ''
      // All are looked at, and each to its end: how long it takes says nothing of how much was right.
      const matches = [signing, ...older].filter((secret) =>
        equal(signatureOf(request, expires, secret), given),
      )
      return matches.length > 0 && Number(expires) > clock.now()
    },
  }
}

function signatureOf(request: SignedRequest, expires: string, secret: Secret): string {
  return createHmac('sha256', secret.reveal()).update(signedText(request, expires)).digest('base64url')
}

/** A line each, in which no line break can stand: no two requests spell the same text. */
function signedText({ path, method = 'GET', keyId = '' }: SignedRequest, expires: string): string {
  return [method, path, expires, keyId].map((part) => JSON.stringify(part)).join('\n')
}

/** Of the texts: there is one spelling of a signature, and no other is taken. */
function equal(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)]
  return one.length === other.length && timingSafeEqual(one, other)
}

function drawn(random: Random): Secret {
  return new Secret(Buffer.from(random.bytes(32)).toString('hex'))
}

function mustBeLong(secret: Secret): void {
  if (secret.reveal().length >= MIN_SECRET_CHARS) return
  throw new PlantainError(
    'config_invalid',
    `A secret that signs links has less than ${MIN_SECRET_CHARS} characters. Make one by: openssl rand -hex 32`,
  )
}
