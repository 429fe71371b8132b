import { LRUCache } from 'lru-cache'
import { fingerprintNamed, fingerprintOf } from './fingerprint.ts'

/** How a credential stands. The words of the bad ones are a convention: a credential that contains one is so. */
const BAD_WORDS = ['invalid', 'expired', 'leaked', 'denied'] as const
export type Flaw = 'revoked' | (typeof BAD_WORDS)[number]
export type Standing = 'good' | Flaw

export interface Policy {
  standingOf(secret: string): Standing
  /** What is wrong with it, listed or not: for what is exchanged for a token and is itself none. */
  flawOf(secret: string): Flaw | null
  /** Each takes a fingerprint or the credential itself, and returns the fingerprint. */
  revoke(credential: string): string
  restore(credential: string): string
  reset(): void
}

const MOST_REVOKED = 10_000

/** Which credentials are good: those listed, or any that has no bad word in it. */
export function createPolicy(keys: readonly string[] | undefined): Policy {
  const listed = keys && new Set(keys)
  const revoked = new LRUCache<string, true>({ max: MOST_REVOKED })
  const isRevoked = (secret: string) => revoked.has(fingerprintOf(secret))
  return {
    standingOf: (secret) => {
      if (isRevoked(secret)) return 'revoked'
      if (listed?.has(secret)) return 'good'
      return wordIn(secret) ?? (listed ? 'invalid' : 'good')
    },
    flawOf: (secret) => (isRevoked(secret) ? 'revoked' : (wordIn(secret) ?? null)),
    revoke: (credential) => {
      const fingerprint = fingerprintNamed(credential)
      revoked.set(fingerprint, true)
      return fingerprint
    },
    restore: (credential) => {
      const fingerprint = fingerprintNamed(credential)
      revoked.delete(fingerprint)
      return fingerprint
    },
    reset: () => revoked.clear(),
  }
}

function wordIn(secret: string): Flaw | undefined {
  return BAD_WORDS.find((bad) => secret.toLowerCase().includes(bad))
}
