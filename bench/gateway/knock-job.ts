/** What the process that holds and knocks is told, and what it tells back. */
export interface KnockJob {
  readonly kind: 'hold' | 'knock' | 'release'
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly bodyFile: string
  /** How many requests to hold, or to try one after the other. */
  readonly count: number
}

export interface KnockResult {
  /** From the head's last byte handed to the socket to the first byte of a status line, of each that was answered. */
  readonly ms: readonly number[]
  /** How often each status came; `none` where nothing came in time. */
  readonly statuses: Readonly<Record<string, number>>
}
