import { taskUrl } from '../image/pool.ts'

export type { LocalAnswer, LocalEdit } from './local-edit.task.ts'

/** The module that makes an offline edit, for the worker pool. */
export const LOCAL_EDIT_TASK = taskUrl(import.meta.url, './local-edit.task')

/** The module that makes a worker ready for it. */
export const LOCAL_WARM_TASK = taskUrl(import.meta.url, './local-warm.task')
