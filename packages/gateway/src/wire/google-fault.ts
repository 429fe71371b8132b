import { type Fault, fault } from '../contract/error.ts'
import type { Charged } from '../contract/outcome.ts'
import type { GoogleError } from './google-error.ts'
import { rowFor } from './google-error-table.ts'
import { publicText } from './public-text.ts'
import { readWaitMs } from './wait.ts'

export interface FaultContext {
  /** Instructions and secrets that no message may repeat. */
  readonly hidden: readonly string[]
  readonly nowMs: number
  readonly charged: Charged
}

/** What an error means for an edit, with the wait that was asked for. */
export function faultOf(
  error: GoogleError,
  headers: Readonly<Record<string, string>>,
  context: FaultContext,
): Fault {
  const row = rowFor(error)
  const reason = error.reason || error.rpc
  const said = publicText(error.message, context.hidden)
  const signature = [error.status, reason].filter(Boolean).join(' ')
  const text = typeof row.text === 'string' ? row.text : publicText(row.text(error), context.hidden)
  const waitMs = row.waits === true ? readWaitMs(error, headers['retry-after'], context.nowMs) : undefined
  return fault(row.code, `${text} (${signature}${said === '' ? '' : `: “${said}”`})`, {
    charged: context.charged,
    ...(waitMs === undefined ? {} : { waitMs }),
    upstream: { status: error.status, ...(reason === '' ? {} : { reason: publicText(reason) }) },
  })
}
