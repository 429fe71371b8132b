import { type Fault, fault } from '../contract/error.ts'

/** Header fields as Node's `headersDistinct` gives them: names in lower case, each value by itself. */
export type DistinctHeaders = Readonly<Record<string, readonly string[] | undefined>>

/** The places a caller can show a credential in, in the order in which the gateway looks for its own key. */
export const KEY_PLACES = ['plantain-key', 'x-goog-api-key', 'authorization', '?key='] as const
export type KeyPlace = (typeof KEY_PLACES)[number]

/** The credentials of a request: at most one a place, never empty, the word Bearer taken off. */
export type Presented = ReadonlyMap<KeyPlace, string>

/**
 * Reads every credential a request shows. A place that is used twice is a fault: whoever stands between the caller
 * and us may have read the other one.
 */
export function presentedCredentials(headers: DistinctHeaders, query: URLSearchParams): Presented | Fault {
  const presented = new Map<KeyPlace, string>()
  for (const place of KEY_PLACES) {
    const values = place === '?key=' ? query.getAll('key') : (headers[place] ?? [])
    if (values.length > 1) {
      return fault(
        'invalid_request',
        `The request has ${called(place)} ${values.length} times. Send it once.`,
      )
    }
    const text = textOf(place, values[0])
    if (text !== '') presented.set(place, text)
  }
  return presented
}

/** How messages call a place. */
export function called(place: KeyPlace): string {
  switch (place) {
    case 'plantain-key':
    case 'x-goog-api-key':
      return `the header ${place}`
    case 'authorization':
      return 'the header Authorization'
    case '?key=':
      return 'the query parameter key'
  }
}

/** Other schemes than Bearer carry nothing that concerns the gateway. */
function textOf(place: KeyPlace, value = ''): string {
  return place === 'authorization' ? (/^bearer +(.*)$/i.exec(value)?.[1] ?? '').trim() : value.trim()
}
