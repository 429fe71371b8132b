import { PlantainError } from './error.ts'
import type { ResultDocument } from './result.ts'

/** An edit that ended without what was asked: `code` says why, `result` all that is known, images included. */
export class EditFailed extends PlantainError {
  readonly result: ResultDocument

  constructor(result: ResultDocument) {
    const { code = 'internal', message, waitMs } = result.error ?? {}
    super(code, message, { charged: result.charged, ...(waitMs !== undefined && { waitMs }) })
    this.name = 'EditFailed'
    this.result = result
  }
}
