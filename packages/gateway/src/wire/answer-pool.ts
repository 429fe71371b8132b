import type { TakeMemory } from '../contract/wire.ts'

/** Memory that answers are collected in, used again once they are out: whole, so that they need no joining. */
export interface AnswerPool {
  lease(): AnswerLease
}

/** The memory of one edit's answers. */
export interface AnswerLease {
  readonly take: TakeMemory
  /** Gives everything back. Every view of it is empty from then on. May be called again. */
  release(): void
}

/** Sizes are powers of two, so that one is as good as another: from that of a short answer … */
const LEAST_BYTES = 64 * 1024
/** … to that of a few pictures at 4K. What is larger comes seldom, and is not kept. */
const MOST_BYTES = 32 * 1024 * 1024

/** @param options.maxIdleBytes What is kept of memory that nobody uses. */
export function createAnswerPool({ maxIdleBytes }: { readonly maxIdleBytes: number }): AnswerPool {
  const idle = new Map<number, ArrayBuffer[]>()
  let idleBytes = 0

  function draw(size: number): ArrayBuffer {
    const kept = idle.get(size)?.pop()
    if (kept === undefined) return new ArrayBuffer(size)
    idleBytes -= size
    return kept
  }

  function keep(memory: ArrayBuffer): void {
    const size = memory.byteLength
    // Moved to another ArrayBuffer, the memory can no longer be seen through any view of this one.
    const moved = memory.transfer(size > MOST_BYTES || idleBytes + size > maxIdleBytes ? 0 : size)
    if (moved.byteLength === 0) return
    idleBytes += size
    const others = idle.get(size)
    if (others === undefined) idle.set(size, [moved])
    else others.push(moved)
  }

  return {
    lease() {
      const taken: ArrayBuffer[] = []
      return {
        take(byteLength) {
          const memory = draw(Math.max(LEAST_BYTES, 2 ** Math.ceil(Math.log2(byteLength))))
          taken.push(memory)
          return Buffer.from(memory)
        },
        release() {
          for (const memory of taken.splice(0)) keep(memory)
        },
      }
    },
  }
}
