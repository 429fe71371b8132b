import type { System } from '../contract/system.ts'
import { realSystem } from '../system.ts'

/** Time that passes when it is told to. */
export interface HandClock {
  readonly system: System
  pass(ms: number): void
}

export function handClock(startMs = 1_790_000_000_000): HandClock {
  let passedMs = 0
  return {
    system: { ...realSystem, clock: { now: () => startMs + passedMs, monotonicMs: () => 5000 + passedMs } },
    pass: (ms) => {
      passedMs += ms
    },
  }
}
