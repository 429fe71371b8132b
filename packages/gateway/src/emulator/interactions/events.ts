import type { JsonObject } from '../../contract/json-object.ts'
import { eventPieces, LAST_EVENT } from '../../wire/interactions-events.ts'
import type { Reply } from '../reply.ts'
import { invalidRequest } from './interaction-error.ts'

/** What comes after an event that was received. Throws `ApiError` 400 for an id never given. */
export function eventsAfter(events: readonly JsonObject[], lastId: string | null): readonly JsonObject[] {
  if (lastId === null) return events
  const at = events.findIndex(({ event_id: id }) => id === lastId)
  if (at === -1) throw invalidRequest(`The value '${lastId}' is not supported for 'last_event_id'.`)
  return events.slice(at + 1)
}

/** Server-sent events, each flushed by itself, and the mark at which clients stop reading. */
export function eventStream(events: readonly JsonObject[]): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    groups: [...events.map(eventPieces), [LAST_EVENT]],
    streamed: true,
  }
}
