import type { Dice } from './dice.ts'
import {
  MODIFIERS,
  ODD_HEADERS,
  ODD_IN_PATHS,
  ODD_IN_QUERIES,
  ODD_MODELS,
  ODD_NAMES,
  ODD_QUERIES,
  ODD_TEXTS,
  ODD_VERSIONS,
  PERSONAS,
  STANDINGS,
  VERBS,
} from './odd.ts'
import { type Draft, type FormPart, type Header, SECRET } from './draft.ts'
import { formBytes, spoiledParts } from './form.ts'
import { spoiledBytes, spoiledJson } from './spoil-json.ts'

/** A request as it goes out. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: readonly Header[]
  readonly body: Buffer | null
}

/** A request with one to three things wrong with it, or now and then none; the emulator's may name its personas. */
export function spoiled(
  draft: Draft,
  dice: Dice,
  { personas = false }: { readonly personas?: boolean } = {},
): Sent {
  const { body } = draft
  const kinds = [
    ...(body === null ? [] : (['body', 'body', 'body'] as const)),
    ...REST,
    ...(personas ? (['persona'] as const) : []),
  ]
  const chosen = new Set<(typeof kinds)[number]>()
  const many = dice.chance(0.05) ? 0 : dice.chance(0.75) ? 1 : 1 + dice.int(3)
  for (let i = 0; i < many; i++) chosen.add(dice.pick(kinds))
  const path = chosen.has('path') ? spoiledPath(draft.path, dice) : draft.path
  const query = chosen.has('query') ? spoiledQuery(draft.query, dice) : draft.query
  const headers = chosen.has('headers') ? spoiledHeaders(draft.headers, dice) : draft.headers
  const sent: Sent = {
    method: chosen.has('verb') ? dice.pick(VERBS) : draft.method,
    path: path.replaceAll(SECRET, ''),
    query,
    headers: chosen.has('persona') ? [...headers, ['x-emulator-persona', personaList(dice)]] : headers,
    body: bodyOf(draft, chosen.has('body'), dice),
  }
  return tamed(sent, draft)
}

const REST = ['path', 'query', 'headers', 'headers', 'verb'] as const

function bodyOf({ body }: Draft, spoils: boolean, dice: Dice): Buffer | null {
  if (body === null) return spoils ? Buffer.from('{}') : null
  if ('bytes' in body) return spoils ? spoiledBytes(body.bytes, dice) : body.bytes
  if ('parts' in body) return spoils ? spoiledForm(body.parts, dice) : formBytes(body.parts)
  if (!spoils) return Buffer.from(JSON.stringify(body.json))
  const text = Buffer.from(dice.chance(0.85) ? spoiledJson(body.json, dice) : JSON.stringify(body.json))
  return dice.chance(0.15) ? spoiledBytes(text, dice) : text
}

function spoiledForm(parts: readonly FormPart[], dice: Dice): Buffer {
  const bytes = formBytes(dice.chance(0.75) ? spoiledParts(parts, dice) : parts)
  return dice.chance(0.35) ? spoiledBytes(bytes, dice) : bytes
}

function spoiledPath(path: string, dice: Dice): string {
  const at = dice.int(path.length + 1)
  const [before, after] = [path.slice(0, at), path.slice(at)]
  const names = path.split('/')
  switch (dice.int(10)) {
    case 0:
      return `${before}${dice.pick(ODD_IN_PATHS)}${after}`
    case 1:
      return `${before}${hexOf(after[0] ?? '/')}${after.slice(1)}`
    case 2:
      return path.replaceAll('/', '//')
    case 3:
      return `${before}${'a'.repeat(dice.pick([500, 8000, 15_000]))}${after}`
    case 4:
      return names.toSpliced(1 + dice.int(names.length), 1).join('/') || '/'
    case 5:
      return names.toSpliced(1 + dice.int(names.length), 0, dice.pick(names)).join('/')
    case 6:
      return dice.chance(0.5) ? path.toUpperCase() : `${path}/`
    case 7:
      return path.replace(/v1(?:beta1?)?/, dice.pick(ODD_VERSIONS))
    case 8:
      return path.replace(/nano-banana-2\.1|imagen[^:]*/, dice.pick(ODD_MODELS))
    default:
      return path.replace(/[^/]*$/, dice.pick(ODD_NAMES))
  }
}

function hexOf(letter: string): string {
  return [...Buffer.from(letter)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}

function spoiledQuery(query: string, dice: Dice): string {
  const at = dice.int(query.length + 1)
  switch (dice.int(5)) {
    case 0:
      return query === '' ? '&&&' : `${query}&${query}`
    case 1:
      return `${query.slice(0, at)}${dice.pick(ODD_IN_QUERIES)}${query.slice(at)}`
    case 2:
      return query.slice(0, at)
    default:
      return [query, dice.pick(ODD_QUERIES)].filter((part) => part !== '').join('&')
  }
}

function spoiledHeaders(headers: readonly Header[], dice: Dice): readonly Header[] {
  const at = dice.int(headers.length)
  const [name, value] = headers[at] ?? ['accept', '*/*']
  switch (dice.int(7)) {
    case 0:
      return headers.toSpliced(at, 1)
    case 1:
      return headers.with(at, [name.toUpperCase(), value])
    case 2:
      return [...headers, [name, dice.chance(0.5) ? value : `${value}2`]]
    case 3:
      return headers.with(at, [name, dice.pick(ODD_TEXTS)])
    case 4:
      return headers.with(at, [name, value.replace(SECRET, `${SECRET}${dice.pick(STANDINGS)}`)])
    default:
      return [...headers, dice.pick(ODD_HEADERS)]
  }
}

function personaList(dice: Dice): string {
  const one = () => {
    const modifiers = dice.chance(0.7) ? '' : dice.pick(MODIFIERS)
    return `${dice.pick(PERSONAS)}${modifiers}`
  }
  const list = Array.from({ length: 1 + dice.int(dice.chance(0.9) ? 3 : 40) }, one)
  return list.join(dice.pick([',', ', ', ' ,, ']))
}

/** Takes out what makes an emulator wait, or another one of it for all that come after, by what it is for. */
function tamed(sent: Sent, { path }: Draft): Sent {
  const waits = path.startsWith('/emulator/wait')
  const lasting = path === '/emulator/clock' || path === '/emulator/personas'
  const query = waits ? `timeoutMs=20&${sent.query}` : sent.query
  const body = lasting && sent.body !== null && isLasting(sent.body) ? Buffer.from('{}') : sent.body
  return { ...sent, query, body }
}

function isLasting(body: Buffer): boolean {
  const text = body.toString()
  return (
    /"advanceMs"\s*:\s*[1-9]/.test(text) || (/"personas"/.test(text) && !/503@1%@3x, wrong-mime/.test(text))
  )
}
