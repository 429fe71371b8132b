import { ERRORS, type ErrorCode } from './error-table.ts'
import type { JsonObject } from './json-object.ts'
import type { Charged } from './outcome.ts'

export { type ErrorEntry, EXIT, type ExitCode } from './error-entry.ts'
export { docsAnchor, type ErrorCode, ERRORS } from './error-table.ts'

export interface Fault {
  readonly code: ErrorCode
  /** Public: what happened, why, and what to do next. Never holds a secret. */
  readonly message: string
  readonly charged: Charged
  /** What of the request is at fault, as its dialect spells it, where that is one field. */
  readonly field?: string
  /** How long the provider asks to wait, where it does. */
  readonly waitMs?: number
  /** What the provider said, for logs and classification. */
  readonly upstream?: {
    readonly status: number
    /** Google's finishReason, blockReason or ErrorInfo reason, verbatim. */
    readonly reason?: string
    /** Google's safety ratings of what was blocked. */
    readonly safety?: readonly JsonObject[]
  }
}

export type FaultDetails = Partial<Omit<Fault, 'code' | 'message'>>

/** A fault with what the table knows of its code, where nothing more precise is given. */
export function fault(code: ErrorCode, message: string, details: FaultDetails = {}): Fault {
  return { charged: ERRORS[code].charged, ...details, code, message }
}

/** How an attempt ends that its signal cut short; whoever holds the signal knows why it did. */
export function abortFault(charged: Charged): Fault {
  return fault('cancelled', 'The edit was cancelled.', { charged })
}

const MARK = Symbol.for('plantain.error')

/**
 * A fault on its way to whoever asked. `message` is public.
 * Recognise it with `PlantainError.is`, which also works across two copies of the package.
 */
export class PlantainError extends Error {
  readonly fault: Fault
  readonly code: ErrorCode
  readonly [MARK] = true

  constructor(
    faultOrCode: Fault | ErrorCode,
    message?: string,
    details?: FaultDetails & { cause?: unknown },
  ) {
    const { cause, ...rest } = details ?? {}
    const held =
      typeof faultOrCode === 'string'
        ? fault(faultOrCode, message ?? ERRORS[faultOrCode].text, rest)
        : faultOrCode
    super(held.message, cause === undefined ? undefined : { cause })
    this.name = 'PlantainError'
    this.fault = held
    this.code = held.code
  }

  static is(thrown: unknown): thrown is PlantainError {
    return typeof thrown === 'object' && thrown !== null && MARK in thrown
  }
}
