import { invalidRequest } from './interaction-error.ts'

export interface GetQuery {
  readonly stream: boolean
  readonly lastEventId: string | null
  readonly withInput: boolean
}

/** The query of `GET interactions/{id}`; throws `ApiError` 400. */
export function readQuery(query: URLSearchParams): GetQuery {
  const stream = flag(query, 'stream')
  const lastEventId = query.get('last_event_id')
  if (lastEventId !== null && !stream) {
    throw invalidRequest("'last_event_id' can only be used with 'stream' true.")
  }
  return { stream, lastEventId, withInput: flag(query, 'include_input') }
}

function flag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name) ?? 'false'
  if (text === 'true' || text === 'false') return text === 'true'
  throw invalidRequest(`The value '${text}' is not supported for '${name}'. It must be true or false.`)
}
