import type { Plane, Raster } from './raster.ts'
import type { PixelBox } from './region.ts'

export interface Mixing {
  /** Of the mask's size. */
  readonly original: Raster
  /** Of the size of `box`. */
  readonly edited: Raster
  /** Where `edited` lies in the original; outside of it nothing is mixed in. */
  readonly box: PixelBox
}

/** The edit where the mask is white, the original's own bytes where it is black, mixed where it is grey. */
export function onlyInside(mask: Plane, { original, edited, box }: Mixing): Raster {
  const data = new Uint8Array(original.data)
  for (let y = 0, from = 0; y < box.height; y++) {
    const start = (box.top + y) * mask.width + box.left
    for (let x = 0; x < box.width; x++, from += 4) {
      const share = mask.data[start + x]! / 255
      if (share === 0) continue
      const at = (start + x) * 4
      // Colours count by their opacity: what is transparent has none to mix in.
      const own = original.data[at + 3]! * (1 - share)
      const made = edited.data[from + 3]! * share
      const total = own + made
      data[at + 3] = Math.round(total)
      for (let c = 0; c < 3; c++) {
        if (share === 1) data[at + c] = edited.data[from + c]!
        else if (total > 0) {
          data[at + c] = Math.round((original.data[at + c]! * own + edited.data[from + c]! * made) / total)
        } else data[at + c] = edited.data[from + c]!
      }
    }
  }
  return { width: original.width, height: original.height, data }
}

/** Whether two pictures of one size have the very same bytes wherever the mask is black. */
export function sameOutside(mask: Plane, a: Raster, b: Raster): boolean {
  for (let i = 0, at = 0; i < mask.data.length; i++, at += 4) {
    if (mask.data[i] !== 0) continue
    for (let c = at; c < at + 4; c++) if (a.data[c] !== b.data[c]) return false
  }
  return true
}
