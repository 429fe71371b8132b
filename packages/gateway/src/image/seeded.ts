/** A stream of numbers in [0, 1), the same for the same seed on every machine. */
export type Seeded = () => number

/** Mulberry32: one word of state, and its low quality beyond 2^32 draws does not matter for a picture. */
export function seeded(seed: number): Seeded {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296
  }
}
