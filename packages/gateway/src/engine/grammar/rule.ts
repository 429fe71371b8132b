import type { Token } from './tokens.ts'

export interface Match<T> {
  readonly value: T
  /** Index of the first token behind the match. */
  readonly end: number
}

/** What a phrase can begin with; lets a choice of hundreds of phrases look at a handful. */
interface Starts {
  /** Undefined: any token. */
  readonly words: ReadonlySet<string> | undefined
  /** It can also be nothing at all. */
  readonly empty: boolean
}

/** All ways a phrase can be read from one token on: at most one for each end, the preferred reading first. */
export interface Rule<T> {
  (tokens: readonly Token[], at: number): readonly Match<T>[]
  readonly starts?: Starts
}

/** A rule whose value the phrase round it does not care for. */
export interface Quiet {
  readonly quiet: Rule<unknown>
}

const ANYTHING: Starts = { words: undefined, empty: false }
/** Stand for figures among the words a phrase can begin with. */
const FIGURES = { number: '<number>', pair: '<pair>', colour: '<colour>' } as const

/** Most attempts find nothing: one array for all of them. */
export const NONE: readonly never[] = []

const startsOf = (rule: Rule<unknown>): Starts => rule.starts ?? ANYTHING

export function withStarts<T>(rule: Rule<T>, starts: Starts): Rule<T> {
  return Object.assign(rule, { starts })
}

export const quiet = (rule: Rule<unknown>): Quiet => ({ quiet: memo(rule) })

/** A word (or stop) out of a set. */
export function oneOf(words: ReadonlySet<string>): Rule<string> {
  const read: Rule<string> = (tokens, at) => {
    const token = tokens[at]
    return token !== undefined && words.has(token.text) ? [{ value: token.text, end: at + 1 }] : NONE
  }
  return withStarts(read, { words: new Set([...words].map(keyOfWord)), empty: false })
}

/** A word that stands for a value. */
export function valueOf<T>(words: ReadonlyMap<string, T>): Rule<T> {
  const read: Rule<T> = (tokens, at) => {
    const value = words.get(tokens[at]?.text ?? '')
    return value === undefined ? NONE : [{ value, end: at + 1 }]
  }
  return withStarts(read, { words: new Set(words.keys()), empty: false })
}

/** Tokens of a kind, read from their figures. */
export function ofKind<T>(
  kind: Exclude<Token['kind'], 'word' | 'stop'>,
  value: (token: Token) => T,
): Rule<T> {
  const read: Rule<T> = (tokens, at) => {
    const token = tokens[at]
    return token?.kind === kind ? [{ value: value(token), end: at + 1 }] : NONE
  }
  return withStarts(read, { words: new Set([FIGURES[kind]]), empty: false })
}

export function either<T>(...rules: readonly Rule<T>[]): Rule<T> {
  const all = rules.map(startsOf)
  const words = all.some((starts) => starts.words === undefined)
    ? undefined
    : new Set(all.flatMap((starts) => [...(starts.words ?? [])]))
  const open = rules.filter((_, index) => all[index]?.words === undefined || all[index]?.empty)
  const byWord = new Map<string, readonly Rule<T>[]>()
  const candidates = (key: string): readonly Rule<T>[] => {
    let found = byWord.get(key)
    if (found === undefined) {
      found = rules.filter((rule, index) => open.includes(rule) || all[index]?.words?.has(key) === true)
      if (found.length > open.length) byWord.set(key, found)
    }
    return found
  }
  const read: Rule<T> = (tokens, at) => {
    const token = tokens[at]
    const fitting = token === undefined ? open : candidates(keyOf(token))
    const [only, ...others] = fitting
    if (only === undefined) return NONE
    return others.length === 0 ? only(tokens, at) : onePerEnd(fitting.flatMap((rule) => rule(tokens, at)))
  }
  return withStarts(read, { words, empty: all.some(({ empty }) => empty) })
}

export function maybe<T>(rule: Rule<T>): Rule<T | undefined> {
  const read: Rule<T | undefined> = (tokens, at) => {
    const skipped = { value: undefined, end: at }
    const found = rule(tokens, at)
    return found.length === 0 ? [skipped] : [...found, skipped]
  }
  return withStarts(read, { words: startsOf(rule).words, empty: true })
}

/** Nought to `limit` times; the limit keeps the work on hostile input proportional to its length. */
export function many<T>(rule: Rule<T>, limit: number): Rule<readonly T[]> {
  const read: Rule<readonly T[]> = (tokens, at) => {
    const found: Match<readonly T[]>[] = [{ value: [], end: at }]
    let from = 0
    for (let round = 0; round < limit && from < found.length; round++) {
      const frontier = found.slice(from)
      from = found.length
      for (const { value, end } of frontier) {
        for (const next of rule(tokens, end)) {
          if (found.some((other) => other.end === next.end)) continue
          found.push({ value: [...value, next.value], end: next.end })
        }
      }
    }
    return found
  }
  return withStarts(read, { words: startsOf(rule).words, empty: true })
}

/** Reads each position once however many rules ask for it. */
export function memo<T>(rule: Rule<T>): Rule<T> {
  const read = new WeakMap<readonly Token[], (readonly Match<T>[] | undefined)[]>()
  const { words, empty } = startsOf(rule)
  const once: Rule<T> = (tokens, at) => {
    const token = tokens[at]
    if (!empty && (token === undefined || (words !== undefined && !words.has(keyOf(token))))) return NONE
    let known = read.get(tokens)
    if (known === undefined) read.set(tokens, (known = []))
    return (known[at] ??= rule(tokens, at))
  }
  return withStarts(once, { words, empty })
}

/** Lets two rules speak of each other. */
export function lazy<T>(rule: () => Rule<T>): Rule<T> {
  return (tokens, at) => rule()(tokens, at)
}

function keyOf(token: Token): string {
  return token.kind === 'word' || token.kind === 'stop' ? token.text : FIGURES[token.kind]
}

function keyOfWord(word: string): string {
  return /^\d/.test(word) ? FIGURES.number : word
}

function onePerEnd<T>(matches: readonly Match<T>[]): readonly Match<T>[] {
  if (matches.length < 2) return matches
  return matches.filter(({ end }, index) => matches.findIndex((other) => other.end === end) === index)
}

/** What a sequence can begin with: the first of its rules, and the next while those before may be nothing. */
export function startsInTurn(rules: readonly Rule<unknown>[]): Starts {
  const firsts = rules.map(startsOf)
  const solid = firsts.findIndex(({ empty }) => !empty)
  const leading = solid < 0 ? firsts : firsts.slice(0, solid + 1)
  const open = leading.some(({ words }) => words === undefined)
  const words = open ? undefined : new Set(leading.flatMap((starts) => [...(starts.words ?? [])]))
  return { words, empty: solid < 0 }
}
