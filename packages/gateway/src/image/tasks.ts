import { taskUrl } from './pool.ts'

export type { MadeMask, MaskOrder } from './edit-mask.task.ts'
export type { MaskRead, MaskReading } from './read-mask.task.ts'
export type { Restoration, Restored } from './restore.task.ts'

/** The module that puts a model's picture back into the photo, for the worker pool. */
export const RESTORE_TASK = taskUrl(import.meta.url, './restore.task')

/** The module that reads a caller's mask. */
export const READ_MASK_TASK = taskUrl(import.meta.url, './read-mask.task')

/** The module that makes a mask of one that was drawn for Imagen, or of the photo itself. */
export const EDIT_MASK_TASK = taskUrl(import.meta.url, './edit-mask.task')
