import { createHash } from 'node:crypto'

/** Names of keys may hold anything; of an owner nothing but this is ever written down. */
export function ownerOf(keyId: string): string {
  return createHash('sha256').update(keyId).digest('hex')
}
