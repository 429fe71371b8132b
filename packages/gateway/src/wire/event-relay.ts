import type { WireSink } from '../contract/wire.ts'
import { readAnswerBody } from './answer-body.ts'
import { hasImage } from './gemini-answer.ts'
import { asObject } from './json-field.ts'
import { endOfEvent } from './sse.ts'

/** Hands the events of a stream on while it still comes. */
export interface EventRelay {
  push(chunk: Buffer): void
  /** How many bytes of the stream the sink has been given. */
  handedOverBytes(): number
}

/**
 * Lets text flow: whole events go to the sink as they come. From the first one with an image on all is held back, since
 * the image has to be looked at before it goes out, and what follows it may not overtake it.
 */
export function createEventRelay(sink: WireSink): EventRelay {
  let pending: Buffer = Buffer.alloc(0)
  let holding = false
  let handedOver = 0
  return {
    push(chunk) {
      if (holding) return
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      let end = endOfEvent(pending)
      // Events of text are short; what is longer holds an image, whose end need not be looked for.
      if (pending.length > LONGEST_TEXT_EVENT_BYTES && end < 0) holding = true
      for (; !holding && end >= 0; end = endOfEvent(pending)) {
        const event = pending.subarray(0, end)
        if (holdsImage(event)) {
          holding = true
          break
        }
        sink.write(event)
        handedOver += event.length
        pending = pending.subarray(end)
      }
      if (holding) pending = Buffer.alloc(0)
    },
    handedOverBytes: () => handedOver,
  }
}

const LONGEST_TEXT_EVENT_BYTES = 256 * 1024

/** What cannot be read is held as well: nobody knows what it is. */
function holdsImage(event: Buffer): boolean {
  const body = readAnswerBody(event)
  if (body.kind === 'empty') return false
  if (body.kind !== 'json') return true
  return body.documents.some((document) => {
    const object = asObject(document)
    return object === undefined || hasImage(object)
  })
}
