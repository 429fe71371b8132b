import { blankFloatPlane } from '../../image/float-plane.ts'
import { blankPlane, blankRaster, type Plane, type Raster, type Size } from '../../image/raster.ts'
import { resample, wholeOf } from '../../image/resample.ts'
import { type Seeded, seeded } from '../../image/seeded.ts'
import { LUMA } from '../../image/srgb.ts'
import { fieldRow, smoothField } from './smooth-field.ts'

export interface LocalChange {
  readonly picture: Raster
  /** 255 where the change is full, 0 where there is none. */
  readonly region: Plane
}

/**
 * What stands for an edit whose words are not understood: a soft patch in another colour and light. It lies where the
 * words say (left, right, top, bottom, sky) or the seed; where there is a mask, exactly there.
 */
export function localChange(
  photo: Raster,
  { instruction, seed, mask }: { readonly instruction: string; readonly seed: number; readonly mask?: Plane },
): LocalChange {
  const random = seeded(seed)
  const region = mask ?? patch(photo, placeFor(instruction, random), random)
  return { picture: tinted(photo, region, random), region }
}

type Place = readonly [x: number, y: number]

/** In shares of the frame. */
function placeFor(instruction: string, random: Seeded): Place {
  const says = (words: RegExp) => words.test(instruction)
  const x = says(/\bleft\b/i) ? 0.2 : says(/\bright\b/i) ? 0.8 : 0.25 + 0.5 * random()
  const y = says(/\b(?:top|sky)\b/i) ? 0.15 : says(/\bbottom\b/i) ? 0.85 : 0.25 + 0.5 * random()
  return [x, y]
}

/** Large enough that no check can take it for drift, small enough that most of the frame is not it. */
const [LEAST_SHARE, MOST_SHARE] = [0.15, 0.25]
/** Longer side of the grid the patch is drawn on; it is soft, so it needs no finer one. */
const GRID = 192
/** In shares of the frame: how far the outline wanders, and over how much the edge fades. */
const UNEVEN = 0.08
const SOFT = 0.08

/** A roundish patch with an uneven, soft outline, at least half covered on its share of the frame. */
function patch(size: Size, [centreX, centreY]: Place, random: Seeded): Plane {
  const shrink = Math.min(1, GRID / Math.max(size.width, size.height))
  const grid = blankFloatPlane({
    width: Math.max(1, Math.round(size.width * shrink)),
    height: Math.max(1, Math.round(size.height * shrink)),
  })
  const share = LEAST_SHARE + (MOST_SHARE - LEAST_SHARE) * random()
  const stretch = 0.8 + 0.4 * random()
  const outline = smoothField(grid, 4, random)
  for (let y = 0; y < grid.height; y++) {
    const row = grid.data.subarray(y * grid.width, (y + 1) * grid.width)
    fieldRow(outline, y, UNEVEN, row)
    const down = ((y + 0.5) / grid.height - centreY) / stretch
    for (let x = 0; x < grid.width; x++) {
      row[x]! += Math.hypot(((x + 0.5) / grid.width - centreX) * stretch, down)
    }
  }
  // The share decides where the outline runs, so that a patch at the border is no smaller than one in the middle.
  const outer = grid.data.toSorted()[Math.floor(share * grid.data.length)]!
  const distances = resample(grid, wholeOf(grid), size)
  const region = blankPlane(size)
  for (let i = 0; i < region.data.length; i++) {
    const inside = Math.min(1, Math.max(0, (outer - distances.data[i]!) / SOFT + 0.5))
    region.data[i] = Math.round(255 * inside * inside * (3 - 2 * inside))
  }
  return region
}

/** Tints far enough apart that one of them is far from any colour a photo has there. */
const TINTS = [
  [230, 90, 60],
  [240, 190, 60],
  [90, 190, 90],
  [60, 170, 210],
  [80, 90, 220],
  [200, 80, 190],
] as const
/** How much of the tint is taken. */
const STRENGTH = 0.6
/** What a black pixel gets of a tint, a white one getting all: light and dark are kept, and black is changed too. */
const FLOOR = 0.4

function tinted(photo: Raster, region: Plane, random: Seeded): Raster {
  const tint = farFrom(meanWithin(photo, region), random)
  const result = blankRaster(photo)
  result.data.set(photo.data)
  for (let i = 0, at = 0; i < region.data.length; i++, at += 4) {
    const share = (STRENGTH * region.data[i]!) / 255
    if (share === 0) continue
    const light =
      (LUMA[0] * photo.data[at]! + LUMA[1] * photo.data[at + 1]! + LUMA[2] * photo.data[at + 2]!) / 255
    const lit = FLOOR + (1 - FLOOR) * light
    for (let c = 0; c < 3; c++) {
      const own = photo.data[at + c]!
      result.data[at + c] = Math.round(own + share * (tint[c]! * lit - own))
    }
  }
  return result
}

/** One of the three farthest, so that another seed may give another colour. */
function farFrom(colour: readonly number[], random: Seeded): (typeof TINTS)[number] {
  const distance = (tint: readonly number[]) => Math.hypot(...tint.map((value, c) => value - colour[c]!))
  const ordered = TINTS.toSorted((a, b) => distance(b) - distance(a))
  return ordered[Math.floor(3 * random())]!
}

function meanWithin({ data }: Raster, region: Plane): readonly number[] {
  const sums = [0, 0, 0]
  let total = 0
  for (let i = 0, at = 0; i < region.data.length; i++, at += 4) {
    const share = region.data[i]!
    total += share
    for (let c = 0; c < 3; c++) sums[c]! += share * data[at + c]!
  }
  return sums.map((sum) => sum / Math.max(1, total))
}
