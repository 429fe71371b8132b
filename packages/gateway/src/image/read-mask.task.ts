import { type Fault, PlantainError } from '../contract/error.ts'
import type { ImageLimits } from './limits.ts'
import { encodePlane, type MaskOptions, readMask } from './mask.ts'
import type { Size } from './raster.ts'

/** What the worker is given: a mask as its caller sent it, and the size of its photo. */
export interface MaskReading {
  readonly mask: Uint8Array
  readonly by: MaskOptions['by']
  readonly photo: Size
  readonly imageLimits: ImageLimits
}

export type MaskRead =
  /** As `encodePlane` writes it. */
  { readonly kind: 'read'; readonly mask: Uint8Array } | { readonly kind: 'fault'; readonly fault: Fault }

/** Reads a mask, in a worker: every pixel of it is looked at. */
export default async function readMaskTask({ mask, by, photo, imageLimits }: MaskReading): Promise<MaskRead> {
  try {
    return { kind: 'read', mask: await encodePlane(await readMask(mask, photo, { ...imageLimits, by })) }
  } catch (thrown) {
    // Errors lose their class on the way out of a worker; faults are values and keep it.
    if (!PlantainError.is(thrown)) throw thrown
    return { kind: 'fault', fault: thrown.fault }
  }
}
