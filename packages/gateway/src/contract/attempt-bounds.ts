/** How long the parts of one attempt may take; what is missing is not bounded. */
export interface AttemptTimeouts {
  /**
   * DNS, TCP and TLS of a new connection. A dialer has a bound of its own for all it connects to, and the shorter of
   * both decides.
   */
  readonly connectMs?: number
  /** From the last byte of the request being written to the head of the answer: how long a model may think. */
  readonly firstByteMs?: number
  /** Between two pieces of the answer's body, and before the first. */
  readonly idleMs?: number
  /** The whole attempt, all the above and the fetching of a token included. */
  readonly totalMs?: number
}

/** What may end an attempt before its answer is whole. */
export interface AttemptBounds {
  /** Ends it at any time. */
  readonly signal: AbortSignal
  /**
   * Aborts when whoever asked has gone. That ends the attempt only while it saves money: once the whole request is
   * sent it may be billed whatever becomes of the connection, so the answer is waited for.
   */
  readonly leaving?: AbortSignal
  readonly timeouts?: AttemptTimeouts
}
