import { crc32 } from 'node:zlib'

/**
 * What a request carries and only its own answer may give back: where another's turns up, answers were mixed up. The
 * check digits keep a spoiled one from being taken for another's.
 */
export function nonceFor(seed: number, number: number, step: number): string {
  const id = `${seed.toString(36)}.${number.toString(36)}.${step}`
  return `nonce-${id}-${checkOf(id)}-e`
}

/** Whether both belong to the same case, in which what one request left another may fetch. */
export function isOfSameCase(one: string, other: string): boolean {
  return caseOf(one) === caseOf(other)
}

function caseOf(nonce: string): string {
  return nonce.split('.', 2).join('.')
}

/** All that are whole. */
export function noncesIn(bytes: Buffer): ReadonlySet<string> {
  // Most answers have none, and pictures are long.
  if (!bytes.includes('nonce-')) return new Set()
  const found = bytes.toString('latin1').matchAll(/nonce-([\da-z.]{5,40})-([\da-z]{1,7})-e/g)
  return new Set([...found].flatMap(([whole, id = '', check]) => (check === checkOf(id) ? [whole] : [])))
}

function checkOf(id: string): string {
  return crc32(id).toString(36)
}
