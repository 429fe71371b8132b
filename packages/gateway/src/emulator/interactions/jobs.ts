import { ApiError } from '../../wire/api-error.ts'

/** What runs on after its answer was given. */
export interface Jobs {
  /** Starts work that never rejects; the promise is over with it. Throws `ApiError` 429 while too many run. */
  run(id: string, work: (signal: AbortSignal) => Promise<void>): Promise<void>
  /** When the job of that name is over; at once where there is none. */
  end(id: string): Promise<void>
  stop(id: string): void
  stopAll(): void
}

interface Job {
  readonly control: AbortController
  readonly over: Promise<void>
}

/** Each holds the images it was given. */
const MOST_JOBS = 100

export function createJobs(): Jobs {
  const running = new Map<string, Job>()
  const stop = (id: string) => {
    running.get(id)?.control.abort()
    running.delete(id)
  }
  return {
    run: (id, work) => {
      if (running.size >= MOST_JOBS) throw new ApiError(429, 'Too many interactions run in the background.')
      const control = new AbortController()
      const over = work(control.signal).finally(() => running.delete(id))
      running.set(id, { control, over })
      return over
    },
    end: async (id) => running.get(id)?.over,
    stop,
    stopAll: () => {
      for (const id of running.keys()) stop(id)
    },
  }
}

/** The work's end, or a rejection as soon as nobody waits for it any more; the work goes on. */
export function orGone(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason)
    if (signal.aborted) return leave()
    signal.addEventListener('abort', leave, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
