import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import type { Piscina } from 'piscina'

/** Where pixel work runs: worker threads, so that no picture ever blocks the event loop. */
export interface Pool {
  /** Runs the default export of the task module. Rejects with an `AbortError` when `signal` aborts: the worker ends. */
  run<Output>(task: URL, input: unknown, options: { readonly signal: AbortSignal }): Promise<Output>
  close(): Promise<void>
}

/**
 * The URL of a task module beside the caller: `./x.task` with the extension the caller itself runs under,
 * since the compiler rewrites import specifiers but not URLs.
 */
export function taskUrl(base: string, name: `./${string}.task`): URL {
  return new URL(name + extname(new URL(base).pathname), base)
}

export function createPool({ maxWorkers = defaultWorkers() } = {}): Pool {
  let piscina: Promise<Piscina> | undefined
  const open = async () => {
    // Most programs do no pixel work.
    const library = await import('piscina')
    // A worker keeps the loaded network (about 450 MB) while work may follow, and gives it back after a minute.
    return new library.Piscina({
      minThreads: 0,
      maxThreads: maxWorkers,
      idleTimeout: 60_000,
      // An idle worker that waits by Atomics can miss its own termination and then keeps the process alive for ever
      // (3 in 100 interrupted edits); listening for messages costs some microseconds a task.
      atomics: 'disabled',
    })
  }
  return {
    run: async (task, input, { signal }) =>
      (await (piscina ??= open())).run(input, { filename: task.href, signal }),
    close: async () => (await piscina)?.destroy(),
  }
}

/** The network itself uses two threads, so half the cores in workers keep them all busy. */
function defaultWorkers(): number {
  return Math.max(1, Math.floor(availableParallelism() / 2))
}
