import { randomBytes } from 'node:crypto'
import type { System } from './contract/system.ts'

/** The real clock and randomness; tests and simulations pass their own. */
export const realSystem: System = {
  clock: { now: () => Date.now(), monotonicMs: () => performance.now() },
  random: { bytes: (count) => randomBytes(count) },
}
