import type { Clock } from '../contract/system.ts'

/** A clock that tests can put forward, to see a file expire or a quota return. */
export interface ShiftedClock extends Clock {
  advance(ms: number): void
}

export function createShiftedClock(clock: Clock): ShiftedClock {
  let shiftMs = 0
  return {
    now: () => clock.now() + shiftMs,
    // How long a call took is a matter of real time.
    monotonicMs: () => clock.monotonicMs(),
    advance: (ms) => {
      shiftMs += ms
    },
  }
}
