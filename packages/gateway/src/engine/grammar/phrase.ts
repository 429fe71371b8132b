import { either, many, maybe, memo, NONE, oneOf, startsInTurn, withStarts } from './rule.ts'
import type { Match, Quiet, Rule } from './rule.ts'

type Hole = Rule<unknown> | Quiet
type Values<Holes extends readonly Hole[]> = Holes extends readonly [
  infer First,
  ...infer Others extends Hole[],
]
  ? First extends Rule<infer Value>
    ? [Value, ...Values<Others>]
    : Values<Others>
  : []

/**
 * A phrase as it is spoken. In the text, `a|b` is one of two words, `[…]` may be left out, `(… | …)` chooses
 * between sequences (the bar stands free), and a hole is another rule. The builder gets the holes' values
 * (`quiet` ones excepted) and may return undefined to say that the words do not mean anything after all.
 */
export function phrase<const Holes extends readonly Hole[]>(text: TemplateStringsArray, ...holes: Holes) {
  const steps = compile(text, holes)
  const starts = startsInTurn(steps.map(({ rule }) => rule))
  return <T>(build: (...values: Values<Holes>) => T | undefined): Rule<T> => {
    const read: Rule<T> = (tokens, at) => {
      let partial: readonly Match<readonly unknown[]>[] = [{ value: [], end: at }]
      for (const { rule, loud } of steps) {
        const further: Match<readonly unknown[]>[] = []
        for (const { value, end } of partial) {
          for (const next of rule(tokens, end)) {
            if (further.some((other) => other.end === next.end)) continue
            further.push({ value: loud ? [...value, next.value] : value, end: next.end })
          }
        }
        if (further.length === 0) return NONE
        partial = further
      }
      const built: Match<T>[] = []
      for (const { value, end } of partial) {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the steps filled it in the holes' order
        const meaning = build(...(value as Values<Holes>))
        if (meaning !== undefined) built.push({ value: meaning, end })
      }
      return built
    }
    return withStarts(read, starts)
  }
}

const MOST_LISTED = 8

/** `a`, `a and b`, `a, b and c`, `a, b, c`. */
export function list<T>(item: Rule<T>): Rule<readonly T[]> {
  const more = many(
    phrase`(and|or|, | , and | as well as) ${item}`((value) => value),
    MOST_LISTED - 1,
  )
  return memo(phrase`${item} ${more}`((first, others) => [first, ...others]))
}

interface Step {
  readonly rule: Rule<unknown>
  /** Its value is handed to the builder. */
  readonly loud: boolean
}

/** The text of a phrase, cut into words, brackets, bars and holes. */
type Piece = string | Hole

function compile(text: TemplateStringsArray, holes: readonly Hole[]): readonly Step[] {
  const pieces: Piece[] = []
  for (const [index, part] of text.entries()) {
    pieces.push(...(part.match(/[[\]()]|[^\s[\]()]+/g) ?? []))
    const hole = holes[index]
    if (hole !== undefined) pieces.push(hole)
  }
  const reader = { pieces, at: 0 }
  if (barsOutside(pieces)) return [{ rule: readChoice(reader, undefined), loud: false }]
  const steps: Step[] = []
  while (reader.at < pieces.length) {
    const piece = pieces[reader.at]
    if (typeof piece === 'function') {
      reader.at++
      steps.push({ rule: piece, loud: true })
    } else {
      steps.push({ rule: readItem(reader), loud: false })
    }
  }
  return steps
}

/** Alternatives of a whole phrase: they stand outside all brackets. */
function barsOutside(pieces: readonly Piece[]): boolean {
  let depth = 0
  return pieces.some((piece) => {
    if (piece === '[' || piece === '(') depth++
    if (piece === ']' || piece === ')') depth--
    return piece === '|' && depth === 0
  })
}

interface Reader {
  readonly pieces: readonly Piece[]
  at: number
}

function readItem(reader: Reader): Rule<unknown> {
  const piece = reader.pieces[reader.at++]
  if (typeof piece === 'object') return piece.quiet
  if (piece === '[') return maybe(readChoice(reader, ']'))
  if (piece === '(') return readChoice(reader, ')')
  if (typeof piece === 'string') {
    const words = piece.split('|')
    if (words.includes('')) throw new TypeError(`A bar needs a word on both sides or a blank: ${piece}`)
    return oneOf(new Set(words))
  }
  throw new TypeError('A hole in brackets or beside a bar must be quiet: its value would be missing at times')
}

function readChoice(reader: Reader, closing: string | undefined): Rule<unknown> {
  const choices: Rule<unknown>[][] = [[]]
  for (;;) {
    const piece = reader.pieces[reader.at]
    if (piece === closing) break
    if (piece === undefined) throw new TypeError(`A phrase lacks its ${closing}`)
    if (piece === '|') {
      reader.at++
      choices.push([])
    } else {
      choices.at(-1)?.push(readItem(reader))
    }
  }
  reader.at++
  return either(...choices.map(inTurn))
}

function inTurn(rules: readonly Rule<unknown>[]): Rule<unknown> {
  const [only, ...others] = rules
  if (only !== undefined && others.length === 0) return only
  const read: Rule<unknown> = (tokens, at) => {
    let ends = [at]
    for (const rule of rules) {
      const further: number[] = []
      for (const end of ends) {
        for (const next of rule(tokens, end)) if (!further.includes(next.end)) further.push(next.end)
      }
      if (further.length === 0) return NONE
      ends = further
    }
    return ends.map((end) => ({ value: undefined, end }))
  }
  return withStarts(read, startsInTurn(rules))
}
