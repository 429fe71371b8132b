import { PlantainError } from '../../contract/error.ts'
import { JsonBlob } from '../../wire/json-blob.ts'
import { asObject, field, MOST_TEXT_BYTES, textField } from '../../wire/json-field.ts'
import type { JsonObject } from '../../contract/json-object.ts'
import { readPart, wrong } from '../native/native-input.ts'
import type { AskedPart } from '../stored-input.ts'

/** What one of the two said and showed without the other in between. */
export interface Turn {
  readonly by: 'user' | 'model'
  readonly parts: readonly AskedPart[]
  /** Of the model's own thoughts before it, as they were given out. */
  readonly signature: string | null
}

/** Image models take fourteen pictures at most; each is decoded here. Words are cheap. */
const MOST_PARTS = 64

/**
 * Reads `input`: a text, a piece of content, a list of these (with bare texts and `inlineData` among them, as
 * generateContent's own libraries have it), the steps of a conversation, or its turns, as older releases have it. What
 * one says in several steps is one turn. Throws `invalid_request` and `unsupported_option`, naming the place.
 */
export function readConversation(input: unknown): readonly Turn[] {
  const items: readonly unknown[] = Array.isArray(input) ? input : [input]
  if (input === undefined || input === null || items.length === 0) {
    throw wrong(
      'input',
      'is missing: a text, or a list such as [{"type": "text", "text": "…"}, {"type": "image", "mime_type": "image/jpeg", "data": "<base64>"}]',
    )
  }
  const steps = items.map((item, index) => readItem(item, Array.isArray(input) ? `input[${index}]` : 'input'))
  const turns = merged(steps)
  const parts = turns.reduce((sum, turn) => sum + turn.parts.length, 0)
  if (parts > MOST_PARTS) throw wrong('input', `has ${parts} texts and pictures; ${MOST_PARTS} are taken`)
  if (turns.at(-1)?.by !== 'user')
    throw wrong('input', 'does not end with words of the user: say what is to be done')
  return turns
}

function readItem(item: unknown, place: string): Turn {
  const object = asObject(item)
  const role = textField(object, 'role')
  if (object !== undefined && role !== undefined) return readTurn(object, role, place)
  const type = textField(object, 'type')
  switch (type) {
    case 'user_input':
      return turnOf('user', readContents(object, place))
    case 'model_output':
      return turnOf('model', readContents(object, place))
    case 'thought':
      mustHoldNone(object, [...CONTENT, 'content'], place)
      return { ...turnOf('model', []), signature: signatureOf(object, place) }
    default:
      mustHoldNone(object, ['content'], place)
      return turnOf('user', [readContent(item, place)])
  }
}

/** What a step holds stands in its `content`, and what a piece of content holds beside it. */
const CONTENT = ['text', 'data', 'uri', 'url', 'inlineData', 'fileData'] as const

/** What is in another place than it is read from would be lost without a word. */
function mustHoldNone(object: JsonObject | undefined, names: readonly string[], place: string): void {
  const stray = names.find((name) => (field(object, name) ?? '') !== '')
  if (stray !== undefined) throw wrong(`${place}.${stray}`, 'is nothing of this kind of step')
}

function turnOf(by: Turn['by'], parts: readonly AskedPart[]): Turn {
  return { by, parts, signature: null }
}

function readTurn(turn: JsonObject, role: string, place: string): Turn {
  if (role === 'user' || role === 'model') return turnOf(role, readContents(turn, place))
  throw wrong(`${place}.role`, 'is neither user nor model')
}

/** A list as a rule; turns may have a text, or a single piece. */
function readContents(step: JsonObject | undefined, place: string): readonly AskedPart[] {
  mustHoldNone(step, CONTENT, place)
  const content = field(step, 'content')
  if (content === undefined || content === null) return []
  if (!Array.isArray(content)) return [readContent(content, `${place}.content`)]
  return content.map((one: unknown, index) => readContent(one, `${place}.content[${index}]`))
}

const KINDS: ReadonlySet<string> = new Set(['text', 'image'])

function readContent(content: unknown, place: string): AskedPart {
  const object = asObject(content)
  const type = textField(object, 'type')
  if (type !== undefined && !KINDS.has(type)) throw otherKind(type, place)
  const part = readPart(content, place)
  const isText = part.kind === 'text'
  if (object !== undefined && type !== undefined && isText !== (type === 'text')) {
    throw wrong(place, `calls itself ${type} and is none`)
  }
  return part
}

/** What Google has beside them; other names are nobody's, and not repeated. */
const OTHER_KINDS = /^(?:audio|video|document|[a-z_]{1,32}_(?:call|result))$/

function otherKind(type: string, place: string): PlantainError {
  if (!OTHER_KINDS.test(type)) return wrong(`${place}.type`, 'is neither text nor image')
  return new PlantainError(
    'unsupported_option',
    `${place} is ${type}, which no edit takes: what goes in is words and pictures. Leave it out.`,
  )
}

function signatureOf(thought: JsonObject | undefined, place: string): string | null {
  const signature = field(thought, 'signature')
  if (signature === undefined || signature === null) return null
  const text = textField(thought, 'signature')
  if (text !== undefined && !(typeof signature === 'number')) return text
  if (signature === '') return null
  const what = signature instanceof JsonBlob ? `has more than ${MOST_TEXT_BYTES} bytes` : 'is no text'
  throw wrong(`${place}.signature`, what)
}

/** Neighbours by the same are one, up to a picture: a thought behind that is of what comes next. */
function merged(steps: readonly Turn[]): readonly Turn[] {
  const turns: Turn[] = []
  for (const step of steps) {
    const before = turns.at(-1)
    const isNext = step.signature !== null && before?.parts.some(({ kind }) => kind !== 'text')
    if (before?.by !== step.by || isNext) turns.push(step)
    else {
      const signature = step.signature ?? before.signature
      turns[turns.length - 1] = { by: step.by, parts: [...before.parts, ...step.parts], signature }
    }
  }
  return turns
}
