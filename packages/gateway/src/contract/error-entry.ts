import type { Charged } from './outcome.ts'

/** Exit codes of the command line, by what the user has to look at next. */
export const EXIT = {
  edited: 0,
  internal: 1,
  usage: 2,
  input: 3,
  refused: 4,
  credential: 5,
  quota: 6,
  upstream: 7,
  notAnEdit: 8,
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export interface ErrorEntry {
  /** Status on the native and OpenAI doors. */
  readonly status: number
  readonly exit: ExitCode
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean
  /** What is known of the bill when nothing more precise is. */
  readonly charged: Charged
  /** Public text: one sentence, without particulars of the request. */
  readonly text: string
}
