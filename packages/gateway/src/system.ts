import { randomBytes } from 'node:crypto'
import type { ProcessUsage, System } from './contract/system.ts'

/** The real clock and randomness; tests and simulations pass their own. */
export const realSystem: System = {
  clock: { now: () => Date.now(), monotonicMs: () => performance.now() },
  random: { bytes: (count) => randomBytes(count) },
}

/** What this process uses right now. */
export function processUsage(): ProcessUsage {
  const { rss, heapUsed, external } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  return {
    rssBytes: rss,
    heapUsedBytes: heapUsed,
    externalBytes: external,
    cpuSeconds: (user + system) / 1e6,
  }
}
