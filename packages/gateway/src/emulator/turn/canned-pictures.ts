import { cannedPicture } from '../pictures/canned.ts'
import { shapeOf } from './shape.ts'
import type { Studio } from './picture-source.ts'

/** The same plain picture for everybody, or the photo as it came: nothing is looked at, nothing is edited. It is padded to `byteLength` where it is shorter. */
export function createCannedPictures({ byteLength }: { readonly byteLength?: number }): Studio {
  return {
    make: async ({ asked, wish, mimeType }) => {
      const [photo] = asked.images
      if (wish.unchanged && photo) return { ...photo, truth: null }
      const size = shapeOf(asked, null, wish)
      const made = await cannedPicture({ ...size, mimeType, ...(byteLength !== undefined && { byteLength }) })
      return { ...made, truth: null }
    },
    // Everything, for nothing is looked at.
    findMask: async (photo) => (await import('../pictures/whole-mask.ts')).wholeMask(photo),
    close: async () => {},
  }
}
