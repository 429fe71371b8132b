import type { JsonObject } from '../../contract/json-object.ts'
import { wrong } from '../../wire/openai-request.ts'
import { shownName } from '../../wire/public-text.ts'
import type { Form } from '../body/form-body.ts'
import { optionOf } from '../edit-options.ts'

/** Fields that are no text in JSON. */
const NUMBERS: ReadonlySet<string> = new Set(['n', 'output_compression', 'partial_images'])
const FLAGS: ReadonlySet<string> = new Set(['stream'])
/** Those that may come several times. */
const LISTS: ReadonlySet<string> = new Set(['image', 'images'])

/** OpenAI's SDKs write what is in an object or a list as `plantain[seed]` and `images[][image_url]`. */
const NAME = /^([^[\]]+)((?:\[[^[\]]*\])+)$/

type Tree = Map<string, unknown>

/** The fields of a form as the JSON they stand for. Throws `invalid_request` where one came twice, or is cut up oddly. */
export function jsonOfFields(fields: Form['fields']): JsonObject {
  const tree: Tree = new Map()
  for (const { name, value } of fields) {
    const [first, ...inner] = stepsOf(name)
    if (LISTS.has(first)) addTo(tree, first, itemOf(inner, value))
    else put(tree, [first, ...inner], { name, value: valueOf([first, ...inner], value) })
  }
  return objectOf(tree)
}

function stepsOf(name: string): readonly [string, ...string[]] {
  const [, first, rest = ''] = NAME.exec(name) ?? []
  if (first === undefined) return [name]
  return [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, step = '']) => step)]
}

function addTo(tree: Tree, name: string, item: unknown): void {
  const list = tree.get(name)
  if (Array.isArray(list)) list.push(item)
  else tree.set(name, [item])
}

/** Which one of the list it is does not matter: they are in their order. */
function itemOf(steps: readonly string[], value: string): unknown {
  return steps
    .filter((step) => !/^\d*$/.test(step))
    .reduceRight<unknown>((held, step) => Object.fromEntries([[step, held]]), value)
}

function put(
  tree: Tree,
  steps: readonly string[],
  field: { readonly name: string; readonly value: unknown },
) {
  const [step = '', ...rest] = steps
  const held = tree.get(step)
  if (rest.length === 0) {
    if (tree.has(step)) throw wrong(shownName(field.name), 'came more than once; once is taken')
    tree.set(step, field.value)
  } else if (held === undefined || held instanceof Map) {
    const inner: Tree = held ?? new Map()
    tree.set(step, inner)
    put(inner, rest, field)
  } else {
    throw wrong(shownName(field.name), 'came as a whole already')
  }
}

function valueOf([name, ...inner]: readonly [string, ...string[]], text: string): unknown {
  if (name === 'plantain') return inner.length === 0 ? jsonOf(name, text) : ownOf(inner, text)
  if (NUMBERS.has(name)) return /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : text
  return FLAGS.has(name) ? flagOf(text) : text
}

/** An option of Plantain's own; notes are texts. */
function ownOf(steps: readonly string[], text: string): unknown {
  return steps[0] === 'metadata' ? text : optionOf(steps.at(-1) ?? '', text)
}

function flagOf(text: string): unknown {
  return /^(?:true|false)$/i.test(text) ? text.toLowerCase() === 'true' : text
}

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw wrong(name, 'is no JSON')
  }
}

function objectOf(tree: Tree): JsonObject {
  // Not by assignment, for which `__proto__` would be no name like others.
  return Object.fromEntries(
    [...tree].map(([name, value]) => [name, value instanceof Map ? objectOf(value) : value]),
  )
}
