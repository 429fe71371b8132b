/** A weighted semaphore: what is under way together stays within a capacity, in the order of asking. */
export interface Semaphore {
  /**
   * Waits until there is room for a weight, behind all who asked before, lighter ones too. Rejects with the signal's
   * reason where that aborts first. What is heavier than the capacity would wait for ever.
   */
  acquire(weight: number, signal?: AbortSignal): Promise<void>
  /** Takes room that is there at once, past all who wait; whether it was there. */
  tryAcquire(weight: number): boolean
  release(weight: number): void
  available(): number
}

/** @param options.capacity In whatever the weights are counted in. */
export function createSemaphore({ capacity }: { readonly capacity: number }): Semaphore {
  const waiting: { readonly weight: number; readonly enter: () => void }[] = []
  let free = capacity

  function admit(): void {
    for (let first = waiting[0]; first !== undefined && first.weight <= free; first = waiting[0]) {
      waiting.shift()
      free -= first.weight
      first.enter()
    }
  }

  return {
    async acquire(weight, signal) {
      signal?.throwIfAborted()
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const waiter = { weight, enter: resolve }
      const leave = (): void => {
        const index = waiting.indexOf(waiter)
        if (index < 0) return
        waiting.splice(index, 1)
        reject(signal?.reason)
        // Whoever stood behind may be lighter.
        admit()
      }
      waiting.push(waiter)
      signal?.addEventListener('abort', leave)
      admit()
      await promise.finally(() => signal?.removeEventListener('abort', leave))
    },
    tryAcquire(weight) {
      if (weight > free) return false
      free -= weight
      return true
    },
    release(weight) {
      free += weight
      admit()
    },
    available: () => free,
  }
}
