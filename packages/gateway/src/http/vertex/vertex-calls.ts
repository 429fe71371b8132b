import type { Handler } from '../exchange.ts'
import { callModel, callOf, type ModelMethods } from '../gemini/model-calls.ts'
import { type PlaceParts, withinPlace } from './within-place.ts'

export interface VertexCallsParts extends ModelMethods, PlaceParts {}

/**
 * `POST …/publishers/google/models/{model}:{method}`, with a project and a location or without. The project is the
 * caller's word for its own books: Google is asked in the project of the gateway's target.
 */
export function createVertexCalls(parts: VertexCallsParts): Handler {
  return async (exchange) => {
    const call = callOf(exchange.params['call'] ?? '')
    // A version of Vertex AI's says nothing of the Developer API's.
    return withinPlace(exchange, call.model, parts, (within) =>
      callModel(parts, within, { ...call, apiVersion: '' }),
    )
  }
}
