import type { System } from '../../contract/system.ts'
import type { Exchange, Reply } from '../exchange.ts'
import { placeFor } from './place.ts'

export interface PlaceParts {
  readonly system: System
  /** Where the configured Vertex AI targets work. */
  readonly locations: () => readonly string[]
}

/**
 * Answers what came by a path that may have a location (`:location`): within it where a target can keep it, else
 * anywhere, which its caller is told.
 */
export async function withinPlace(
  exchange: Exchange,
  model: string,
  { system, locations }: PlaceParts,
  answer: (within: Exchange) => Promise<Reply>,
): Promise<Reply> {
  const { caller, params } = exchange
  const place = placeFor(
    { location: params['location'] ?? null, model },
    { allowed: caller.regions, locations: locations(), nowMs: system.clock.now() },
  )
  const within: Exchange =
    place.kind === 'bound' ? { ...exchange, caller: { ...caller, regions: [place.region] } } : exchange
  const reply = await answer(within)
  return place.kind === 'elsewhere' ? withNotice(reply) : reply
}

/** In a header, as every other finding: the body is Google's. */
function withNotice(reply: Reply): Reply {
  const { 'plantain-notice': others, ...headers } = reply.headers
  // Of what never came to an edit there is nothing to tell.
  if (headers['plantain-edit-id'] === undefined) return reply
  const notices = [...(others === undefined ? [] : [others]), 'location_elsewhere']
  return { ...reply, headers: { ...headers, 'plantain-notice': notices.join(', ') } }
}
