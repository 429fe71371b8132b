import { DEFAULT_IMAGE_LIMITS } from '../../image/limits.ts'
import { findMarks } from '../../image/marks.ts'
import { encodePlane } from '../../image/mask.ts'

/** What the worker is given. */
export interface FindMask {
  readonly photo: Uint8Array
  /** `semantic` names classes of things, which the local network does not tell apart: it takes the subject. */
  readonly mode: 'foreground' | 'background' | 'semantic'
}

/** A mask as Imagen makes one where none is given: 8-bit grey PNG, white where the edit goes. `null`: no subject. */
export default async function findMask({ photo, mode }: FindMask): Promise<Uint8Array | null> {
  const find = mode === 'background' ? 'background' : 'foreground'
  const found = await findMarks(photo, { find, limits: DEFAULT_IMAGE_LIMITS })
  return found && encodePlane(found)
}
