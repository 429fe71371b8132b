import type { Operation, Plan } from '../operation.ts'
import { CAPABILITIES } from './capabilities.ts'
import type { Clause, Keep } from './clause.ts'
import { constrain } from './constraints.ts'
import { describe } from './describe.ts'
import { findQuestion } from './question.ts'
import { isProblem, mentionOf, resolve } from './resolve.ts'
import type { Context, Mention, Problem } from './resolve.ts'
import { readSentence } from './sentence.ts'
import { settle } from './settle.ts'
import { clean, tokenise } from './tokens.ts'

export type { Context } from './resolve.ts'

/** What the local engine makes of an instruction: all of it as a plan, or nothing and why. */
export type Understanding =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | {
      readonly kind: 'unsupported'
      /** What it would have done, one phrase each. */
      readonly understood: readonly string[]
      /** The clauses that stopped it, in the caller's words; empty if the sentence as a whole is the trouble. */
      readonly notUnderstood: readonly string[]
      /** What happened, why and what to do, in a sentence or three. */
      readonly reason: string
      /** What can be asked for: `CAPABILITIES`. */
      readonly can: string
    }

const LONGEST_INSTRUCTION = 2000

/**
 * Reads an instruction in plain English. All or nothing: a single clause that the grammar does not take with all
 * its words refuses the whole. Never throws; time grows with the length, which ends at 2,000 characters.
 */
export function understand(instruction: string, context: Context): Understanding {
  const text = instruction.length > LONGEST_INSTRUCTION ? '' : clean(instruction)
  if (instruction.length > LONGEST_INSTRUCTION || text.length > LONGEST_INSTRUCTION) {
    return refuse(
      `The instruction is longer than ${LONGEST_INSTRUCTION} characters. Say what to change in a few sentences.`,
    )
  }
  const tokens = tokenise(text)
  if (!tokens.some(({ kind }) => kind !== 'stop')) {
    return refuse('The instruction is empty. Say what to change, for example "blur the background".')
  }
  const question = findQuestion(tokens)
  if (question !== undefined) {
    const asked = text.slice(question.from, question.to).trim()
    return refuse(
      `"${asked}" is a question, and the offline engine only carries out instructions. Say what to change instead.`,
      [],
      [asked],
    )
  }

  const operations: Operation[] = []
  const keeps: Keep[] = []
  const wishes: string[] = []
  const unknown: string[] = []
  const problems: string[] = []
  const impossible: string[] = []
  let last: Mention | undefined
  let negated = false

  const parts = readSentence(tokens)
  if (parts === undefined) {
    return refuse('The instruction has too many parts to be sure of. Say what to change in a few sentences.')
  }
  for (const part of parts) {
    const words = text.slice(part.from, part.to).replace(/\s+/g, ' ')
    if (part.clause === undefined) {
      unknown.push(words)
      continue
    }
    const resolved =
      negated && mayGoOn(part.joint, part.clause) ? unclearNegation() : resolve(part.clause, context, last)
    negated = part.clause.kind === 'keep' && part.clause.negated
    if (isProblem(resolved)) {
      impossible.push(words)
      problems.push(resolved.reason)
      continue
    }
    operations.push(...resolved.operations)
    if (part.clause.kind === 'keep') keeps.push(...part.clause.keeps)
    if (part.clause.kind === 'wish') wishes.push(words)
    last = mentionOf(part.clause, resolved.operations, last)
  }
  const understood = labels(operations, keeps)
  const first = unknown[0]
  if (first !== undefined)
    return refuse(notUnderstood(unknown, understood), understood, [...unknown, ...impossible])
  const problem = problems[0]
  if (problem !== undefined)
    return refuse(`"${impossible[0]}" cannot be done: ${problem}`, understood, impossible)
  if (operations.length === 0) {
    return refuse(
      'The instruction asks for no change, so there is nothing to do. Say what to change.',
      understood,
    )
  }
  const settled = settle(operations)
  const constrained = isProblem(settled) ? settled : constrain(settled.operations, keeps)
  if (isProblem(constrained)) return refuse(constrained.reason, understood)
  const vain = wishes[0]
  if (vain !== undefined && !constrained.operations.some(({ op }) => op === 'background')) {
    return refuse(notUnderstood([vain], understood), understood, [vain])
  }
  const plan = { operations: constrained.operations, understood: labels(constrained.operations, keeps) }
  return { kind: 'plan', plan }
}

/** Whether a clause behind "don't …" can be read as forbidden too. */
function mayGoOn(joint: string, clause: Clause): boolean {
  if (clause.kind === 'keep' || /[.!]|but/.test(joint)) return false
  return joint === 'and' || (clause.kind === 'adjust' && (clause.ref === 'gap' || clause.ref === 'bare'))
}

function unclearNegation(): Problem {
  return { reason: 'The "not" before it may be meant for this as well. Begin a new sentence here.' }
}

function labels(operations: readonly Operation[], keeps: readonly Keep[]): readonly string[] {
  return [...new Set([...operations.map(describe), ...keeps.map(({ label }) => label)])]
}

function notUnderstood(clauses: readonly string[], understood: readonly string[]): string {
  const quoted = clauses.map((clause) => `"${clause}"`).join(', ')
  const rest = understood.length === 0 ? '' : ` It did understand ${understood.join('; ')}.`
  return `The offline engine does not understand ${quoted}, so nothing was changed.${rest} Leave that out, say it in other words, or use a Google model for it.`
}

function refuse(
  reason: string,
  understood: readonly string[] = [],
  clauses: readonly string[] = [],
): Understanding {
  return { kind: 'unsupported', understood, notUnderstood: clauses, reason, can: CAPABILITIES }
}
