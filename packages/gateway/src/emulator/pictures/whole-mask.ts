import { DEFAULT_IMAGE_LIMITS } from '../../image/limits.ts'
import { encodePlane } from '../../image/mask.ts'
import { inspectPhoto } from '../../image/photo.ts'

/** A mask that covers all of a photo: PNG. */
export async function wholeMask(photo: Uint8Array): Promise<Uint8Array> {
  const { width, height } = await inspectPhoto(photo, DEFAULT_IMAGE_LIMITS, 'The image')
  return encodePlane({ width, height, data: new Uint8Array(width * height).fill(255) })
}
