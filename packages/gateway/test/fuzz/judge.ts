import type { Answer } from './answer.ts'
import type { Sent } from './spoil-request.ts'

/** Knows what answers of a server may look like. */
export interface Judge {
  /** What is wrong with an answer to a request that was understood as HTTP; `null`: nothing. */
  faultOf(sent: Sent, answer: Answer): string | null
  /** What is wrong with an answer to bytes of which nobody can say what was asked. */
  looseFaultOf(answer: Answer): string | null
  /** Whether the server may break off its answer to that. */
  mayBreak(sent: Sent): boolean
}
