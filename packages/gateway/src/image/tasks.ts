import { taskUrl } from './pool.ts'

export type { MaskRead, MaskReading } from './read-mask.task.ts'
export type { Restoration, Restored } from './restore.task.ts'

/** The module that puts a model's picture back into the photo, for the worker pool. */
export const RESTORE_TASK = taskUrl(import.meta.url, './restore.task')

/** The module that reads a caller's mask. */
export const READ_MASK_TASK = taskUrl(import.meta.url, './read-mask.task')
