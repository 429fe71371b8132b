import { createSemaphore } from '../contract/semaphore.ts'

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
  const room = createSemaphore({ capacity })
  return {
    async run(asked, work, { signal } = {}) {
      const weight = Math.min(asked, capacity)
      await room.acquire(weight, signal)
      try {
        return await work()
      } finally {
        room.release(weight)
      }
    },
  }
}
