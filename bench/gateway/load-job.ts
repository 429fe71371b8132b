/** What the load generator is told, and what it tells back, across processes. */
export interface LoadJob {
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly bodyFile: string
  /** What a good answer of status 200 has. */
  readonly answer: { readonly bytes: number; readonly exactly: boolean }
  readonly connections: number
  /** Requests are begun for so long; those under way are waited for. */
  readonly seconds: number
  /** In place of `seconds`: so many requests. */
  readonly requests: number | null
}

export interface LoadResult {
  /** Of requests that were answered well: from asking to the last byte, in ms. */
  readonly ms: readonly number[]
  /** From the first request to the end of the last. */
  readonly wallMs: number
  /** How often each other thing happened. */
  readonly failures: Readonly<Record<string, number>>
}
