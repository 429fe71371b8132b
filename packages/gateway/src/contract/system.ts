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

/** What the process has used of the machine since it began. */
export interface ProcessUsage {
  readonly rssBytes: number
  readonly heapUsedBytes: number
  /** Outside the heap of JavaScript: buffers, and what libraries hold for objects of it. */
  readonly externalBytes: number
  readonly cpuSeconds: number
}
