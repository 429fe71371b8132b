/** Time that jumps from one event to the next, the same for the same events. */
export interface VirtualTime {
  nowMs(): number
  /** Calls back at that moment; what is due at the same moment comes in the order it was said. */
  at(ms: number, event: () => void): void
  /** Resolves so much later, or once the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Goes through all events. Whatever an event sets off by promises is through before the next one. */
  run(): Promise<void>
}

interface Due {
  readonly ms: number
  readonly order: number
  readonly event: () => void
}

export function createVirtualTime(): VirtualTime {
  const heap: Due[] = []
  let now = 0
  let said = 0

  const earlier = (a: Due, b: Due) => a.ms < b.ms || (a.ms === b.ms && a.order < b.order)

  function push(due: Due): void {
    let at = heap.push(due) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!earlier(due, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = due
  }

  function pop(): Due | undefined {
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || first === last) return first
    let at = 0
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && earlier(heap[child + 1]!, heap[child]!)) child += 1
      if (!earlier(heap[child]!, last)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
    return first
  }

  const time: VirtualTime = {
    nowMs: () => now,
    at: (ms, event) => push({ ms: Math.max(ms, now), order: (said += 1), event }),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        time.at(now + ms, resolve)
        signal?.addEventListener('abort', () => resolve(), { once: true })
      }),
    async run() {
      for (let due = pop(); due !== undefined; due = pop()) {
        now = due.ms
        due.event()
        await settled()
      }
    },
  }
  return time
}

/** Every promise that can be resolved without time passing is. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
