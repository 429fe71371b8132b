import { createHash } from 'node:crypto'

const SHAPE = /^[0-9a-f]{12}$/

/** The first 12 hex digits of the SHA-256: tells credentials apart and says nothing of them. */
export function fingerprintOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 12)
}

/** What a person may name a credential by: its fingerprint as it is, else the fingerprint of its text. */
export function fingerprintNamed(text: string): string {
  return SHAPE.test(text) ? text : fingerprintOf(text)
}
