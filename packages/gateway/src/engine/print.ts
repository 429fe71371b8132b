import { blankRaster, type Raster, type Size } from '../image/raster.ts'
import { seeded } from '../image/seeded.ts'

const GRAIN_TILE = 512
const GRAIN_MASK = GRAIN_TILE - 1
const TILE_DEVIATION = 24

export interface Negative extends Size {
  /** RGB interleaved, sRGB on the scale of bytes, not rounded. */
  readonly values: Float32Array
}

export interface Paper extends Size {
  /** Standard deviation of the grain in byte steps, at the print's own pixels. */
  readonly grain: number
  /** Where in the tile of grains the print begins, 0 … 1. */
  readonly start: number
}

/**
 * Enlarges a small smooth picture to an opaque one, pixel centres in place (Catmull-Rom), and puts grain on top. The
 * grain also dithers: without it smooth skies show bands. Row by row, so that nothing in floats is as large as the print.
 */
export function print(negative: Negative, { grain, start, ...size }: Paper): Raster {
  const raster = blankRaster(size)
  const { values } = negative
  const span = negative.width * 3
  const row = new Float32Array(span)
  const columns = taps(size.width, negative.width)
  const rows = taps(size.height, negative.height)
  const grains = { start: Math.floor(start * GRAIN_TILE * GRAIN_TILE), strength: grain / TILE_DEVIATION }
  for (let y = 0; y < size.height; y++) {
    row.fill(0)
    for (let k = y * 4; k < y * 4 + 4; k++) {
      const share = rows.share[k]!
      const from = rows.from[k]! * span
      if (share !== 0) for (let i = 0; i < span; i++) row[i] = row[i]! + share * values[from + i]!
    }
    printRow(row, columns, { y, ...grains }, raster)
  }
  return raster
}

interface Taps {
  readonly from: Int32Array
  readonly share: Float32Array
}

/** Four source positions and Catmull-Rom shares for each of `to` pixels, pixel centres on pixel centres. */
function taps(to: number, from: number): Taps {
  const positions = new Int32Array(to * 4)
  const share = new Float32Array(to * 4)
  for (let i = 0; i < to; i++) {
    const centre = ((i + 0.5) * from) / to - 0.5
    const first = Math.floor(centre)
    const t = centre - first
    const shares = [
      ((-0.5 * t + 1) * t - 0.5) * t,
      (1.5 * t - 2.5) * t * t + 1,
      ((-1.5 * t + 2) * t + 0.5) * t,
      (0.5 * t - 0.5) * t * t,
    ]
    for (let k = 0; k < 4; k++) {
      positions[i * 4 + k] = Math.min(from - 1, Math.max(0, first - 1 + k))
      share[i * 4 + k] = shares[k]!
    }
  }
  return { from: positions, share }
}

let tile: Int8Array | undefined

/**
 * Bell-shaped grains of deviation 24, a little joined to their neighbours as on film. Always the same ones, made once:
 * where a scene starts in the tile is random enough.
 */
function grainTile(): Int8Array {
  if (tile !== undefined) return tile
  const random = seeded(0x9a1f)
  const raw = new Float32Array(GRAIN_TILE * GRAIN_TILE)
  // Four even draws: close enough to a bell, and never an outlier that shows as a hot pixel.
  for (let i = 0; i < raw.length; i++) raw[i] = (random() + random() + random() + random() - 2) * 1.732
  tile = new Int8Array(raw.length)
  for (let i = 0; i < raw.length; i++) {
    const row = i & ~GRAIN_MASK
    const right = row | ((i + 1) & GRAIN_MASK)
    const below = (i + GRAIN_TILE) % raw.length
    const corner = (right + GRAIN_TILE) % raw.length
    // 1.166 is the root of the shares' squares, 1 + 2 · 0.4² + 0.2²: the deviation stays what it says.
    const joined = (raw[i]! + 0.4 * (raw[right]! + raw[below]!) + 0.2 * raw[corner]!) / 1.166
    tile[i] = Math.max(-127, Math.min(127, Math.round(joined * TILE_DEVIATION)))
  }
  return tile
}

interface Grain {
  readonly y: number
  /** Where in the tile of grains this picture begins. */
  readonly start: number
  readonly strength: number
}

function printRow(
  row: Float32Array,
  { from, share }: Taps,
  { y, start, strength }: Grain,
  raster: Raster,
): void {
  const { width, data } = raster
  const grains = grainTile()
  // Each tile's worth of rows and columns starts elsewhere: a repeated pattern of grain would show in a flat sky.
  const band = start + (Math.imul((y >> 9) + 1, 0x9e3779b1) >>> 12)
  const brightRow = ((y + band) & GRAIN_MASK) * GRAIN_TILE
  const redRow = ((y + band + 171) & GRAIN_MASK) * GRAIN_TILE
  const blueRow = ((y + band + 337) & GRAIN_MASK) * GRAIN_TILE
  let to = y * width * 4
  for (let x = 0; x < width; x++, to += 4) {
    const k = x * 4
    const a = from[k]! * 3
    const b = from[k + 1]! * 3
    const c = from[k + 2]! * 3
    const d = from[k + 3]! * 3
    const wa = share[k]!
    const wb = share[k + 1]!
    const wc = share[k + 2]!
    const wd = share[k + 3]!
    const red = wa * row[a]! + wb * row[b]! + wc * row[c]! + wd * row[d]!
    const green = wa * row[a + 1]! + wb * row[b + 1]! + wc * row[c + 1]! + wd * row[d + 1]!
    const blue = wa * row[a + 2]! + wb * row[b + 2]! + wc * row[c + 2]! + wd * row[d + 2]!
    const across = (x + (band >> 9) + (x >> 9) * 211) & GRAIN_MASK
    const bright = grains[brightRow + across]! * strength
    data[to] = toByte(red + bright * 0.85 + grains[redRow + across]! * strength * 0.5)
    data[to + 1] = toByte(green + bright)
    data[to + 2] = toByte(blue + bright * 0.85 + grains[blueRow + across]! * strength * 0.6)
    data[to + 3] = 255
  }
}

function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0
}
