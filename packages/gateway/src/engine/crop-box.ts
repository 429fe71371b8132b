import type { Plane, Size } from '../image/raster.ts'

export interface CropBox extends Size {
  readonly left: number
  readonly top: number
}

/**
 * The largest box of `ratio` in a picture. Without a subject it sits in the middle; with one it is centred on the
 * subject as far as the picture allows, and where the subject is larger than the box its top stays in: heads matter.
 */
export function cropAround(
  picture: Size,
  ratio: readonly [width: number, height: number],
  alpha?: Plane,
): CropBox {
  const wanted = ratio[0] / ratio[1]
  const width = Math.max(1, Math.min(picture.width, Math.round(picture.height * wanted)))
  const height = Math.max(1, Math.min(picture.height, Math.round(picture.width / wanted)))
  const subject = alpha && subjectIn(picture, alpha)
  if (subject === undefined) {
    return {
      left: Math.round((picture.width - width) / 2),
      top: Math.round((picture.height - height) / 2),
      width,
      height,
    }
  }
  const left = subject.left + (subject.width - width) / 2
  const top =
    subject.height <= height ? subject.top + (subject.height - height) / 2 : subject.top - height * 0.04
  return {
    left: Math.round(Math.min(picture.width - width, Math.max(0, left))),
    top: Math.round(Math.min(picture.height - height, Math.max(0, top))),
    width,
    height,
  }
}

function subjectIn(picture: Size, alpha: Plane): CropBox | undefined {
  const box = subjectBox(alpha)
  if (box === undefined) return undefined
  const across = picture.width / alpha.width
  const down = picture.height / alpha.height
  return {
    left: box.left * across,
    top: box.top * down,
    width: box.width * across,
    height: box.height * down,
  }
}

/** Bounds of everything at least half subject, or nothing when there is none. */
export function subjectBox({ width, height, data }: Plane): CropBox | undefined {
  let left = width
  let right = -1
  let top = height
  let bottom = -1
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (data[i]! < 128) continue
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      bottom = y
    }
  }
  return bottom < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 }
}
