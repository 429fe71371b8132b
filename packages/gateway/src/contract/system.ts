/** Time, as everything but `system.ts` sees it. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number
  /** Monotonic milliseconds, for durations. */
  monotonicMs(): number
}

export interface Random {
  bytes(count: number): Uint8Array
}

/** What the outside world gives: read once, at the composition root. */
export interface System {
  readonly clock: Clock
  readonly random: Random
}
