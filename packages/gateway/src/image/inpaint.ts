import { grainOf } from './grain.ts'
import { holesOf, widened, type Box } from './holes.ts'
import { openCv } from './opencv.ts'
import { sameSize, type Plane, type Raster } from './raster.ts'
import { seeded } from './seeded.ts'
import { detail, likeliest, type Torn } from './texture.ts'

/** A hole is filled at a scale where it and its surroundings have no more pixels than this. */
const MAX_WORKING_PIXELS = 260_000
/** Telea's front looks this far back for known pixels. */
const RADIUS = 5

/**
 * Fills what `mask` marks (255 wholly, 0 not at all) from around it: colours by Telea's fast marching, fine texture and
 * grain from the likest place nearby. Good for wires, spots and things on even ground; it invents no objects, so that a
 * large thing in front of a busy scene leaves a soft patch. Pixels of mask 0 keep their bytes; transparency is kept.
 * Throws `RangeError` when the mask has another size than the photo.
 */
export async function inpaint(photo: Raster, mask: Plane): Promise<Raster> {
  if (!sameSize(photo, mask)) {
    throw new RangeError(
      `a mask of ${mask.width} × ${mask.height} does not fit a photo of ${photo.width} × ${photo.height}: ` +
        'draw it at the size of the photo',
    )
  }
  const result: Raster = { width: photo.width, height: photo.height, data: new Uint8Array(photo.data) }
  const holes = holesOf(mask)
  if (holes.length === 0) return result
  const grain = grainOf(photo)
  for (const hole of holes) await fill(result, mask, { hole, grain, original: photo })
  return result
}

interface Filling {
  readonly hole: Box
  readonly grain: number
  readonly original: Raster
}

async function fill(result: Raster, mask: Plane, { hole, grain, original }: Filling): Promise<void> {
  const longest = Math.max(hole.width, hole.height)
  const around = widened(hole, Math.round(16 + longest * 1.2), result)
  const shrink = Math.max(1, Math.sqrt((around.width * around.height) / MAX_WORKING_PIXELS))
  const torn = tornOut(result, mask, around, shrink)
  const smooth = await telea(torn)
  const inside: Box = {
    left: Math.max(0, Math.floor((hole.left - around.left) / shrink)),
    top: Math.max(0, Math.floor((hole.top - around.top) / shrink)),
    width: Math.min(torn.width, Math.ceil(hole.width / shrink)),
    height: Math.min(torn.height, Math.ceil(hole.height / shrink)),
  }
  const textured = withTexture(torn, smooth, inside)
  paste(result, mask, { hole, around, textured, size: torn, grain: shrink > 1.3 ? grain : 0, original })
}

/** Area means of the surroundings at the working scale; a pixel counts as missing when any of its area is. */
function tornOut(photo: Raster, mask: Plane, around: Box, shrink: number): Torn {
  const width = Math.max(1, Math.round(around.width / shrink))
  const height = Math.max(1, Math.round(around.height / shrink))
  const colours = new Float32Array(width * height * 3)
  const missing = new Uint8Array(width * height)
  const counts = new Float32Array(width * height)
  for (let y = 0; y < around.height; y++) {
    const row = Math.min(height - 1, Math.floor((y * height) / around.height)) * width
    for (let x = 0; x < around.width; x++) {
      const to = row + Math.min(width - 1, Math.floor((x * width) / around.width))
      const from = (around.top + y) * photo.width + around.left + x
      if (mask.data[from]! > 0) missing[to] = 1
      counts[to]! += 1
      for (let c = 0; c < 3; c++) colours[to * 3 + c]! += photo.data[from * 4 + c]!
    }
  }
  for (let i = 0; i < counts.length; i++) for (let c = 0; c < 3; c++) colours[i * 3 + c]! /= counts[i]!
  return { width, height, colours, missing }
}

async function telea({ width, height, colours, missing }: Torn): Promise<Uint8Array> {
  const { cv } = await openCv()
  const source = new cv.Mat(height, width, cv.CV_8UC3)
  const marked = new cv.Mat(height, width, cv.CV_8UC1)
  const filled = new cv.Mat()
  try {
    for (let i = 0; i < colours.length; i++) source.data[i] = Math.round(colours[i]!)
    for (let i = 0; i < missing.length; i++) marked.data[i] = missing[i]! * 255
    cv.inpaint(source, marked, filled, RADIUS, cv.INPAINT_TELEA)
    return new Uint8Array(filled.data)
  } finally {
    source.delete()
    marked.delete()
    filled.delete()
  }
}

/** Detail wider than this many working pixels has shapes of its own, and those must not be borrowed. */
const WIDEST_DETAIL = 4

/** The filled colours, calmed where Telea drew streaks, plus the fine structure of the likest place. */
function withTexture(torn: Torn, filled: Uint8Array, hole: Box): Float32Array {
  const { width, height, missing } = torn
  const side = Math.sqrt(hole.width * hole.height)
  const colours = Float32Array.from(filled)
  const streaks = detail({ width, height, colours }, Math.max(1, Math.round(side * 0.05)))
  const fine = detail(torn, Math.min(WIDEST_DETAIL, Math.max(1, Math.round(side * 0.1))))
  const texture = likeliest(torn, hole, fine)
  const textured = colours.slice()
  for (let y = hole.top; y < Math.min(height, hole.top + hole.height); y++) {
    for (let x = hole.left; x < Math.min(width, hole.left + hole.width); x++) {
      const i = y * width + x
      if (missing[i] === 0) continue
      for (let c = 0; c < 3; c++) {
        const borrowed = texture === undefined ? 0 : fine((y + texture.dy) * width + x + texture.dx, c)
        const limit = texture?.limit ?? 0
        textured[i * 3 + c]! += Math.min(limit, Math.max(-limit, borrowed)) - 0.6 * streaks(i, c)
      }
    }
  }
  return textured
}

interface Patch {
  readonly hole: Box
  readonly around: Box
  readonly textured: Float32Array
  readonly size: { readonly width: number; readonly height: number }
  readonly grain: number
  readonly original: Raster
}

function paste(result: Raster, mask: Plane, { hole, around, textured, size, grain, original }: Patch): void {
  const random = seeded(hole.left * 31 + hole.top)
  for (let y = hole.top; y < hole.top + hole.height; y++) {
    const sy = ((y - around.top + 0.5) * size.height) / around.height - 0.5
    for (let x = hole.left; x < hole.left + hole.width; x++) {
      const i = y * result.width + x
      const share = mask.data[i]! / 255
      if (share === 0) continue
      const sx = ((x - around.left + 0.5) * size.width) / around.width - 0.5
      // Three even draws: nearly a bell of deviation one half.
      const noise = (random() + random() + random() - 1.5) * 2 * grain
      for (let c = 0; c < 3; c++) {
        const value = between(textured, size, sx, sy, c) + noise
        const kept = original.data[i * 4 + c]!
        result.data[i * 4 + c] = Math.min(255, Math.max(0, Math.round(kept + (value - kept) * share)))
      }
    }
  }
}

function between(
  colours: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  sx: number,
  sy: number,
  channel: number,
): number {
  const x = Math.min(width - 1, Math.max(0, sx))
  const y = Math.min(height - 1, Math.max(0, sy))
  const left = Math.floor(x)
  const top = Math.floor(y)
  const right = Math.min(width - 1, left + 1)
  const bottom = Math.min(height - 1, top + 1)
  const at = (column: number, row: number): number => colours[(row * width + column) * 3 + channel]!
  const upper = at(left, top) + (at(right, top) - at(left, top)) * (x - left)
  const lower = at(left, bottom) + (at(right, bottom) - at(left, bottom)) * (x - left)
  return upper + (lower - upper) * (y - top)
}
