import type { Readable } from 'node:stream'

/** Shares the event loop among streams that could fill it: by itself libuv reads up to 2 MB of each connection in a row. */
export interface Turns {
  /** Lets a stream flow, once it is its turn. */
  enter(stream: Readable): void
  /** Counts a piece of a flowing stream, which waits for a later turn of the loop where that was enough. */
  take(stream: Readable, byteLength: number): void
  /** For a stream that is to flow no more, or by somebody else's doing. */
  leave(stream: Readable): void
}

export interface TurnsOptions {
  /** What is read in a turn. */
  readonly turnBytes: number
  /** How many of those that wait flow again with the next turn, in the order they came. */
  readonly streamsATurn: number
}

export function createTurns({ turnBytes, streamsATurn }: TurnsOptions): Turns {
  const waiting = new Set<Readable>()
  let left = turnBytes
  let coming = false

  function come(): void {
    if (coming) return
    coming = true
    setImmediate(begin)
  }

  function begin(): void {
    coming = false
    left = turnBytes
    let flowing = 0
    for (const stream of waiting) {
      if (flowing === streamsATurn) break
      flowing += 1
      waiting.delete(stream)
      stream.resume()
    }
    if (waiting.size > 0) come()
  }

  return {
    enter(stream) {
      waiting.add(stream)
      come()
    },
    take(stream, byteLength) {
      come()
      left -= byteLength
      if (left > 0) return
      stream.pause()
      waiting.add(stream)
    },
    leave(stream) {
      waiting.delete(stream)
    },
  }
}

/** Bodies that somebody reads: of all together some five milliseconds of work at a time, most of which is hashing. */
export const BODIES = createTurns({ turnBytes: 2 * 1024 * 1024, streamsATurn: Infinity })

/**
 * What is left of requests that were answered before their end. Of connections that wait to be let in libuv takes one a turn
 * of the loop, so that turns have to be short, or a crowd that is refused keeps out everybody else.
 */
export const LEFTOVERS = createTurns({ turnBytes: 256 * 1024, streamsATurn: 4 })
