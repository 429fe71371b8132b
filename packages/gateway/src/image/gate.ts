/** Lets work in as long as what is under way stays within a limit, in the order of asking. */
export interface Gate {
  /**
   * Runs the work once there is room for its weight. What is heavier than the limit runs alone. Rejects with the
   * signal's reason where that aborts first.
   */
  run<Result>(
    weight: number,
    work: () => Promise<Result>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Result>
}

/** @param options.capacity In whatever the weights are counted in. */
export function createGate({ capacity }: { readonly capacity: number }): Gate {
  const waiting: { readonly weight: number; readonly enter: () => void }[] = []
  let free = capacity

  function admit(): void {
    for (let first = waiting[0]; first !== undefined && first.weight <= free; first = waiting[0]) {
      waiting.shift()
      free -= first.weight
      first.enter()
    }
  }

  async function enter(weight: number, signal: AbortSignal | undefined): Promise<void> {
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
  }

  return {
    async run(asked, work, { signal } = {}) {
      const weight = Math.min(asked, capacity)
      await enter(weight, signal)
      try {
        return await work()
      } finally {
        free += weight
        admit()
      }
    },
  }
}
