export interface KvOptions {
  /** From now on; missing: until it is deleted. */
  readonly ttlMs?: number
}

/**
 * Small texts that whoever stands beside us must see at once: counters, locks, what was decided. Each call is one step
 * that nothing comes between. Every driver passes `test/conformance/kv.ts`.
 *
 * Keys have 1 to 512 bytes; calls reject with `RangeError` otherwise, and where a counter leaves the safe integers.
 * They reject with `PlantainError` `storage_full` where there is no room: nothing that still counts is ever dropped
 * to make some, since a lock that is forgotten is worse than a call that is refused.
 */
export interface Kv {
  /** `null`: never set, deleted, or its time is over. */
  get(key: string): Promise<string | null>
  set(key: string, value: string, options?: KvOptions): Promise<void>
  /** Whether it was this call that set it. */
  setIfAbsent(key: string, value: string, options?: KvOptions): Promise<boolean>
  /**
   * Adds `by`, 1 unless told otherwise, to an integer that begins at 0, and resolves with what it is now. `ttlMs` counts
   * from the beginning: later calls make it no longer. Rejects with `RangeError` where something else is stored.
   */
  increment(key: string, options?: KvOptions & { readonly by?: number }): Promise<number>
  /** Whether there was something to delete. */
  delete(key: string): Promise<boolean>
}

const MAX_KEY_BYTES = 512

/** Throws `RangeError`. */
export function mustBeKvCall(key: string, { ttlMs }: KvOptions = {}): void {
  if (key === '' || Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new RangeError(`A key has 1 to ${MAX_KEY_BYTES} bytes.`)
  }
  if (ttlMs !== undefined && !(ttlMs > 0 && Number.isFinite(ttlMs))) {
    throw new RangeError('A time to live is a positive number of milliseconds.')
  }
}
