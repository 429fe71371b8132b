import type { Seeded } from '../image/seeded.ts'

/** So many bytes that replay with the seed. */
export function drawnBytes(random: Seeded, count: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: count }, () => Math.floor(random() * 256)))
}
