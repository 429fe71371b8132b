import type { EditResult } from '../../contract/result.ts'
import { EDIT_TRAILERS, editHeaders } from '../edit-headers.ts'
import type { Reply } from '../exchange.ts'
import type { EventFlow } from './event-flow.ts'

/** The answer to a stream whose first events are there: how it ended is told in trailers. */
export function streamReply(flow: EventFlow, editing: Promise<EditResult>, editId: string): Reply {
  let result: EditResult | undefined
  editing.then(
    (ending) => (result = ending),
    // Of a failure the reader of the events hears.
    () => {},
  )
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream', 'plantain-edit-id': editId, 'x-accel-buffering': 'no' },
    body: flow.events(editing),
    trailers: () => {
      const known = result === undefined ? {} : editHeaders(result)
      return Object.fromEntries(EDIT_TRAILERS.map((name) => [name, known[name] ?? '']))
    },
  }
}
