import { type Pool, taskUrl } from './pool.ts'
import { encodePlane } from './mask.ts'
import type { MadeMask, MaskOrder } from './edit-mask.task.ts'
import { leastMark, readMarks } from './marks.ts'

export type { MadeMask, MaskOrder } from './edit-mask.task.ts'

const EDIT_MASK_TASK = taskUrl(import.meta.url, './edit-mask.task')

/** Makes masks for edits. Rejects with an `AbortError` when the signal aborts, and with `image_corrupt` as `PlantainError`. */
export type MakeMask = (order: MaskOrder, signal: AbortSignal) => Promise<MadeMask>

/** What needs its pixels walked through is done in a worker, which is started for the first such mask. */
export function createMakeMask(pool: Pool): MakeMask {
  return async (order, signal) => {
    const { drawn, dilation, limits } = order
    if (drawn === null || dilation > 0) return pool.run<MadeMask>(EDIT_MASK_TASK, order, { signal })
    return {
      kind: 'mask',
      mask: await encodePlane(await readMarks(drawn, { least: leastMark(drawn), limits })),
    }
  }
}
