import type { z } from 'zod'
import { JsonBlob } from '../wire/json-blob.ts'

/** What is wrong with a document, in a sentence that names the place. */
export interface JsonMistake {
  /** `input[1].data`; empty: the document itself. */
  readonly path: string
  readonly text: string
  /** Whether it is a field nobody knows. */
  readonly unknown: boolean
}

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** The first of a schema's issues as a sentence. `within` is the path of what was looked at in the whole document. */
export function mistakeOf(error: z.ZodError, looked: unknown, within: Path = []): JsonMistake {
  const [issue] = error.issues
  if (issue === undefined) throw new Error('A schema refused a document without a reason.')
  const at = [...within, ...issue.path]
  const path = spelled(at)
  const value = valueAt(looked, issue.path)
  if (issue.code === 'unrecognized_keys') {
    const name = cut(issue.keys[0] ?? '')
    return { path: spelled([...at, name]), text: `Unknown parameter '${name}'${placed(at)}.`, unknown: true }
  }
  if (value === undefined) {
    const [text] = path === '' ? ['The request has no body.'] : [`The parameter '${path}' is required.`]
    return { path, text, unknown: false }
  }
  return { path, text: sentence(issue, { at, path, value }), unknown: false }
}

interface Place {
  readonly at: Path
  readonly path: string
  readonly value: unknown
}

function sentence(issue: Issue, { at, path, value }: Place): string {
  const it = path === '' ? 'The request' : `The value at '${path}'`
  switch (issue.code) {
    case 'invalid_type':
      return `${it} must be ${KINDS[issue.expected] ?? issue.expected}, not ${kindOf(value)}.`
    case 'invalid_value':
    case 'invalid_union':
      return `The value ${quoted(value)} is not supported for '${String(at.at(-1) ?? 'the request')}'${placed(at.slice(0, -1))}.`
    case 'too_small':
      return `${it} must ${issue.origin === 'number' ? 'be' : 'have'} at least ${issue.minimum}${unitOf(issue.origin)}.`
    case 'too_big':
      return `${it} must ${issue.origin === 'number' ? 'be' : 'have'} at most ${issue.maximum}${unitOf(issue.origin)}.`
    default:
      return `${it} ${issue.message}.`
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value instanceof JsonBlob) return 'a string'
  if (typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value)) return 'a fraction'
  return Array.isArray(value) ? 'a list' : (KINDS[typeof value] ?? typeof value)
}

function unitOf(origin: string): string {
  if (origin === 'array') return ' items'
  return origin === 'string' ? ' characters' : ''
}

const LONGEST_QUOTE = 80

function quoted(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return `'${value}'`
  if (typeof value !== 'string') return `of ${kindOf(value)}`
  return `'${cut(value)}'`
}

function cut(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text
}

function placed(at: Path): string {
  return at.length === 0 ? '' : ` at '${spelled(at)}'`
}

function spelled(at: Path): string {
  return at.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, '')
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (held, key) => (typeof held === 'object' && held !== null ? Reflect.get(held, key) : undefined),
    value,
  )
}
