import type { EditResult } from '../../contract/result.ts'
import type { WireSink } from '../../contract/wire.ts'

/** The events of a stream on their way through: what comes early goes out early. */
export interface EventFlow {
  readonly sink: WireSink
  /** Resolves with the first event. */
  readonly begun: Promise<'begun'>
  /** Early events as they come, then what is left of the answer once the edit has ended. */
  events(edited: Promise<EditResult>): AsyncGenerator<Uint8Array>
}

function asleep(): void {}

export function createEventFlow(): EventFlow {
  const waiting: Uint8Array[] = []
  const { promise: begun, resolve: begin } = Promise.withResolvers<'begun'>()
  let wake = asleep
  return {
    sink: {
      write: (event) => {
        waiting.push(event)
        begin('begun')
        wake()
      },
    },
    begun,
    events: async function* events(edited) {
      let result: EditResult | undefined
      const ended = edited.then((ending) => {
        result = ending
        return wake()
      })
      for (;;) {
        for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) yield event
        if (result !== undefined) break
        const { promise, resolve } = Promise.withResolvers<void>()
        wake = resolve
        if (waiting.length === 0 && result === undefined) await Promise.race([promise, ended])
      }
      const { wire } = result
      if (wire !== undefined) yield wire.body.subarray(wire.handedOverBytes)
      // What broke off on Google's side breaks off on ours: an end would say that this was all.
      if (wire?.cut ?? true) throw new Error('The answer broke off.')
    },
  }
}
