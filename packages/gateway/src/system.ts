import { randomBytes, randomFillSync } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ProcessUsage, System } from './contract/system.ts'

/** Asking the system takes 10 µs each time, and a request has several ids. */
const POOL_BYTES = 4096
const pool = Buffer.alloc(POOL_BYTES)
let used = POOL_BYTES

function pooledBytes(count: number): Uint8Array {
  if (count > POOL_BYTES) return randomBytes(count)
  if (used + count > POOL_BYTES) {
    randomFillSync(pool)
    used = 0
  }
  const drawn = Uint8Array.from(pool.subarray(used, used + count))
  // Nobody else gets to see what a secret was made of.
  pool.fill(0, used, used + count)
  used += count
  return drawn
}

/** The real clock and randomness; tests and simulations pass their own. */
export const realSystem: System = {
  clock: { now: () => Date.now(), monotonicMs: () => performance.now() },
  random: { bytes: pooledBytes },
}

/** Resolves after so many milliseconds, or as soon as the signal aborts. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  // Timers take whole milliseconds, and none may ring too early.
  await delay(Math.ceil(ms), undefined, { signal }).catch(() => {})
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
