import type { System } from '../../contract/system.ts'
import type { Exchange, Handler, Reply } from '../exchange.ts'
import { callModel, callOf, type ModelMethods } from '../gemini/model-calls.ts'
import { placeFor } from './place.ts'

export interface VertexCallsParts extends ModelMethods {
  readonly system: System
  /** Where the configured Vertex AI targets work. */
  readonly locations: () => readonly string[]
}

/**
 * `POST …/publishers/google/models/{model}:{method}`, with a project and a location or without. The project is the
 * caller's word for its own books: Google is asked in the project of the gateway's target.
 */
export function createVertexCalls({ system, locations, ...methods }: VertexCallsParts): Handler {
  return async (exchange) => {
    const { caller, params } = exchange
    const call = callOf(params['call'] ?? '')
    const place = placeFor(
      { location: params['location'] ?? null, model: call.model },
      { allowed: caller.regions, locations: locations(), nowMs: system.clock.now() },
    )
    const within: Exchange =
      place.kind === 'bound' ? { ...exchange, caller: { ...caller, regions: [place.region] } } : exchange
    // A version of Vertex AI's says nothing of the Developer API's.
    const reply = await callModel(methods, within, { ...call, apiVersion: '' })
    return place.kind === 'elsewhere' ? withNotice(reply) : reply
  }
}

/** In a header, as every other finding: the body is Google's. */
function withNotice(reply: Reply): Reply {
  const { 'plantain-notice': others, ...headers } = reply.headers
  // Of what never came to an edit there is nothing to tell.
  if (headers['plantain-edit-id'] === undefined) return reply
  const notices = [...(others === undefined ? [] : [others]), 'location_elsewhere']
  return { ...reply, headers: { ...headers, 'plantain-notice': notices.join(', ') } }
}
