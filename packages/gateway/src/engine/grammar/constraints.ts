import type { Operation, Where } from '../operation.ts'
import type { Keep } from './clause.ts'
import { describe } from './describe.ts'
import { isProblem } from './resolve.ts'
import type { Resolved } from './resolve.ts'

const OTHER = { subject: 'background', background: 'subject' } as const

/**
 * Works what must stay into what is done: an adjustment of everything shrinks to the part that is not kept,
 * and what cannot shrink is a contradiction.
 */
export function constrain(operations: readonly Operation[], keeps: readonly Keep[]): Resolved {
  let kept: readonly Operation[] = operations
  for (const keep of keeps) {
    const next: Operation[] = []
    for (const operation of kept) {
      const allowed = allow(operation, keep)
      if (isProblem(allowed)) return allowed
      next.push(allowed)
    }
    kept = next
  }
  return { operations: kept }
}

function allow(operation: Operation, keep: Keep): Operation | { readonly reason: string } {
  if (!forbids(keep, operation)) return operation
  const kept = keep.ref === 'subject' || keep.ref === 'background' ? keep.ref : 'all'
  const where = reach(operation)
  if (kept !== 'all' && where === OTHER[kept]) return operation
  // The mask is the caller's own border; what it covers is meant to change.
  if (where === 'mask' && kept !== 'all') return operation
  if (kept !== 'all' && where === 'all' && 'where' in operation) return shrink(operation, OTHER[kept])
  return {
    reason: `It asks for "${describe(operation)}" and also for "${keep.label}": both cannot be had. Leave one of them out.`,
  }
}

type Placed = Extract<Operation, { where: Where }>

function shrink(operation: Placed, where: Where): Operation {
  if (where !== 'background') return { ...operation, where }
  if (operation.op === 'blur')
    return { op: 'background', background: { kind: 'blur', amount: operation.amount } }
  if (operation.op === 'greyscale') return { op: 'background', background: { kind: 'greyscale' } }
  return { ...operation, where }
}

function reach(operation: Operation): Where {
  if ('where' in operation) return operation.where
  if (operation.op === 'background') return 'background'
  return operation.op === 'remove-object' ? 'mask' : 'all'
}

function forbids({ against, ref }: Keep, operation: Operation): boolean {
  const sign = 'amount' in operation ? Math.sign(operation.amount) : undefined
  return namesOf(operation, ref === 'background').some((name) =>
    against.some(
      (rule) => rule.op === name && (rule.sign === undefined || sign === undefined || rule.sign === sign),
    ),
  )
}

/**
 * The operations a rule may know this one by. The photo's own background defocused or grey is a blur or greyscale
 * of it; a new one brings its own colours, light and focus, so that to keep the old one's is to keep the old one.
 */
function namesOf(operation: Operation, ofBackground: boolean): readonly Operation['op'][] {
  if (operation.op === 'resize' && (operation.width === undefined || operation.height === undefined)) {
    return ['scale']
  }
  if (operation.op !== 'background') return [operation.op]
  const { kind } = operation.background
  if (kind === 'blur' || kind === 'greyscale') return [kind]
  return ofBackground ? ['background', 'saturation', 'brightness', 'blur'] : []
}
