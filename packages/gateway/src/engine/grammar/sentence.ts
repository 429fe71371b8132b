import { adjustmentClause } from './adjustment-clauses.ts'
import { backgroundClause } from './background-clauses.ts'
import type { Clause } from './clause.ts'
import { constraintClause } from './constraint-clauses.ts'
import { framingClause } from './framing-clauses.ts'
import { figure } from './grades.ts'
import { photo, subject } from './regions.ts'
import { removalClause } from './removal-clauses.ts'
import { phrase } from './phrase.ts'
import { either, many, memo, quiet } from './rule.ts'
import type { Rule } from './rule.ts'
import type { Token } from './tokens.ts'

/** A stretch of the instruction: what it means, or nothing if no rule takes all its words. */
export interface Part {
  readonly clause: Clause | undefined
  /** The words and stops between the part before and this one: `and`, `, then`. */
  readonly joint: string
  readonly from: number
  readonly to: number
}

/** Words that never change what is asked. */
const FILLERS = new Set(
  'please kindly simply just also basically actually directly somehow immediately carefully thanks'.split(
    ' ',
  ),
)

const SEPARATORS = new Set([
  ',',
  '.',
  '!',
  '?',
  'and',
  'then',
  'but',
  'plus',
  'while',
  'with',
  'next',
  'finally',
  'so',
  'afterwards',
  'first',
  'secondly',
  'lastly',
])

/** Words that can only begin another clause, so no stop is needed before them. */
const OPENERS = new Set(
  'without keep make change replace remove increase decrease reduce convert resize rotate crop preserve except'.split(
    ' ',
  ),
)

const opening = quiet(
  many(
    phrase`can|could|would|will|may you | i|we want|need|like [you] [to] | i|we would like|love|want|need [you] [to] [have|see|get] | i am looking to|for | help me [to|out] | let us | is it possible to | would it be possible to | would you mind | can|could|may i|we get|have|see | can|could we | make sure [that|to] [you] | be sure to | ensure [that] | try to | go ahead and | you (should|must|can | need|have to) | i would|will need | give me | show me | get me | edit|take|use|modify|change|adjust|retouch|enhance ${quiet(photo)} (to|and|so|by|, | so|such that) | in|for|on|with|from|given ${quiet(photo)} [,] | take ${quiet(subject)} and | your task is to | the goal is to | hi|hello|hey [there] [,] | after that [,] | only | to | as well as | at the same time | that | it so that`(
      () => true,
    ),
    4,
  ),
)
const closing = quiet(
  many(
    phrase`for me | thank you [very much|so much] | thanks | if possible | if you can | as well | too | instead | in|on|to|for ${quiet(photo)} | ok|okay | at the same time | all|everything in one go | at all`(
      () => true,
    ),
    2,
  ),
)

const aside: Rule<Clause> = either<Clause>(
  phrase`step ${quiet(figure)}`(() => ({ kind: 'aside' })),
  phrase`hi|hello|hey [there] | thank you [very much|so much] | thanks [a lot] | ok|okay | (here|this|that) is ${quiet(photo)} [of ${quiet(subject)}]`(
    () => ({ kind: 'aside' }),
  ),
)

const anything = memo(
  either(backgroundClause, adjustmentClause, framingClause, removalClause, constraintClause, aside),
)

/** A clause with the courtesies round it. The bare clause comes first: "only keep the cat" is not "keep the cat". */
const clause: Rule<Clause> = either(
  phrase`${anything} ${closing}`((value) => value),
  phrase`${opening} ${anything} ${closing}`((value) => value),
)

/** A part in tokens, before it is quoted. */
type Piece = Omit<Part, 'joint'>

interface Reading {
  /** Tokens no clause accounts for: the reading of a sentence that has none is its meaning. */
  readonly lost: number
  readonly clauses: number
  readonly first?: Piece
  readonly next?: Reading
}

/** Each place a clause may start at costs about a tenth of a millisecond; people use a dozen. */
const MOST_STARTS = 60

/**
 * Cuts an instruction into clauses so that as few words as possible are left over, then into as few clauses as
 * possible. Works from the end, one decision a token, so that time grows with the length alone.
 * Undefined for text that breaks off more often than sentences do.
 */
export function readSentence(all: readonly Token[]): readonly Part[] | undefined {
  const tokens = all.filter(({ text }) => !FILLERS.has(text))
  if (tokens.filter((_, at) => startsClause(tokens, at)).length > MOST_STARTS) return undefined
  const readings: Reading[] = Array.from({ length: tokens.length + 1 })
  readings[tokens.length] = { lost: 0, clauses: 0 }
  for (let at = tokens.length - 1; at >= 0; at--) readings[at] = best(tokens, at, readings)
  return joinUnknown(tokens, partsOf(readings[0]))
}

function best(tokens: readonly Token[], at: number, readings: readonly Reading[]): Reading {
  const choices = [skip(tokens, at, readings)]
  if (SEPARATORS.has(tokens[at]!.text)) choices.push(readings[at + 1]!)
  if (startsClause(tokens, at)) {
    for (const { value, end } of clause(tokens, at)) {
      if (endsClause(tokens, end) && (isWhole(value) || endsAtStop(tokens, end)))
        choices.push(extend(readings[end]!, 0, { clause: value, from: at, to: end }))
    }
  }
  return choices.reduce((least, next) =>
    next.lost < least.lost || (next.lost === least.lost && next.clauses < least.clauses) ? next : least,
  )
}

/** Leaves out the token, and with it all up to the next place where a clause may end. */
function skip(tokens: readonly Token[], at: number, readings: readonly Reading[]): Reading {
  const next = readings[at + 1]!
  if (endsClause(tokens, at + 1) || next.first?.clause !== undefined || next.first === undefined) {
    return extend(next, 1, { clause: undefined, from: at, to: at + 1 })
  }
  return { ...next, lost: next.lost + 1, first: { ...next.first, from: at } }
}

function extend(reading: Reading, lost: number, part: Piece): Reading {
  return { lost: reading.lost + lost, clauses: reading.clauses + 1, first: part, next: reading }
}

function partsOf(reading: Reading | undefined): readonly Piece[] {
  const parts: Piece[] = []
  for (let rest = reading; rest?.first !== undefined; rest = rest.next) parts.push(rest.first)
  return parts
}

function startsClause(tokens: readonly Token[], at: number): boolean {
  if (SEPARATORS.has(tokens[at]!.text)) return false
  return at === 0 || SEPARATORS.has(tokens[at - 1]!.text) || OPENERS.has(tokens[at]!.text)
}

/** A verb or comparison by itself would swallow what follows: "blur keep the background" is no sentence. */
function isWhole(read: Clause): boolean {
  return read.kind !== 'adjust' || (read.ref !== 'bare' && read.ref !== 'gap')
}

function endsAtStop(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at]?.text
  return next === undefined || SEPARATORS.has(next)
}

function endsClause(tokens: readonly Token[], at: number): boolean {
  return endsAtStop(tokens, at) || OPENERS.has(tokens[at]!.text)
}

/** Left-over pieces that an "and" or "with" parts, but no stop, are one clause to the reader. */
function joinUnknown(tokens: readonly Token[], pieces: readonly Piece[]): readonly Part[] {
  const parts: Part[] = []
  let end = 0
  for (const { clause: meaning, from, to } of pieces) {
    const between = tokens.slice(end, from)
    const last = parts.at(-1)
    const place = { from: tokens[from]!.from, to: tokens[to - 1]!.to }
    const goesOn =
      last?.clause === undefined && meaning === undefined && between.every(({ kind }) => kind !== 'stop')
    if (last !== undefined && goesOn) parts[parts.length - 1] = { ...last, to: place.to }
    else parts.push({ clause: meaning, joint: between.map(({ text }) => text).join(' '), ...place })
    end = to
  }
  return parts
}
