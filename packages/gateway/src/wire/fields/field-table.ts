import { type ErrorCode, PlantainError } from '../../contract/error.ts'
import { suggest } from '../../contract/suggest.ts'
import { JsonBlob } from '../json-blob.ts'
import { shownName } from '../public-text.ts'

/** What a field of a request can say of an edit: names of `EditRequest` where it has them. */
export type EditField =
  | 'model'
  /** Text of `input`: also what comes as words of its own, such as what is not to be seen. */
  | 'instruction'
  /** Pictures of `input`, in their order. */
  | 'images'
  | 'mask'
  | 'output.aspectRatio'
  | 'output.imageSize'
  | 'output.mimeType'
  | 'output.quality'
  | 'count'
  | 'preserve'
  | 'accept'
  | 'seed'
  | 'cache'
  | 'timeoutMs'
  | 'user'
  | 'metadata'
  /** How the door answers: as a stream, as a link, with or without something. */
  | 'answer'
  /** Sent on as it is, and for Google to judge. */
  | 'google'

/** What becomes of a field of a request. Texts are clauses without a full stop: a page and error messages have them. */
export type Fate =
  /** It reaches the edit. The note says how, where the names do not tell. */
  | { readonly kind: 'carried'; readonly to: EditField | readonly EditField[]; readonly note?: string }
  | {
      readonly kind: 'refused'
      readonly why: string
      /** Values that ask for what happens anyway, and are taken. `null` always is one. */
      readonly unless?: readonly (string | number | boolean)[]
      /** It is to come: the answer is 501, and not 400. */
      readonly notYet?: true
    }
  /** Taken, and nothing follows from it. */
  | { readonly kind: 'meaningless'; readonly why: string }

/**
 * Every field of a dialect by its path: names with dots between them, `[]` behind a list (`contents[].parts[].text`). A
 * path that no other one continues stands for all that is in it.
 */
export type FieldTable = Readonly<Record<string, Fate>>

export function carried(to: EditField | readonly EditField[], note?: string): Fate {
  return { kind: 'carried', to, ...(note !== undefined && { note }) }
}

export function refused(why: string, more: { unless?: readonly (string | number | boolean)[] } = {}): Fate {
  return { kind: 'refused', why, ...more }
}

export function notYet(why: string, more: { unless?: readonly (string | number | boolean)[] } = {}): Fate {
  return { kind: 'refused', why, ...more, notYet: true }
}

export function meaningless(why: string): Fate {
  return { kind: 'meaningless', why }
}

/** A table at another place, for what occurs in several: `under('input[]', PART)`. Its path `''` is the place itself. */
export function under(place: string, table: FieldTable): FieldTable {
  return Object.fromEntries(
    Object.entries(table).map(([path, fate]) => [
      path === '' || path.startsWith('[]') ? `${place}${path}` : `${place}.${path}`,
      fate,
    ]),
  )
}

export interface FieldRules {
  /** Whether names may be in lowerCamelCase and in snake_case, as Google's dialects have it; without it as they stand. */
  readonly eitherCase?: boolean
  /** Whether fields that the table does not know are let through, for somebody else to judge; without it none is. */
  readonly unknown?: 'passed'
}

/** A field that cannot be taken. */
export interface UnfitField {
  /** As the caller has it, lists with their indices: `input[1].type`. Printable, and not long. */
  readonly field: string
  readonly code: Extract<ErrorCode, 'unsupported_option' | 'invalid_request' | 'not_implemented'>
  /** Public: names the field and says why. */
  readonly message: string
}

/** The first field of a document, in its own order, that the table refuses or does not know; `null`: all can be taken. */
export type FieldCheck = (document: unknown) => UnfitField | null

/** Made once for a table. The document may be a skeleton's: what is in a `JsonBlob` is not looked at. */
export function createFieldCheck(table: FieldTable, rules: FieldRules = {}): FieldCheck {
  const root = readTable(table, rules.eitherCase ? camelCase : (name) => name)
  return (document) => unfit(document, root, { ...rules, place: '' })
}

/** Throws the first that cannot be taken. */
export function mustBeKnown(check: FieldCheck, document: unknown): void {
  const found = check(document)
  if (found !== null) throw new PlantainError(found.code, found.message, { field: found.field })
}

/** What the table says of a path, or of the nearest one around it that stands for all that is in it; else `null`. */
export function fateOf(
  table: FieldTable,
  path: string,
  { eitherCase = false }: FieldRules = {},
): Fate | null {
  let at: Entry | undefined = readTable(table, eitherCase ? camelCase : (name) => name)
  for (const step of stepsOf(path)) {
    if (isWhole(at)) return at.fate
    at = at.inner.get(eitherCase ? camelCase(step) : step)
    if (at === undefined) return null
  }
  return at.fate
}

/** A place in the tree that the paths of a table make. */
interface Entry {
  /** `null`: only what is in it is spoken of. */
  fate: Fate | null
  /** By name, as it is compared; `[]` for what is in a list. */
  readonly inner: Map<string, Entry>
  /** Names in it as the table spells them. */
  readonly names: string[]
}

function readTable(table: FieldTable, compared: (name: string) => string): Entry {
  const root: Entry = { fate: null, inner: new Map(), names: [] }
  for (const [path, fate] of Object.entries(table)) {
    let at = root
    for (const step of stepsOf(path)) {
      const next: Entry = at.inner.get(compared(step)) ?? { fate: null, inner: new Map(), names: [] }
      if (!at.inner.has(compared(step))) at.names.push(step)
      at.inner.set(compared(step), next)
      at = next
    }
    at.fate = fate
  }
  return root
}

/** `contents[].parts` is `contents`, `[]`, `parts`. */
function stepsOf(path: string): readonly string[] {
  return path.split('.').flatMap((name) => {
    const bare = name.replace(/(?:\[\])+$/, '')
    return [...(bare === '' ? [] : [bare]), ...(name.slice(bare.length).match(/\[\]/g) ?? [])]
  })
}

function isWhole({ fate, inner }: Entry): boolean {
  return fate !== null && inner.size === 0
}

interface Here extends FieldRules {
  readonly place: string
}

function unfit(value: unknown, entry: Entry, here: Here): UnfitField | null {
  // What is left out, and what is said not to be there, asks for nothing.
  if (value === undefined || value === null) return null
  const { fate, inner } = entry
  if (fate?.kind === 'refused') return isHarmless(value, fate.unless) ? null : refusal(here.place, fate)
  if (isWhole(entry)) return null
  if (Array.isArray(value)) return unfitInList(value, inner.get('[]'), here)
  if (typeof value === 'object' && !(value instanceof JsonBlob)) return unfitInObject(value, entry, here)
  return fate === null ? misplaced(here, 'a single value') : null
}

function isHarmless(value: unknown, unless: readonly unknown[] = []): boolean {
  return unless.includes(value)
}

function refusal(field: string, { why, notYet: toCome }: Extract<Fate, { kind: 'refused' }>): UnfitField {
  return toCome
    ? { field, code: 'not_implemented', message: `${field} is not built yet: ${why}.` }
    : { field, code: 'unsupported_option', message: `${field} is refused: ${why}.` }
}

function unfitInList(list: readonly unknown[], entry: Entry | undefined, here: Here): UnfitField | null {
  if (entry === undefined) return misplaced(here, 'a list')
  for (const [index, item] of list.entries()) {
    const found = unfit(item, entry, { ...here, place: `${here.place}[${index}]` })
    if (found !== null) return found
  }
  return null
}

function unfitInObject(object: object, { inner, names }: Entry, here: Here): UnfitField | null {
  const known = names.filter((name) => name !== '[]')
  if (known.length === 0) return misplaced(here, 'an object')
  for (const [name, value] of Object.entries(object)) {
    const place = `${here.place === '' ? '' : `${here.place}.`}${shownName(name)}`
    // A caller's `[]` is a name, and not what the table means by it.
    const entry = name === '[]' ? undefined : inner.get(here.eitherCase ? camelCase(name) : name)
    if (entry === undefined) {
      if (here.unknown === 'passed') continue
      return unknownField(place, suggest(shownName(name), known))
    }
    const found = unfit(value, entry, { ...here, place })
    if (found !== null) return found
  }
  return null
}

function unknownField(field: string, near: readonly string[]): UnfitField {
  const hint = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`
  return { field, code: 'invalid_request', message: `There is no field ${field}.${hint}` }
}

/** Passed over where others judge: they know what they make of it. */
function misplaced({ place, unknown }: Here, what: string): UnfitField | null {
  if (unknown === 'passed') return null
  const field = place === '' ? 'The document' : place
  return { field, code: 'invalid_request', message: `${field} is ${what}, which it cannot be.` }
}

function camelCase(name: string): string {
  return name.replaceAll(/(?<=.)_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
