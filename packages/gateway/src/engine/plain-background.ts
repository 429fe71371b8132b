import { blankRaster, type Raster, type Size } from '../image/raster.ts'
import { LUMA } from '../image/srgb.ts'
import { seeded } from '../image/seeded.ts'
import type { Background, Rgb } from './operation.ts'

/** One colour, exactly: no grain and no dither, since product pages compare it byte for byte. */
export function colourBackground(size: Size, colour: Rgb): Raster {
  const raster = blankRaster(size)
  for (let at = 0; at < raster.data.length; at += 4) {
    raster.data[at] = colour[0]
    raster.data[at + 1] = colour[1]
    raster.data[at + 2] = colour[2]
    raster.data[at + 3] = 255
  }
  return raster
}

/**
 * A blend of two colours, `from` at the top, the left or the centre. The last bit is dithered with triangular noise of
 * one byte step: a slow gradient over 4000 pixels has bands otherwise. The same size gives the same bytes.
 */
export function gradientBackground(size: Size, { from, to, direction }: Omit<Gradient, 'kind'>): Raster {
  const raster = blankRaster(size)
  const random = seeded(size.width * 31 + size.height)
  const place = placeIn(size, direction)
  for (let y = 0, at = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, at += 4) {
      const share = place(x + 0.5, y + 0.5)
      const noise = random() - random()
      for (let c = 0; c < 3; c++) {
        const value = from[c]! + (to[c]! - from[c]!) * share + noise
        // Two equal ends are a plain colour and stay one.
        raster.data[at + c] = from[c] === to[c] ? from[c]! : Math.min(255, Math.max(0, Math.round(value)))
      }
      raster.data[at + 3] = 255
    }
  }
  return raster
}

type Gradient = Extract<Background, { kind: 'gradient' }>

function placeIn(
  { width, height }: Size,
  direction: Gradient['direction'],
): (x: number, y: number) => number {
  switch (direction) {
    case 'down':
      return (_, y) => y / height
    case 'right':
      return (x) => x / width
    case 'radial': {
      const corner = Math.hypot(width, height) / 2
      return (x, y) => Math.min(1, Math.hypot(x - width / 2, y - height / 2) / corner)
    }
  }
}

/** The same picture without its colours, brightness by Rec. 709 weights. */
export function greyscaleBackground(photo: Raster): Raster {
  const raster = blankRaster(photo)
  for (let at = 0; at < raster.data.length; at += 4) {
    const grey = LUMA[0] * photo.data[at]! + LUMA[1] * photo.data[at + 1]! + LUMA[2] * photo.data[at + 2]!
    raster.data.fill(Math.round(grey), at, at + 3)
    raster.data[at + 3] = photo.data[at + 3]!
  }
  return raster
}
