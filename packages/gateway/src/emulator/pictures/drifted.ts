import type { ColourPlanes } from '../../image/colour-planes.ts'
import { blankFloatPlane, type FloatPlane } from '../../image/float-plane.ts'
import type { Raster, Size } from '../../image/raster.ts'
import { type Region, resample } from '../../image/resample.ts'
import { type Seeded, seeded } from '../../image/seeded.ts'
import { displaced } from './displaced.ts'
import type { Drift } from './drift.ts'
import { type Affine, affineOf, pixelUnit, placement, regionShown, shownPixels } from './placement.ts'
import { resynthesise } from './resynthesised.ts'
import { fieldRow, smoothField } from './smooth-field.ts'

export interface Drifted {
  readonly width: number
  readonly height: number
  /** Interleaved RGB bytes. */
  readonly rgb: Uint8Array
  /** From the pixels of what went in to those that came out; the local displacement comes on top. */
  readonly transform: Affine
}

/**
 * An opaque picture as a model renders it anew at `pixels`: another frame, other texture, other light. The same seed
 * gives the same bytes. About half a second a megapixel of output; a photo of 50 megapixels at 4K peaks at 1 GB.
 */
export function drifted(picture: Raster, pixels: Size, drift: Drift, seed: number): Drifted {
  const random = seeded(seed)
  const place = placement(picture, pixels, drift)
  const shown = shownPixels(picture, pixels, place)
  const resampled = inFrame(picture, regionShown(place, pixels), pixels)
  const planes = displaced(resampled, shown, drift.warpPx * pixelUnit(pixels), random)
  resynthesise(planes, drift.resynthesis, random)
  return { ...pixels, rgb: developed(planes, drift, random), transform: affineOf(place) }
}

/** One channel after the other, so that only one of them is held as floats at the photo's size. */
function inFrame(picture: Raster, region: Region, pixels: Size): ColourPlanes {
  const cell = cellFor(region, pixels)
  const source = blankFloatPlane({
    width: Math.ceil(picture.width / cell),
    height: Math.ceil(picture.height / cell),
  })
  const inCells = {
    left: region.left / cell,
    top: region.top / cell,
    width: region.width / cell,
    height: region.height / cell,
  }
  const channel = (c: number) => {
    averageCells(picture, c, cell, source)
    return resample(source, inCells, pixels)
  }
  return [channel(0), channel(1), channel(2)]
}

/**
 * Side of the squares a large photo is averaged over first: half as many numbers to weigh for the same picture, as long
 * as at least one and a half of them are left for each output pixel.
 */
function cellFor(region: Region, pixels: Size): number {
  const perPixel = Math.min(region.width / pixels.width, region.height / pixels.height)
  return Math.max(1, Math.floor(perPixel / 1.5))
}

/** A square that the border cuts is averaged over what there is of it. */
function averageCells({ width, height, data }: Raster, c: number, cell: number, to: FloatPlane): void {
  to.data.fill(0)
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / cell)
    const down = Math.min(cell, height - row * cell)
    for (let column = 0, i = row * to.width, at = y * width * 4 + c; column < to.width; column++, i++) {
      const across = Math.min(cell, width - column * cell)
      let sum = 0
      for (let x = 0; x < across; x++, at += 4) sum += data[at]!
      to.data[i]! += sum / (255 * across * down)
    }
  }
}

/** Hills and hollows of the exposure along the longer side. */
const LIGHT_FEATURES = 2

/** Colour and light, and back to bytes. */
function developed(planes: ColourPlanes, { colour, light }: Drift, random: Seeded): Uint8Array {
  const { width, height } = planes[0]
  const rgb = new Uint8ClampedArray(width * height * 3)
  const field = smoothField(planes[0], LIGHT_FEATURES, random)
  const exposure = new Float32Array(width)
  for (let y = 0; y < height; y++) {
    fieldRow(field, y, light, exposure)
    for (let c = 0; c < 3; c++) {
      const { data } = planes[c]!
      const gain = 255 * colour.gain[c]!
      const bias = colour.bias[c]!
      for (let x = 0, i = y * width, at = i * 3 + c; x < width; x++, i++, at += 3) {
        rgb[at] = data[i]! * gain * (1 + exposure[x]!) + bias
      }
    }
  }
  return new Uint8Array(rgb.buffer)
}
