import type { EditResult } from '../../contract/result.ts'
import type { WireSink } from '../../contract/wire.ts'

/** The events of a stream on their way through: what comes early goes out early. */
export interface EventFlow {
  readonly sink: WireSink
  /** Resolves with the first event. */
  readonly begun: Promise<'begun'>
  /**
   * Early events as they come, then what is left of the answer once the edit has ended. Throws where that broke off, or
   * the edit failed on a bug.
   */
  events(edited: Promise<EditResult>): AsyncGenerator<Uint8Array>
}

type Ending = { readonly result: EditResult } | { readonly thrown: unknown }

function asleep(): void {}

export function createEventFlow(): EventFlow {
  const waiting: Uint8Array[] = []
  const { promise: begun, resolve: begin } = Promise.withResolvers<'begun'>()
  let wake = asleep
  let read = true
  return {
    sink: {
      write: (event) => {
        if (!read) return
        waiting.push(event)
        begin('begun')
        wake()
      },
    },
    begun,
    events: async function* events(edited) {
      let ending: Ending | undefined
      const end = (how: Ending) => {
        ending = how
        wake()
      }
      // Whoever reads the events may have gone by then: a failure must be nobody's surprise.
      edited.then(
        (result) => end({ result }),
        (thrown: unknown) => end({ thrown }),
      )
      try {
        for (;;) {
          for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) yield event
          if (ending !== undefined) break
          const { promise, resolve } = Promise.withResolvers<void>()
          wake = resolve
          await promise
        }
        yield* restOf(ending)
      } finally {
        read = false
        waiting.length = 0
      }
    },
  }
}

function* restOf(ending: Ending): Generator<Uint8Array> {
  if ('thrown' in ending) throw ending.thrown
  const { wire } = ending.result
  if (wire !== undefined) yield wire.body.subarray(wire.handedOverBytes)
  // What broke off on Google's side breaks off on ours: an end would say that this was all.
  if (wire?.cut ?? true) throw new Error('The answer broke off.')
}
