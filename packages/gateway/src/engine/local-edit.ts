import type { ProviderRequest } from '../contract/provider.ts'
import type { ImageLimits } from '../image/limits.ts'
import { taskUrl } from '../image/pool.ts'

/** What the worker is given. */
export interface LocalEdit {
  readonly request: ProviderRequest
  readonly imageLimits: ImageLimits
}

export const LOCAL_EDIT_TASK = taskUrl(import.meta.url, './local-edit.task')
