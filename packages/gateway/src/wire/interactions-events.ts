import { isJsonObject, type JsonObject } from '../contract/json-object.ts'
import { type Interaction, interactionHead } from './interactions-document.ts'
import { writeJson } from './json-write.ts'

/**
 * The events of an interaction that is over. They follow from it alone, so that a stream that broke off is taken up
 * by making them again.
 */
export function interactionEvents(interaction: Interaction): readonly JsonObject[] {
  const { steps, usage, errors } = interaction
  const ended = { ...interactionHead(interaction), ...(errors.length > 0 && { errors }) }
  const begun = { ...interactionHead({ ...interaction, status: 'in_progress', usage: null }), steps: [] }
  const events: JsonObject[] = [
    { event_type: 'interaction.created', interaction: begun },
    ...steps.flatMap((step, index) => stepEvents(step, index, index === steps.length - 1 ? usage : null)),
    { event_type: 'interaction.completed', interaction: ended },
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

/** An event as it is sent, in pieces. */
export function eventPieces(event: JsonObject): readonly Uint8Array[] {
  return [Buffer.from(`event: ${String(event['event_type'])}\ndata: `), ...writeJson(event), BLANK_LINE]
}

const BLANK_LINE = Buffer.from('\n\n')

/** The mark at which clients stop reading. */
export const LAST_EVENT = Buffer.from('event: done\ndata: [DONE]\n\n')
