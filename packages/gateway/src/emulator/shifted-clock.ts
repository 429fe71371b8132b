import { PlantainError } from '../contract/error.ts'
import type { Clock } from '../contract/system.ts'

/** A clock that tests can put forward, to see a file expire or a quota return. */
export interface ShiftedClock extends Clock {
  /** Throws `PlantainError` `invalid_request` beyond the year 9999, up to which times can be written. */
  advance(ms: number): void
  /** Back to the shift it began with. */
  reset(): void
}

const LATEST_MS = Date.UTC(9999, 11, 31)

export function createShiftedClock(clock: Clock, startShiftMs = 0): ShiftedClock {
  let shiftMs = startShiftMs
  return {
    now: () => clock.now() + shiftMs,
    // How long a call took is a matter of real time.
    monotonicMs: () => clock.monotonicMs(),
    advance: (ms) => {
      if (!(clock.now() + shiftMs + ms <= LATEST_MS)) {
        throw new PlantainError('invalid_request', 'The clock goes no farther than the year 9999.')
      }
      shiftMs += ms
    },
    reset: () => {
      shiftMs = startShiftMs
    },
  }
}
