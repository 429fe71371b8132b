import type { JsonObject } from '../../contract/json-object.ts'
import { isJsonObject } from '../../contract/json-object.ts'
import { writeJson } from '../../wire/json-write.ts'
import type { Reply } from '../reply.ts'
import { invalidRequest } from './interaction-error.ts'
import { type Interaction, interactionHead } from './interaction.ts'

/**
 * The events of an interaction that is over. They follow from it alone, so that a stream that broke off is taken up
 * by making them again.
 */
export function eventsOf(interaction: Interaction): readonly JsonObject[] {
  const { steps, usage } = interaction
  const begun = { ...interactionHead({ ...interaction, status: 'in_progress', usage: null }), steps: [] }
  const events: JsonObject[] = [
    { event_type: 'interaction.created', interaction: begun },
    ...steps.flatMap((step, index) => stepEvents(step, index, index === steps.length - 1 ? usage : null)),
    { event_type: 'interaction.completed', interaction: interactionHead(interaction) },
  ]
  return events.map((event, i) => ({ ...event, event_id: `event-${i + 1}` }))
}

/** A step begins empty, and everything in it comes as a delta. */
function stepEvents(step: JsonObject, index: number, usage: JsonObject | null): readonly JsonObject[] {
  const { content, summary, signature, ...head } = step
  const deltas = [
    ...objects(summary).map((thought) => ({ type: 'thought_summary', content: thought })),
    ...(signature === undefined ? [] : [{ type: 'thought_signature', signature }]),
    ...objects(content),
  ]
  return [
    { event_type: 'step.start', index, step: head },
    ...deltas.map((delta) => ({ event_type: 'step.delta', index, delta })),
    { event_type: 'step.stop', index, ...(usage !== null && { usage }) },
  ]
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

/** What comes after an event that was received. Throws `ApiError` 400 for an id never given. */
export function eventsAfter(events: readonly JsonObject[], lastId: string | null): readonly JsonObject[] {
  if (lastId === null) return events
  const at = events.findIndex(({ event_id: id }) => id === lastId)
  if (at === -1) throw invalidRequest(`The value '${lastId}' is not supported for 'last_event_id'.`)
  return events.slice(at + 1)
}

/** Server-sent events, each flushed by itself, and the mark at which clients stop reading. */
export function eventStream(events: readonly JsonObject[]): Reply {
  const groups = events.map((event) => [
    Buffer.from(`event: ${String(event['event_type'])}\ndata: `),
    ...writeJson(event),
    BLANK_LINE,
  ])
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    groups: [...groups, [END]],
    streamed: true,
  }
}

const BLANK_LINE = Buffer.from('\n\n')
const END = Buffer.from('event: done\ndata: [DONE]\n\n')
