import type { System } from './system.ts'

export type IdPrefix = 'edit' | 'att' | 'file' | 'req'

/** A prefix and a UUIDv7 (RFC 9562): sorts by time, tells no secret. */
export function newId(prefix: IdPrefix, { clock, random }: System): string {
  const bytes = random.bytes(16)
  const now = clock.now()
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) % 256
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = Buffer.from(bytes).toString('hex')
  return `${prefix}_${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Whether `newId` could have made it: what is part of a path or a key has to be one of ours. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return text.startsWith(`${prefix}_`) && UUID_V7.test(text.slice(prefix.length + 1))
}

/** When an id of `newId` was made, in milliseconds since 1970; `null` for what is no such id. */
export function timeOfId(id: string): number | null {
  const hex = /^[a-z]+_([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(id)
  return hex ? parseInt(`${hex[1]}${hex[2]}`, 16) : null
}
