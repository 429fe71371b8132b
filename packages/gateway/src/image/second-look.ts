import { blankFloatPlane, type FloatPlane } from './float-plane.ts'
import { resample, type Region } from './resample.ts'
import type { Size } from './raster.ts'
import { largeAreas, nearTo, unsureAreas } from './unsure.ts'

/** A part of the picture worth another pass of the network, and how much its answer counts where. */
export interface SecondLook {
  /** In pixels of the map. */
  readonly region: Region
  /** 0..1 at every pixel of the map. */
  readonly weight: FloatPlane
}

// A subject that fills less of the frame than this gains visible detail by a closer look.
const smallSubject = 0.4
// Wide enough that the network still sees what the subject is, close enough that it sees it anew.
const windowShare = 0.7
// Below this agreement over what the first pass was sure of, the second has lost the subject.
const leastAgreement = 0.75

/** Where to look again, or nothing when the first map is clear and its subject large. */
export function secondLook(map: FloatPlane): SecondLook | undefined {
  const bounds = boundsOf(map)
  const close = grown(bounds, map)
  if (close.width * close.height < smallSubject * map.width * map.height) {
    return { region: close, weight: feathered(close, map) }
  }
  const unsure = unsureAreas(map)
  const [largest] = largeAreas(unsure)
  if (largest === undefined) return undefined
  const region = around(largest.centreX, largest.centreY, map)
  const weight = feathered(region, map)
  // The second answer counts near what was undecided; far from it the first pass saw more of the subject.
  const near = nearTo(unsure, 0.3 * map.width)
  for (let i = 0; i < near.data.length; i++) weight.data[i]! *= near.data[i]!
  return { region, weight }
}

/** The two passes in one map; the first alone when the second does not recognise the same subject. */
export function reconciled(first: FloatPlane, look: SecondLook, second: FloatPlane): FloatPlane {
  const { region, weight } = look
  const fitted = resample(
    second,
    {
      left: (-region.left / region.width) * second.width,
      top: (-region.top / region.height) * second.height,
      width: (first.width / region.width) * second.width,
      height: (first.height / region.height) * second.height,
    },
    first,
  )
  let both = 0
  let either = 0
  for (let i = 0; i < first.data.length; i++) {
    const share = weight.data[i]!
    if (share === 0 || Math.abs(2 * first.data[i]! - 1) < 0.8) continue
    const one = first.data[i]! > 0.5
    const other = fitted.data[i]! > 0.5
    if (one && other) both += share
    if (one || other) either += share
  }
  if (both < leastAgreement * either) return first
  const out = blankFloatPlane(first)
  for (let i = 0; i < out.data.length; i++) {
    out.data[i] = first.data[i]! + weight.data[i]! * (fitted.data[i]! - first.data[i]!)
  }
  return out
}

function boundsOf({ width, height, data }: FloatPlane): Region {
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let i = 0; i < data.length; i++) {
    if (data[i]! < 0.5) continue
    const x = i % width
    const y = Math.floor(i / width)
    left = Math.min(left, x)
    right = Math.max(right, x + 1)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y + 1)
  }
  return { left, top, width: right - left, height: bottom - top }
}

/** The bounds with a sixth of air on all sides and no side under half of the other, within the picture. */
function grown({ left, top, width, height }: Region, limit: Size): Region {
  const air = Math.max(width, height) / 6
  const wide = Math.min(limit.width, Math.max(width + 2 * air, height / 2))
  const high = Math.min(limit.height, Math.max(height + 2 * air, width / 2))
  return within(left + width / 2, top + height / 2, { width: wide, height: high }, limit)
}

function around(x: number, y: number, limit: Size): Region {
  return within(x, y, { width: windowShare * limit.width, height: windowShare * limit.height }, limit)
}

/** A window of that size about a point, moved into the picture, and up to a border that it would just miss. */
function within(x: number, y: number, { width, height }: Size, limit: Size): Region {
  return {
    left: placed(x - width / 2, width, limit.width),
    top: placed(y - height / 2, height, limit.height),
    width,
    height,
  }
}

function placed(start: number, extent: number, limit: number): number {
  const room = limit - extent
  const near = 0.12 * limit
  if (start < near && start < room / 2) return 0
  return start > room - near ? room : Math.max(start, 0)
}

/** 1 inside the region, falling to 0 towards those of its sides that are not the picture's own border. */
function feathered({ left, top, width, height }: Region, size: Size): FloatPlane {
  const out = blankFloatPlane(size)
  for (let y = 0; y < size.height; y++) {
    const vertical = ramp(y + 0.5, top, height, size.height)
    for (let x = 0; x < size.width; x++) {
      out.data[y * size.width + x] = vertical * ramp(x + 0.5, left, width, size.width)
    }
  }
  return out
}

function ramp(at: number, from: number, extent: number, limit: number): number {
  const soft = 0.08 * extent
  const before = from <= 0.5 ? 1 : (at - from) / soft
  const after = from + extent >= limit - 0.5 ? 1 : (from + extent - at) / soft
  return Math.min(Math.max(Math.min(before, after), 0), 1)
}
