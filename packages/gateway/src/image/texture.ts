import type { Box } from './holes.ts'
import type { Size } from './raster.ts'
import { seeded } from './seeded.ts'

/** A piece of a photo, RGB interleaved on the scale of bytes, with what is missing in it marked by 1. */
export interface Torn extends Size {
  readonly colours: Float32Array
  readonly missing: Uint8Array
}

const TRIES = 1200
const RING_POINTS = 220

export interface Texture {
  /** From a pixel of the hole to the pixel it may borrow from. */
  readonly dx: number
  readonly dy: number
  /** No more contrast than this is borrowed, in byte steps: what the hole's surroundings show themselves. */
  readonly limit: number
}

/**
 * A whole piece nearby whose surroundings look most like the hole's, judged on a ring of points. A piece that is livelier
 * than the ring holds some object, and its ghost would show in the hole: such pieces are passed over. Nothing is
 * returned when no piece is left.
 */
export function likeliest(torn: Torn, hole: Box, fine: Detail): Texture | undefined {
  const random = seeded(torn.width * 7919 + torn.height)
  const ring = ringAround(torn, hole, random)
  const missing = summed(torn, (i) => torn.missing[i]!)
  const energy = summed(torn, (i) => fine(i, 1) ** 2)
  const bright = summed(torn, (i) => torn.colours[i * 3 + 1]!)
  const squares = summed(torn, (i) => torn.colours[i * 3 + 1]! ** 2)
  const usual = usualEnergy(ring, fine)
  const level = meanOf(ring, (i) => torn.colours[i * 3 + 1]!)
  const spread = meanOf(ring, (i) => (torn.colours[i * 3 + 1]! - level) ** 2)
  const area = hole.width * hole.height
  let best: Texture | undefined
  let least = Infinity
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const left = Math.floor(random() * (torn.width - hole.width + 1))
    const top = Math.floor(random() * (torn.height - hole.height + 1))
    const at = [left, top, hole.width, hole.height] as const
    if (missing(...at) > 0 || energy(...at) / area > 2 * usual + 1) continue
    if (squares(...at) / area - (bright(...at) / area) ** 2 > 1.3 * spread + 30) continue
    const dx = left - hole.left
    const dy = top - hole.top
    const difference = compared(torn, ring, { dx, dy, giveUpAt: least })
    if (difference >= least) continue
    least = difference
    best = { dx, dy, limit: 1 + 2.2 * Math.sqrt(usual) }
  }
  return best
}

/** By the median, so that one bright lamp on the ring does not let lamps into the hole; 1.48 makes it a deviation. */
function usualEnergy(ring: Int32Array, fine: Detail): number {
  const sizes = Float64Array.from(ring, (point) => Math.abs(fine(point, 1))).toSorted()
  return (1.48 * (sizes[sizes.length >> 1] ?? 0)) ** 2
}

function meanOf(points: Int32Array, tell: (index: number) => number): number {
  let sum = 0
  for (const point of points) sum += tell(point)
  return sum / Math.max(1, points.length)
}

function ringAround(torn: Torn, hole: Box, random: () => number): Int32Array {
  const reach = Math.max(3, Math.round(Math.sqrt(hole.width * hole.height) * 0.12))
  const points: number[] = []
  for (let attempt = 0; attempt < RING_POINTS * 40 && points.length < RING_POINTS; attempt++) {
    const x = hole.left - reach + Math.floor(random() * (hole.width + 2 * reach))
    const y = hole.top - reach + Math.floor(random() * (hole.height + 2 * reach))
    if (x < 0 || y < 0 || x >= torn.width || y >= torn.height || torn.missing[y * torn.width + x] === 1)
      continue
    points.push(y * torn.width + x)
  }
  return Int32Array.from(points)
}

interface Move {
  readonly dx: number
  readonly dy: number
  readonly giveUpAt: number
}

function compared(torn: Torn, ring: Int32Array, { dx, dy, giveUpAt }: Move): number {
  const { width, height, colours, missing } = torn
  let sum = 0
  let known = 0
  for (const point of ring) {
    const x = (point % width) + dx
    const y = Math.floor(point / width) + dy
    if (x < 0 || y < 0 || x >= width || y >= height) continue
    const other = y * width + x
    if (missing[other] === 1) continue
    known++
    for (let c = 0; c < 3; c++) sum += (colours[point * 3 + c]! - colours[other * 3 + c]!) ** 2
    if (sum > giveUpAt * ring.length) return Infinity
  }
  return known < ring.length / 2 ? Infinity : sum / known
}

/** Sums over rectangles of whatever `tell` says of a pixel. */
function summed(
  { width, height }: Size,
  tell: (index: number) => number,
): (left: number, top: number, w: number, h: number) => number {
  const span = width + 1
  const sums = new Float64Array(span * (height + 1))
  for (let y = 0; y < height; y++) {
    let row = 0
    for (let x = 0; x < width; x++) {
      row += tell(y * width + x)
      sums[(y + 1) * span + x + 1] = sums[y * span + x + 1]! + row
    }
  }
  return (left, top, w, h) => {
    const upper = top * span + left
    const lower = upper + h * span
    return sums[lower + w]! - sums[upper + w]! - sums[lower]! + sums[upper]!
  }
}

export type Detail = (index: number, channel: number) => number

/** What a pixel has over the mean of its neighbourhood of 2 · `reach` + 1 pixels: texture without its lighting. */
export function detail(torn: Omit<Torn, 'missing'>, reach: number): Detail {
  const means = meansOver(torn, reach)
  return (index, channel) => torn.colours[index * 3 + channel]! - means[index * 3 + channel]!
}

function meansOver({ width, height, colours }: Omit<Torn, 'missing'>, reach: number): Float32Array {
  const across = new Float32Array(colours.length)
  const means = new Float32Array(colours.length)
  slide(colours, across, { lines: height, length: width, lineStep: width * 3, step: 3, reach })
  slide(across, means, { lines: width, length: height, lineStep: 3, step: width * 3, reach })
  return means
}

interface Sliding {
  readonly lines: number
  readonly length: number
  readonly lineStep: number
  readonly step: number
  readonly reach: number
}

function slide(
  from: Float32Array,
  to: Float32Array,
  { lines, length, lineStep, step, reach }: Sliding,
): void {
  const inside = (i: number): number => Math.min(length - 1, Math.max(0, i))
  for (let line = 0; line < lines; line++) {
    for (let c = 0; c < 3; c++) {
      const start = line * lineStep + c
      let sum = 0
      for (let i = -reach; i <= reach; i++) sum += from[start + inside(i) * step]!
      for (let i = 0; i < length; i++) {
        to[start + i * step] = sum / (2 * reach + 1)
        sum += from[start + inside(i + reach + 1) * step]! - from[start + inside(i - reach) * step]!
      }
    }
  }
}
