import { sizeWithin } from './colour-planes.ts'
import { components } from './components.ts'
import { distanceToBorder } from './distance.ts'
import { blankFloatPlane, type FloatPlane } from './float-plane.ts'
import type { Size } from './raster.ts'
import { resample, wholeOf } from './resample.ts'

/** What is known before matting: 0 background, 1 subject, 0.5 to be found out. */
export type Trimap = FloatPlane

// The network draws an edge up to a pixel and a half of its 320 beside the true one.
const leastReach = 0.005
// Hair and fur: where the map itself is soft, the edge may lie this share of the longer side away.
const softReach = 0.012
// Islands smaller than this share of the largest piece are the network's crumbs, not a second subject.
const leastPiece = 0.06
// Holes below this share of the picture are crumbs too; the gap under an arm is larger.
const leastHole = 0.0005
// Up to this share a hole is filled too when the network was in two minds about it: a white collar, a shiny buckle.
const doubtedHole = 0.003

/** Marks the edge band of a map of beliefs, drawn at the working size. */
export function trimap(map: FloatPlane, size: Size): Trimap {
  // The network's square in the picture's shape: its own detail, and lengths that are the same both ways.
  const shape = sizeWithin(size, map.data.length)
  const clean = withoutCrumbs(resample(map, wholeOf(map), shape))
  const belief = resample(clean, wholeOf(clean), size).data
  const nearest = distanceToBorder(clean)
  const distance = resample(nearest, wholeOf(nearest), size).data
  const longer = Math.max(shape.width, shape.height)
  const always = Math.max((1.5 * shape.width) / size.width, leastReach * longer)
  const atMost = 2 * always + softReach * longer
  const out = blankFloatPlane(size)
  for (let i = 0; i < out.data.length; i++) {
    const value = belief[i]!
    const soft = value > 0.04 && value < 0.96
    const away = Math.abs(distance[i]!)
    const open = away <= always || (soft && away <= atMost)
    out.data[i] = open ? 0.5 : distance[i]! > 0 ? 1 : 0
  }
  return out
}

/** The belief with stray pieces set to 0 and pinholes to 1. */
export function withoutCrumbs(belief: FloatPlane): FloatPlane {
  const out = { ...belief, data: Float32Array.from(belief.data) }
  const [largest, ...others] = components(belief)
  for (const { area, pixels } of others) {
    if (area < leastPiece * largest!.area) for (const i of pixels) out.data[i] = 0
  }
  const background = { ...out, data: out.data.map((value) => 1 - value) }
  for (const { area, pixels } of components(background)) {
    const share = area / belief.data.length
    const doubted = share < doubtedHole && meanOver(pixels, belief.data) > 0.15
    if (share < leastHole || doubted) for (const i of pixels) out.data[i] = 1
  }
  return out
}

function meanOver(pixels: Int32Array, data: Float32Array): number {
  let sum = 0
  for (const i of pixels) sum += data[i]!
  return sum / pixels.length
}
