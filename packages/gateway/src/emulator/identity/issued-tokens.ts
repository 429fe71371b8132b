import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock, Random } from '../../contract/system.ts'

/** What a token issued here stands for. */
export interface Grant {
  /** E-mail address of a service account, or the audience of a foreign identity. */
  readonly account: string
  /** Separated by spaces; whoever issues sees to it that it is within `MOST_SCOPE_CHARS`. */
  readonly scope: string
  readonly expiresAtMs: number
}

export interface IssuedTokens {
  issue(to: Omit<Grant, 'expiresAtMs'> & { readonly lifetimeS: number }): string
  /** The grant, expired ones included; `undefined` for a token of elsewhere. */
  find(token: string): Grant | undefined
  reset(): void
}

export const CLOUD_PLATFORM_SCOPE = 'https://www.googleapis.com/auth/cloud-platform'

/** What Google's own endpoints say a token of an hour has left. */
export const TOKEN_LIFETIME_S = 3599

const PREFIX = 'ya29.emulator-'
const TOKEN_BYTES = 24
/** Whoever asks more often than this within an hour finds early tokens unknown. */
const MOST = 20_000

/** Some eighty of Google's scopes. Those of all tokens together take 80 MB, twice as much in other scripts. */
export const MOST_SCOPE_CHARS = 4096
/** Longer than any e-mail address or pool; what is kept of a name someone else chose. */
const MOST_ACCOUNT_CHARS = 512

/** Tokens given out by the emulator. Only their digests are kept. */
export function createIssuedTokens({
  clock,
  random,
}: {
  readonly clock: Clock
  readonly random: Random
}): IssuedTokens {
  const grants = new LRUCache<string, Grant>({ max: MOST })
  return {
    issue: ({ account, scope, lifetimeS }) => {
      // Hex, so that chance never spells one of the words that make a credential bad.
      const token = `${PREFIX}${Buffer.from(random.bytes(TOKEN_BYTES)).toString('hex')}`
      grants.set(digest(token), {
        account: ownText(account.slice(0, MOST_ACCOUNT_CHARS)),
        scope: ownText(scope),
        expiresAtMs: clock.now() + lifetimeS * 1000,
      })
      return token
    },
    find: (token) => grants.get(digest(token)),
    reset: () => grants.clear(),
  }
}

/** Whether a token claims to be from here: one we do not know was forgotten, or made up. */
export function isOurs(token: string): boolean {
  return token.startsWith(PREFIX)
}

/** A field of a form is a slice of it, and would keep all 256 kB of the form alive. */
function ownText(slice: string): string {
  return Buffer.from(slice).toString()
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64')
}
