import type { Background, Operation, Where } from '../operation.ts'
import type { Change, Clause, Filling, Ref } from './clause.ts'
import { nameOf } from './describe.ts'

/** What came along with the instruction. */
export interface Context {
  /** Pictures, the photo included: from 2 on there is one to put behind the subject. */
  readonly inputs: number
  readonly hasMask: boolean
}

/** A clause whose words are understood but which cannot be done, and why. */
export interface Problem {
  readonly reason: string
}

export type Resolved = { readonly operations: readonly Operation[] } | Problem

/** What the sentence spoke of last: decides what "it" and "… and warmer" mean. */
export interface Mention {
  readonly where: Where
  readonly by: 'adjusted' | 'replaced' | 'removed' | 'kept'
}

export const isProblem = (value: object): value is Problem => 'reason' in value

/**
 * Places one clause: settles what "it" is and whether the pictures and the mask it needs came along.
 * Constraints are not placed here, they bear on the whole sentence.
 */
export function resolve(clause: Clause, context: Context, last: Mention | undefined): Resolved {
  switch (clause.kind) {
    case 'background':
      if (clause.of === 'it' && last?.where !== 'background') {
        return { reason: '"It" has no background to stand for yet. Say "the background".' }
      }
      return fill(clause.filling, context)
    case 'adjust': {
      const where = place(clause.ref, context, last)
      if (typeof where !== 'string') return where
      return { operations: clause.changes.map((change) => atPlace(change, where)) }
    }
    case 'frame':
      return { operations: clause.framings }
    case 'remove-object':
      return context.hasMask
        ? { operations: [{ op: 'remove-object' }] }
        : {
            reason:
              'An object can only be removed where a mask marks it, and no mask came along. Send a mask that covers it.',
          }
    case 'keep':
    case 'wish':
    case 'aside':
      return { operations: [] }
  }
}

function fill(filling: Filling, { inputs }: Context): Resolved {
  switch (filling.kind) {
    case 'near-scene':
      return {
        reason: `The only scene with "${filling.asked}" is ${filling.say}. Ask for that by these words if it will do.`,
      }
    case 'other-picture':
      if (inputs === 2) return done({ kind: 'picture', input: 1 })
      return inputs < 2
        ? missingPicture(2, inputs)
        : { reason: 'Several other pictures came along. Say which, for example "the second picture".' }
    case 'picture':
      return filling.input < inputs ? done(filling) : missingPicture(filling.input + 1, inputs)
    case 'defocused': {
      const blur: Operation = { op: 'blur', amount: filling.amount, where: 'background' }
      return { operations: [{ op: 'background', background: filling.background }, blur] }
    }
    default:
      return done(filling)
  }
}

function done(background: Background): Resolved {
  return { operations: [{ op: 'background', background }] }
}

function missingPicture(wanted: number, inputs: number): Problem {
  const came = inputs === 1 ? 'only the photo itself' : `only ${inputs} pictures`
  return {
    reason: `The background asked for is picture ${wanted}, but ${came} came along. Send it as a further input.`,
  }
}

function place(ref: Ref, { hasMask }: Context, last: Mention | undefined): Where | Problem {
  const unsaid = hasMask ? 'mask' : 'all'
  switch (ref) {
    case 'mask':
      return hasMask
        ? 'mask'
        : {
            reason:
              'It speaks of a marked area, but no mask came along. Send a mask, or name the subject or the background.',
          }
    case 'unsaid':
      return unsaid
    case 'bare':
      return last?.by === 'adjusted' && last.where !== 'all'
        ? unclear('A verb without object', last.where)
        : unsaid
    case 'it':
    case 'gap':
      if (last === undefined) return unsaid
      if (last.by === 'removed' || (last.by === 'kept' && last.where === 'subject')) return unsaid
      return last.by === 'adjusted' ? last.where : unclear(ref === 'it' ? '"It"' : 'This', last.where)
    case 'rest':
      if (last?.where === 'subject') return 'background'
      return last?.where === 'background' && last.by !== 'replaced' ? 'subject' : unclear('"The rest"', 'all')
    default:
      return ref
  }
}

function unclear(what: string, where: Where): Problem {
  return {
    reason: `${what} may mean ${nameOf(where === 'all' ? 'background' : where)} or the whole photo here. Name the one that is meant.`,
  }
}

function atPlace(change: Change, where: Where): Operation {
  if (where === 'background' && change.op === 'greyscale')
    return { op: 'background', background: { kind: 'greyscale' } }
  if (where === 'background' && change.op === 'blur') {
    return { op: 'background', background: { kind: 'blur', amount: change.amount } }
  }
  return { ...change, where }
}

/** What a resolved clause leaves behind for the next "it". */
export function mentionOf(
  clause: Clause,
  operations: readonly Operation[],
  last: Mention | undefined,
): Mention | undefined {
  if (clause.kind === 'keep') {
    const ref = clause.keeps.at(-1)?.ref
    const named = ref === 'subject' || ref === 'background'
    return named && last === undefined ? { where: ref, by: clause.negated ? 'adjusted' : 'kept' } : last
  }
  const first = operations[0]
  if (first === undefined) return last
  if (clause.kind === 'background') {
    const gone = first.op === 'background' && first.background.kind === 'transparent'
    return { where: 'background', by: gone ? 'removed' : 'replaced' }
  }
  if (first.op === 'background') return { where: 'background', by: 'adjusted' }
  return 'where' in first ? { where: first.where, by: 'adjusted' } : last
}
