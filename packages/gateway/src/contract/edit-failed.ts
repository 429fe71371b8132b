import { PlantainError } from './error.ts'
import type { ResultDocument } from './result.ts'

/** An edit that ended without what was asked: `code` says why, `result` all that is known, images included. */
export class EditFailed extends PlantainError {
  readonly result: ResultDocument

  constructor(result: ResultDocument) {
    super(result.error?.code ?? 'internal', result.error?.message, { charged: result.charged })
    this.name = 'EditFailed'
    this.result = result
  }
}
