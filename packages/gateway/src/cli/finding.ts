import type { ErrorCode } from '../contract/error.ts'

/** One line of the doctor's report. */
export interface Finding {
  readonly topic: string
  /** `note` is a fact, neither good nor bad. */
  readonly mark: 'ok' | 'note' | 'warn' | 'fail'
  readonly text: string
  readonly remedy?: string
  /** What an edit would end with. */
  readonly code?: ErrorCode
}
