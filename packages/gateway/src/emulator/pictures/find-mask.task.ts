import { DEFAULT_IMAGE_LIMITS } from '../../image/limits.ts'
import { encodePlane } from '../../image/mask.ts'
import { decodePhoto } from '../../image/photo.ts'
import { segment } from '../../image/segment.ts'

/** What the worker is given. */
export interface FindMask {
  readonly photo: Uint8Array
  /** `semantic` names classes of things, which the local network does not tell apart: it takes the subject. */
  readonly mode: 'foreground' | 'background' | 'semantic'
}

/** A mask as Imagen makes one where none is given: 8-bit grey PNG, white where the edit goes. `null`: no subject. */
export default async function findMask({ photo, mode }: FindMask): Promise<Uint8Array | null> {
  const found = await segment(await decodePhoto(photo, DEFAULT_IMAGE_LIMITS, 'The image'))
  if (found.kind === 'no-subject') return null
  const { width, height, data } = found.alpha
  return encodePlane({ width, height, data: mode === 'background' ? data.map((value) => 255 - value) : data })
}
