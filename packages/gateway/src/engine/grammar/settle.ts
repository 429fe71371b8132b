import { isFraming, type Operation } from '../operation.ts'
import { describe } from './describe.ts'
import type { Resolved } from './resolve.ts'

type BackgroundOperation = Extract<Operation, { op: 'background' }>

/**
 * Makes one consistent order of work out of what the clauses said, each for itself:
 * what is said twice is done once, a removed background that is then replaced is just replaced, two different
 * backgrounds or opposite adjustments are a contradiction. The order stays as said, but work on a part of the
 * picture comes before framing: the mask, and the subject found in the photo, belong to the frame as it came.
 * An object goes first of all, while what surrounds it is still the photo's own.
 */
export function settle(operations: readonly Operation[]): Resolved {
  const single = withoutRepeats(operations)
  const backgrounds = single.filter((operation) => operation.op === 'background')
  const fills = backgrounds.filter(isFill)
  const [first, second] = fills
  if (first !== undefined && second !== undefined) return both(first, second)

  const own = backgrounds.filter(
    ({ background }) => background.kind === 'blur' || background.kind === 'greyscale',
  )
  const gone = backgrounds.find(({ background }) => background.kind === 'transparent')
  if (first === undefined && gone !== undefined && own[0] !== undefined) return both(gone, own[0])

  const settled: Operation[] = []
  for (const [index, operation] of single.entries()) {
    if (operation.op === 'background' && first !== undefined) {
      if (operation === gone) {
        if (single.indexOf(first) < index) return both(first, gone)
        continue
      }
      if (operation !== first) {
        if (index < single.indexOf(first)) return both(operation, first)
        settled.push(onTop(operation))
        continue
      }
    }
    settled.push(operation)
  }
  const opposed = findOpposites(settled)
  return opposed === undefined ? { operations: inOrder(settled) } : both(...opposed)
}

function isFill({ background }: BackgroundOperation): boolean {
  return background.kind !== 'blur' && background.kind !== 'greyscale' && background.kind !== 'transparent'
}

/** Blur and greyscale of a background that has just been put there work on what is now outside the subject. */
function onTop(operation: BackgroundOperation): Operation {
  return operation.background.kind === 'blur'
    ? { op: 'blur', amount: operation.background.amount, where: 'background' }
    : { op: 'greyscale', where: 'background' }
}

function withoutRepeats(operations: readonly Operation[]): readonly Operation[] {
  const seen = new Map<string, Operation>()
  for (const operation of operations) {
    const repeatable = operation.op === 'rotate' || operation.op === 'flip' || operation.op === 'crop-box'
    seen.set(repeatable ? `${seen.size}` : keyOf(operation), operation)
  }
  return [...seen.values()]
}

/** Of two background blurs the later one counts, as in "portrait mode, with a strong blur behind her". */
function keyOf(operation: Operation): string {
  if (operation.op === 'background' && operation.background.kind === 'blur') return 'background blur'
  return JSON.stringify(operation)
}

function findOpposites(operations: readonly Operation[]): readonly [Operation, Operation] | undefined {
  for (const [index, one] of operations.entries()) {
    const other = operations.slice(index + 1).find((later) => opposes(one, later))
    if (other !== undefined) return [one, other]
  }
  return undefined
}

function opposes(one: Operation, other: Operation): boolean {
  if (one.op === other.op && (one.op === 'crop' || one.op === 'resize' || one.op === 'scale')) return true
  if (!('where' in one) || !('where' in other) || one.where !== other.where) return false
  if (one.op === 'blur' || one.op === 'sharpen')
    return one.op !== other.op && (other.op === 'blur' || other.op === 'sharpen')
  return one.op === other.op && 'amount' in one && 'amount' in other && one.amount * other.amount < 0
}

function both(one: Operation, other: Operation): Resolved {
  return {
    reason: `It asks for both "${describe(one)}" and "${describe(other)}", which exclude each other. Leave one of them out.`,
  }
}

function inOrder(operations: readonly Operation[]): readonly Operation[] {
  const removals = operations.filter(({ op }) => op === 'remove-object')
  const others = operations.filter(({ op }) => op !== 'remove-object')
  const border = others.findIndex(isFraming)
  if (border < 0) return [...removals, ...others]
  const behind = others.slice(border)
  return [
    ...removals,
    ...others.slice(0, border),
    ...behind.filter(isOfPart),
    ...behind.filter((operation) => !isOfPart(operation)),
  ]
}

function isOfPart(operation: Operation): boolean {
  return operation.op === 'background' || ('where' in operation && operation.where !== 'all')
}
