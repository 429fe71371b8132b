import type { Fault } from '../contract/error.ts'
import type { EditResult } from '../contract/result.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { endingOf, settle } from './settle.ts'

/** The result of an edit that could not even be begun, such as one whose photo cannot be read. */
export async function refusedEdit(ledger: Ledger, fault: Fault): Promise<EditResult> {
  return settle(await ledger.reserve(), { input: [] }, endingOf(fault))
}
