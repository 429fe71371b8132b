import type { JsonObject } from '../../contract/json-object.ts'
import type { Surface } from '../../models/model.ts'
import { asObject } from '../../wire/json-field.ts'
import type { EnumField, Field, ItemField, LeafField, Message, Read } from './message.ts'
import { isText, readScalar } from './read-scalar.ts'
import { quoted, Violations } from './violation.ts'

export interface ReadOptions {
  /** Decides which fields and enum values exist, and the package that errors name. */
  readonly surface: Surface
}

/**
 * Reads a parsed JSON document, whose strings may be `JsonBlob`s, as a proto3 message the way Google's front ends do:
 * names in lowerCamelCase or snake_case, enums by name or number, 64-bit integers as numbers or strings, `null` as
 * absent, and one value where a list is meant as a list of one (Google's own REST samples write
 * `"contents": {"parts": {"text": …}}`).
 *
 * @throws ApiError 400 that lists everything unknown, mistyped or said twice, with `BadRequest` details.
 */
export function readMessage<Of extends Message>(
  message: Of,
  document: unknown,
  { surface }: ReadOptions,
): Read<Of> {
  const reading: Reading = { surface, violations: new Violations() }
  const root = asObject(document)
  if (root === undefined) reading.violations.unknownName('', '', 'Root element must be a message.')
  const tree = root === undefined ? {} : readFields(message, root, '', reading)
  reading.violations.throwIfAny()
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- built from the description `Read` is computed from
  return tree as Read<Of>
}

interface Reading {
  readonly surface: Surface
  readonly violations: Violations
}

/** Where a field stands: its parent's path, and its own name in snake_case and as it was written. */
interface Place {
  readonly parent: string
  readonly snake: string
  readonly written: string
  readonly path: string
}

function readFields(message: Message, object: JsonObject, parent: string, reading: Reading): JsonObject {
  const { surface, violations } = reading
  const shape = shapeOf(message)
  const tree: Record<string, unknown> = {}
  const oneofsSet = new Set<string>()
  for (const [written, value] of Object.entries(object)) {
    const known = shape.get(written)
    if (known === undefined || (known.field.only ?? surface) !== surface) {
      violations.unknownName(written, parent, 'Cannot find field.')
      continue
    }
    const { name, snake, field, oneof } = known
    if (value === null && field.kind !== 'value') continue
    const place = { parent, snake, written, path: parent === '' ? snake : `${parent}.${snake}` }
    if (Object.hasOwn(tree, name)) {
      // As far as known: what Google says of a field spelled both ways has not been seen.
      violations.unknownName(written, parent, 'Proto field is not repeating, it is already set.')
    } else if (oneof !== null && oneofsSet.has(oneof)) {
      const what = `oneof field '${oneof}' is already set. Cannot set '${written}'`
      violations.invalidValue('oneof', parent, what)
    } else {
      if (oneof !== null) oneofsSet.add(oneof)
      tree[name] = readField(field, value, place, reading)
    }
  }
  return tree
}

function readField(field: Field, value: unknown, place: Place, reading: Reading): unknown {
  if (field.kind !== 'list') return readItem(field, value, place, reading)
  if (!Array.isArray(value)) return [readItem(field.of, value, place, reading)]
  return value.flatMap((item, index) =>
    item === null ? [] : [readItem(field.of, item, { ...place, path: `${place.path}[${index}]` }, reading)],
  )
}

function readItem(field: ItemField, value: unknown, place: Place, reading: Reading): unknown {
  if (field.kind === 'value') return value
  const { violations } = reading
  if (Array.isArray(value)) {
    if (field.kind === 'map') {
      violations.invalidValue('Map', place.path, `Cannot bind a list to map for field '${place.snake}'.`)
    } else if (field.kind === 'struct') {
      const what = `Cannot bind a list to struct for field '${place.snake}'.`
      violations.invalidValue('Struct', place.path, what)
    } else {
      violations.unknownName(place.written, place.parent, 'Proto field is not repeating, cannot start list.')
    }
    return undefined
  }
  const object = asObject(value) ?? null
  switch (field.kind) {
    case 'message':
      if (object !== null) return readFields(field.message, object, place.path, reading)
      return invalid(typeUrl(field.message.type, reading.surface), value, place, violations)
    case 'struct':
      return object ?? invalid('type.googleapis.com/google.protobuf.Struct', value, place, violations)
    case 'map':
      return object === null ? invalid('Map', value, place, violations) : readMap(object, place, violations)
    default:
      if (object === null) return readLeaf(field, value, place, reading)
      violations.invalidValue(place.snake, place.parent, 'Starting an object on a scalar field')
      return undefined
  }
}

function readLeaf(
  field: LeafField | EnumField,
  value: unknown,
  place: Place,
  { surface, violations }: Reading,
): unknown {
  if (field.kind === 'enum') {
    return enumName(field, value, surface) ?? invalid(typeUrl(field.type, surface), value, place, violations)
  }
  const read = readScalar(field.kind, value)
  if (read !== undefined) return read
  const echo =
    field.kind === 'bytes' && isText(value) ? `Base64 decoding failed for ${quoted(value)}` : quoted(value)
  violations.invalidValue(`TYPE_${field.kind.toUpperCase()}`, place.path, echo)
  return undefined
}

/** Google names what is wrong in a map by the number of the entry. */
function readMap(object: JsonObject, { path }: Place, violations: Violations): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object).map(([key, value], index) => {
      const text = readScalar('string', value)
      if (typeof text === 'string') return [key, text]
      violations.invalidValue('TYPE_STRING', `${path}[${index}].value`, quoted(value))
      return [key, '']
    }),
  )
}

function invalid(type: string, value: unknown, { path }: Place, violations: Violations): undefined {
  violations.invalidValue(type, path, quoted(value))
}

function enumName({ numbers, anyCase }: EnumField, value: unknown, surface: Surface): string | undefined {
  const entries = Object.entries(numbers)
  const numberOf = (name: string) => {
    const number = numbers[name]
    return typeof number === 'object' ? number[surface] : number
  }
  const spelling = (name: string) => (anyCase ? name.toUpperCase() : name)
  const text = readScalar('string', value)
  const said =
    typeof text === 'string' ? entries.find(([name]) => spelling(name) === spelling(text))?.[0] : undefined
  const number = said === undefined ? value : numberOf(said)
  return number === undefined ? undefined : entries.find(([name]) => numberOf(name) === number)?.[0]
}

/** Whichever version is called: as far as known, each is served by the newest messages. */
const PACKAGES: Readonly<Record<Surface, string>> = {
  'ai-studio': 'google.ai.generativelanguage.v1beta',
  vertex: 'google.cloud.aiplatform.v1beta1',
}

function typeUrl(type: string, surface: Surface): string {
  return `type.googleapis.com/${PACKAGES[surface]}.${type}`
}

interface KnownField {
  /** lowerCamelCase */
  readonly name: string
  readonly snake: string
  readonly field: Field
  readonly oneof: string | null
}

/** Fields by either spelling; a `Map`, because the keys looked up in it are a stranger's. */
const SHAPES = new WeakMap<Message, ReadonlyMap<string, KnownField>>()

function shapeOf(message: Message): ReadonlyMap<string, KnownField> {
  const known = SHAPES.get(message)
  if (known !== undefined) return known
  const oneofs = Object.entries(message.oneofs ?? {})
  const shape = new Map<string, KnownField>()
  for (const [name, field] of Object.entries(message.fields)) {
    const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    const oneof = oneofs.find(([, members]) => members.includes(name))?.[0] ?? null
    for (const spelling of [name, snake]) shape.set(spelling, { name, snake, field, oneof })
  }
  SHAPES.set(message, shape)
  return shape
}
