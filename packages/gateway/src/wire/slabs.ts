import { createSemaphore } from '../contract/semaphore.ts'
import { BodyReleasedError } from './byte-ranges.ts'

/** A body is larger than whoever reads it takes. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError'
  readonly maxBytes: number

  constructor(maxBytes: number) {
    super(`The body is larger than ${maxBytes} bytes.`)
    this.maxBytes = maxBytes
  }
}

/** All bodies together hold as much as they may. */
export class BudgetSpentError extends Error {
  override readonly name = 'BudgetSpentError'

  constructor() {
    super('All bodies together hold as many bytes as they may.')
  }
}

/** Memory for one body, out of a budget that all bodies share. */
export interface Lease {
  /**
   * Copies bytes in behind those before; returns where they lie, in as many views as slabs were needed.
   * Throws `BodyTooLargeError` beyond what was reserved, and `BudgetSpentError` where it may grow and nothing is free.
   */
  append(bytes: Uint8Array): readonly Buffer[]
  /** Gives back what was reserved and is not filled: the body has ended. */
  trim(): void
  /**
   * Gives everything back. Every view of the bytes is empty from then on, so whatever is being written to a socket
   * has to be through. May be called again.
   */
  release(): void
}

export interface SlabPool {
  /**
   * Waits until so many bytes are free, in the order of asking. A body of unknown length reserves its limit and
   * trims: one that waited for more while it holds some could wait for another that does the same.
   * Rejects with the signal's reason, and with `BodyTooLargeError` where the pool could never hold as much.
   */
  reserve(bytes: number, signal?: AbortSignal): Promise<Lease>
  /**
   * The same at once or not at all: throws `BudgetSpentError`, and `BodyTooLargeError` where it could never be. With
   * `growTo` the lease takes more out of the budget as it fills, for a body of which nobody knows how long it gets.
   */
  reserveNow(bytes: number, options?: { readonly growTo?: number }): Lease
  /** What all leases hold. */
  heldBytes(): number
}

/** Fresh memory costs a page fault every 4 KiB, about 1 ms a MiB, so that slabs are used again. */
const SLAB_BYTES = 1024 * 1024
/** A body up to this size has memory of just its size: faulting that in is cheaper than a slab is large. */
const SMALL_BYTES = 64 * 1024

/** @param options.maxBytes What all leases may hold together, in slabs of 1 MiB; that much stays allocated once used. */
export function createSlabPool({ maxBytes }: { readonly maxBytes: number }): SlabPool {
  const idle: ArrayBuffer[] = []
  const budget = createSemaphore({ capacity: maxBytes })

  function lease(reserved: number, growTo: number): Lease {
    const slabs: ArrayBuffer[] = []
    let held = heldFor(reserved)
    let filled = 0
    let limit = reserved
    let released = false

    function slabAt(offset: number): ArrayBuffer {
      return (slabs[Math.floor(offset / SLAB_BYTES)] ??= draw())
    }

    function draw(): ArrayBuffer {
      if (reserved > SMALL_BYTES) return idle.pop() ?? new ArrayBuffer(SLAB_BYTES)
      // Idle slabs count as free: where small bodies need that budget, a slab makes room.
      if (idle.length * SLAB_BYTES > budget.available()) idle.pop()
      return new ArrayBuffer(reserved)
    }

    function grow(needed: number): void {
      if (needed > growTo) throw new BodyTooLargeError(growTo)
      const more = heldFor(needed) - held
      if (!budget.tryAcquire(more)) throw new BudgetSpentError()
      held += more
      limit = Math.min(growTo, held)
    }

    function keepOnly(bytes: number): void {
      const surplus = held - bytes
      held = bytes
      budget.release(surplus)
    }

    return {
      append(bytes) {
        if (released) throw new BodyReleasedError()
        if (filled + bytes.byteLength > limit) grow(filled + bytes.byteLength)
        const views: Buffer[] = []
        for (let taken = 0; taken < bytes.byteLength;) {
          const slab = slabAt(filled)
          const at = filled % SLAB_BYTES
          const view = Buffer.from(slab, at, Math.min(slab.byteLength - at, bytes.byteLength - taken))
          view.set(bytes.subarray(taken, taken + view.length))
          views.push(view)
          taken += view.length
          filled += view.length
        }
        return views
      },
      trim() {
        if (released) return
        limit = growTo = filled
        // A small body has its memory already, whatever of it is filled.
        if (reserved > SMALL_BYTES) keepOnly(slabs.length * SLAB_BYTES)
      },
      release() {
        if (released) return
        released = true
        // Moved to another ArrayBuffer, the memory can no longer be seen through any view of this one.
        const moved = slabs.map((slab) => slab.transfer())
        if (reserved > SMALL_BYTES) idle.push(...moved)
        keepOnly(0)
      },
    }
  }

  return {
    async reserve(bytes, signal) {
      signal?.throwIfAborted()
      const needed = heldFor(bytes)
      if (needed > maxBytes) throw new BodyTooLargeError(maxBytes)
      await budget.acquire(needed, signal)
      return lease(bytes, bytes)
    },
    reserveNow(bytes, { growTo = bytes } = {}) {
      // A lease that grows does so by slabs.
      const first = growTo > bytes ? Math.max(bytes, SMALL_BYTES + 1) : bytes
      const needed = heldFor(first)
      if (needed > maxBytes) throw new BodyTooLargeError(maxBytes)
      if (!budget.tryAcquire(needed)) throw new BudgetSpentError()
      return lease(first, Math.max(first, growTo))
    },
    heldBytes: () => maxBytes - budget.available(),
  }
}

/** What a body of a size takes out of the budget. */
function heldFor(bytes: number): number {
  return bytes <= SMALL_BYTES ? bytes : Math.ceil(bytes / SLAB_BYTES) * SLAB_BYTES
}
