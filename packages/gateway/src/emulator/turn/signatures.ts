import { LRUCache } from 'lru-cache'
import type { Seeded } from '../../image/seeded.ts'
import { drawnBytes } from '../drawn-bytes.ts'

export interface Signatures {
  /** A new signature for an image. */
  sign(sha256: string, random: Seeded): string
  /** Whether we gave this signature to this image. */
  knows(signature: string, sha256: string): boolean
  reset(): void
}

const SIGNATURE_BYTES = 96
/** Conversations longer ago than so many images are over. */
const MOST = 20_000

/** Thought signatures: opaque to everybody, and bound to the image part they came with. */
export function createSignatures(): Signatures {
  const given = new LRUCache<string, string>({ max: MOST })
  return {
    sign: (sha256, random) => {
      const signature = drawnBytes(random, SIGNATURE_BYTES).toString('base64')
      given.set(signature, sha256)
      return signature
    },
    knows: (signature, sha256) => given.get(signature) === sha256,
    reset: () => given.clear(),
  }
}
