import { invalidArgument } from '../../wire/api-error.ts'

/**
 * As deep as protobuf's JSON parser reads, and Google with it and in its words, as far as known. What walks through a
 * document may rely on it.
 */
const MOST_DEPTH = 100

interface Holder {
  readonly value: object
  readonly depth: number
  readonly key: string
}

/** Throws `ApiError` 400 for a document that is nested too deeply. Keeps no call stack, or it would be what overflows. */
export function mustBeShallow(document: unknown): void {
  const open: Holder[] = []
  const look = (value: unknown, depth: number, key: string) => {
    if (typeof value === 'object' && value !== null) open.push({ value, depth, key })
  }
  look(document, 1, '')
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    const { value, depth, key } = holder
    if (depth > MOST_DEPTH) {
      throw invalidArgument(
        `Invalid JSON payload received. Message too deep. Max recursion depth reached for key '${key.slice(0, 100)}'`,
      )
    }
    if (Array.isArray(value)) for (const item of value) look(item, depth + 1, key)
    else for (const [name, item] of Object.entries(value)) look(item, depth + 1, name)
  }
}
