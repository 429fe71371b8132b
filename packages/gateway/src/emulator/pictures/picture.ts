import { taskUrl } from '../../image/pool.ts'

export type { Picture, PictureTask, Truth, Unreadable } from './picture.task.ts'

/** The module that makes a model's picture, for the worker pool. */
export const PICTURE_TASK = taskUrl(import.meta.url, './picture.task')

/** The module that finds a mask where none is given, for the worker pool. */
export const FIND_MASK_TASK = taskUrl(import.meta.url, './find-mask.task')
