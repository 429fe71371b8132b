import { z } from 'zod'
import { SECTIONS } from './gateway-schema.ts'

/** One setting of a section that a single value can be given to. */
export interface Setting {
  /** `limits.requestBytes` */
  readonly path: readonly string[]
  readonly isList: boolean
  /** What may be written, in a word or two: `size`, `text`. */
  readonly kind: string
  /** `undefined`: it has none, or one that depends on the machine. */
  readonly fallback: unknown
  /** What it is for, as a sentence. */
  readonly text: string
  /** The variable that overrules it: `PLANTAIN_LIMITS_REQUEST_BYTES`. */
  readonly variable: string
}

/** Every setting of `SECTIONS`, in the order of the schema. */
export function allSettings(): readonly Setting[] {
  return Object.entries(SECTIONS).flatMap(([name, schema]) => settingsIn(schema, [name]))
}

/** What a group of settings consists of, with what each is for; used for sections and for items of lists. */
export function settingsIn(schema: z.core.$ZodType, path: readonly string[]): readonly Setting[] {
  const { inner, fallback, text, kind } = unwrapped(schema)
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([name, member]) => settingsIn(member, [...path, name]))
  }
  const isList = inner instanceof z.ZodArray
  const item = isList ? unwrapped(inner.element).kind : ''
  return [
    { path, isList, kind: isList ? `list of ${item}` : kind, fallback, text, variable: variableOf(path) },
  ]
}

interface Unwrapped {
  readonly inner: z.core.$ZodType
  readonly fallback: unknown
  readonly text: string
  readonly kind: string
}

/** Takes off what makes a schema optional or checks it further, gathering what was said on the way. */
function unwrapped(schema: z.core.$ZodType): Unwrapped {
  const { description = '', title = '' } = z.globalRegistry.get(schema) ?? {}
  const below = stepInto(schema)
  if (below === null) return { inner: schema, fallback: undefined, text: description, kind: title }
  const { inner, fallback, text, kind } = unwrapped(below)
  const own = schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined
  return { inner, fallback: own ?? fallback, text: description || text, kind: title || kind }
}

function stepInto(schema: z.core.$ZodType): z.core.$ZodType | null {
  const wrappers = [z.ZodDefault, z.ZodPrefault, z.ZodOptional, z.ZodNullable]
  for (const Wrapper of wrappers) if (schema instanceof Wrapper) return schema.def.innerType
  return schema instanceof z.ZodPipe ? schema.def.in : null
}

/** `limits.inFlightBytes` is `PLANTAIN_LIMITS_IN_FLIGHT_BYTES`. */
function variableOf(path: readonly string[]): string {
  const words = path.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase())
  return `PLANTAIN_${words.join('_')}`
}
