import type { ErrorCode } from './error.ts'
import type { Charged } from './outcome.ts'

/** One request to one target. */
export interface Attempt {
  readonly id: string
  readonly target: string
  readonly model: string
  /** HTTP status of the provider; `null` where no answer came or none was needed. */
  readonly status: number | null
  readonly code: ErrorCode | null
  readonly charged: Charged
  readonly costMicroUsd: number
  readonly ms: number
}

/** What an attempt came to, for the ledger. */
export type AttemptEnd = Omit<Attempt, 'id' | 'target' | 'model'>

/** Where attempts are written down: the intent before anything is sent, the end when it is known. */
export interface AttemptLog {
  begin(attempt: { readonly target: string; readonly model: string }): Promise<string>
  end(attemptId: string, end: AttemptEnd): Promise<void>
}
