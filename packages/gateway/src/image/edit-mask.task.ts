import { type Fault, PlantainError } from '../contract/error.ts'
import type { ImageLimits } from './limits.ts'
import { findMarks, grown, HALF, leastMark, MARK, readMarks } from './marks.ts'
import { encodePlane } from './mask.ts'
import type { Plane } from './raster.ts'

/** What the worker is given. */
export interface MaskOrder {
  readonly photo: Uint8Array
  /** As somebody drew it; `null`: it is to be found in the photo, as `find` says. */
  readonly drawn: Uint8Array | null
  readonly find: 'foreground' | 'background'
  /** By which share of its longer side it is to grow, on every side. */
  readonly dilation: number
  readonly limits: ImageLimits
}

export type MadeMask =
  /** 8-bit grey PNG, white where the edit goes. */
  | { readonly kind: 'mask'; readonly mask: Uint8Array }
  | { readonly kind: 'no-subject' }
  | { readonly kind: 'fault'; readonly fault: Fault }

/** A mask that takes pixel by pixel to make. */
export default async function makeMask(order: MaskOrder): Promise<MadeMask> {
  try {
    const marks = await marksFor(order)
    return marks === null ? { kind: 'no-subject' } : { kind: 'mask', mask: await encodePlane(marks) }
  } catch (thrown) {
    // An error loses its class on the way out of a worker.
    if (PlantainError.is(thrown)) return { kind: 'fault', fault: thrown.fault }
    throw thrown
  }
}

async function marksFor({ photo, drawn, find, dilation, limits }: MaskOrder): Promise<Plane | null> {
  const marks =
    drawn === null
      ? await findMarks(photo, { find, limits })
      : await readMarks(drawn, { least: leastMark(drawn), limits })
  if (marks === null || dilation === 0) return marks
  const by = Math.round(dilation * Math.max(marks.width, marks.height))
  return grown({ ...marks, data: marks.data.map((value) => (value >= HALF ? MARK : 0)) }, by)
}
