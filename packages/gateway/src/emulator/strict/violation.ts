import { isJsonObject } from '../../contract/json-object.ts'
import { JsonBlob } from '../../wire/json-blob.ts'
import { ApiError } from '../../wire/api-error.ts'

/** One thing wrong with a request, as Google's JSON reader words it. */
export interface Violation {
  /** Missing at the top level. */
  readonly field?: string
  readonly description: string
}

/** Google lists all. A body of nothing but mistakes gets no answer larger than itself. */
export const MOST_VIOLATIONS = 100

/** Google echoes a wrong value whole, images included; this much tells as well what it was. */
const MOST_ECHOED = 100

/** All that is wrong with one document, in the order it was met. */
export class Violations {
  readonly #met: Violation[] = []

  /** `path` is that of the message: snake_case, empty at the top level. */
  unknownName(name: string, path: string, why: string): void {
    const where = path === '' ? '' : ` at '${path}'`
    this.#add(path, `Invalid JSON payload received. Unknown name ${quoted(name)}${where}: ${why}`)
  }

  invalidValue(type: string, path: string, what: string): void {
    const where = path === '' ? '' : ` at '${path}'`
    this.#add(path, `Invalid value${where} (${type}), ${what}`)
  }

  throwIfAny(): void {
    if (this.#met.length === 0) return
    throw new ApiError(400, this.#met.map(({ description }) => description).join('\n'), {
      details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: this.#met }],
    })
  }

  #add(field: string, description: string): void {
    if (this.#met.length >= MOST_VIOLATIONS) return
    this.#met.push(field === '' ? { description } : { field, description })
  }
}

/** A value as an error repeats it: JSON, its strings cut short, and of what holds others only that it does. */
export function quoted(value: unknown): string {
  if (value instanceof JsonBlob)
    return quoted(value.byteLength > MOST_ECHOED ? beginning(value) : value.text())
  if (Array.isArray(value)) return '[…]'
  if (isJsonObject(value)) return '{…}'
  return JSON.stringify(typeof value === 'string' ? cutShort(value) : value)
}

/** A caller's words as an error repeats them. */
export function cutShort(text: string): string {
  return text.length <= MOST_ECHOED ? text : `${text.slice(0, MOST_ECHOED)}…`
}

/** Enough to be cut short, without the whole as a string. */
function beginning(blob: JsonBlob): string {
  const head = Buffer.concat(blob.raw().map((piece) => piece.subarray(0, 4 * MOST_ECHOED)))
  return head.toString('utf8', 0, 4 * MOST_ECHOED)
}
