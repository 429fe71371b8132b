import type { EditResult } from '../contract/result.ts'
import type { Observation } from '../observe/observation.ts'

/** What logs, traces and metrics are told of an edit: pictures by size and hash only. */
export function tellOfEdit(watch: Observation, result: EditResult, requestBytes: number): void {
  watch.received({ requestBytes, images: result.sources })
  watch.edited(result)
}
