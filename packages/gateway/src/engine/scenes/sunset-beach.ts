import type { Seeded } from '../../image/seeded.ts'
import { cover, mix, picked, ramp, rampAt, smoothstep, type Canvas } from './canvas.ts'
import type { Painted } from './scene.ts'
import { bloom, defocus } from './lens.ts'
import { fractal, gradientNoise, type Noise } from './noise.ts'

/** Looking out to sea at the end of a clear day: lengths in the canvas's unit, y growing downwards. */
interface Shore {
  readonly sunX: number
  readonly sunY: number
  readonly horizon: number
  /** Where the last sheet of water ends on the sand. */
  readonly edge: number
  readonly noise: Noise
}

const TOWARDS_SUN = ramp([
  [0, picked(255, 190, 96)],
  [0.1, picked(255, 194, 112)],
  [0.28, picked(250, 186, 136)],
  [0.5, picked(214, 168, 160)],
  [0.75, picked(150, 146, 176)],
  [1, picked(100, 122, 168)],
])
const AWAY_FROM_SUN = ramp([
  [0, picked(226, 158, 132)],
  [0.1, picked(228, 160, 136)],
  [0.28, picked(206, 156, 152)],
  [0.5, picked(160, 146, 168)],
  [0.75, picked(112, 128, 168)],
  [1, picked(78, 104, 154)],
])
const DEEP_WATER = picked(30, 62, 76)
const FOAM = picked(255, 226, 204)
const WET_SAND = picked(92, 66, 54)
const DRY_SAND = picked(190, 148, 116)
const SUNLIGHT = picked(255, 196, 120)
const HEADLANDS = [picked(168, 122, 124), picked(112, 84, 98)] as const

/** Sunset on a beach, low sun at one side, behind the shoulder of whoever stands in the middle. */
export function paintSunsetBeach(canvas: Canvas, random: Seeded): Painted {
  const { width, height, unit } = canvas
  const side = random() < 0.75 ? 1 : -1
  const halfWidth = width / unit / 2
  const horizon = (0.555 - 0.5) * (height / unit)
  const shore: Shore = {
    sunX: side * halfWidth * mix(0.56, 0.66, random()),
    sunY: horizon - mix(0.05, 0.075, random()),
    horizon,
    edge: horizon + (height / unit / 2 - horizon) * 0.5,
    noise: gradientNoise(random),
  }
  paintSky(canvas, shore)
  paintHeadlands(canvas, shore)
  paintWater(canvas, shore)
  paintSand(canvas, shore)
  defocus(canvas, unit * 0.0065)
  bloom(canvas, { radius: unit * 0.03, strength: 0.1 })
  bloom(canvas, { radius: unit * 0.16, strength: 0.12 })
  return {
    light: {
      x: (shore.sunX * unit) / width + 0.5,
      y: (shore.sunY * unit) / height + 0.5,
      colour: [255, 188, 116],
      strength: 0.8,
      horizon: (horizon * unit) / height + 0.5,
    },
  }
}

function paintSky(canvas: Canvas, shore: Shore): void {
  const { width, height, unit, light } = canvas
  const { sunX, sunY, horizon, noise } = shore
  const rows = Math.min(height, Math.ceil(horizon * unit + height / 2) + 1)
  for (let row = 0; row < rows; row++) {
    const y = (row + 0.5 - height / 2) / unit
    const rise = Math.max(0, horizon - y)
    const shade = rampAt(TOWARDS_SUN, rise / 0.62)
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5 - width / 2) / unit
      const across = x - sunX
      const up = y - sunY
      const distance = Math.sqrt(across * across + up * up * 1.6)
      const near = Math.exp(-distance * 1.9)
      const at = (row * width + column) * 3
      for (let c = 0; c < 3; c++)
        light[at + c] = mix(AWAY_FROM_SUN.light[shade + c]!, TOWARDS_SUN.light[shade + c]!, near)
      addCloud(canvas, at, {
        density: cloudCover(noise, x, rise),
        near,
        rise,
        texture: noise(x * 4 + 40, rise * 18),
      })
      addSun(canvas, at, Math.sqrt(across * across + up * up))
    }
  }
}

/** Streaks of cloud on a flat layer far above: they crowd together towards the horizon. */
function cloudCover(noise: Noise, x: number, rise: number): number {
  const depth = 1 / (rise + 0.16)
  const bend = noise(x * 1.3 + 3, depth * 0.9) * 0.6
  const density = fractal(noise, x * depth * 0.5 + bend, depth * 1.5 + bend * 0.6, 5)
  return smoothstep(-0.02, 0.62, density) * smoothstep(0.01, 0.08, rise)
}

const CLOUD_LIT = picked(255, 190, 150)
const CLOUD_LIT_HIGH = picked(240, 178, 172)
const CLOUD_SHADE = picked(168, 122, 128)
const CLOUD_SHADE_HIGH = picked(122, 112, 142)

/** Thin cloud glows with the sun behind it, thick cloud stands in its own shade. */
function addCloud(canvas: Canvas, at: number, { density, near, rise, texture }: Cloud): void {
  if (density <= 0) return
  const { light } = canvas
  const high = smoothstep(0.05, 0.5, rise)
  const shaded = smoothstep(0.3, 1, density + texture * 0.5) * (1 - 0.35 * near)
  const glow = 0.85 + 0.5 * near
  const share = Math.min(0.9, density * 1.5)
  for (let c = 0; c < 3; c++) {
    const lit = mix(CLOUD_LIT[c]!, CLOUD_LIT_HIGH[c]!, high) * glow
    const shade = mix(CLOUD_SHADE[c]!, CLOUD_SHADE_HIGH[c]!, high)
    light[at + c] = mix(light[at + c]!, mix(lit, shade, shaded), share)
  }
}

interface Cloud {
  readonly density: number
  /** 1 at the sun, 0 far from it. */
  readonly near: number
  /** Height over the horizon. */
  readonly rise: number
  readonly texture: number
}

function addSun(canvas: Canvas, at: number, distance: number): void {
  const { light } = canvas
  const disc = 26 * smoothstep(0.031, 0.026, distance)
  const halo = 2.2 * Math.exp(-distance / 0.022) + 0.5 * Math.exp(-distance / 0.11)
  light[at]! += disc + halo
  light[at + 1]! += disc * 0.72 + halo * 0.52
  light[at + 2]! += disc * 0.38 + halo * 0.17
}

/** Two capes on the side the sun is not on, the farther one paler with haze. */
function paintHeadlands(canvas: Canvas, shore: Shore): void {
  const { width, height, unit } = canvas
  const side = -Math.sign(shore.sunX)
  const halfWidth = width / unit / 2
  const base = Math.min(height, Math.ceil(shore.horizon * unit + height / 2))
  for (let layer = 0; layer < 2; layer++) {
    const reach = halfWidth * [1.05, 0.6][layer]!
    const tall = [0.05, 0.075][layer]!
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5 - width / 2) / unit
      const inland = (x * side + reach - halfWidth) / reach
      if (inland <= 0) continue
      const ridge = tall * Math.sqrt(inland) * (0.75 + 0.7 * fractal(shore.noise, x * 5 + layer * 31, 7.5, 4))
      const top = base - ridge * unit
      for (let row = Math.max(0, Math.floor(top)); row < base; row++) {
        cover(canvas, (row * width + column) * 3, HEADLANDS[layer]!, Math.min(1, row + 1 - top) * 0.92)
      }
    }
  }
}

function paintWater(canvas: Canvas, shore: Shore): void {
  const { width, height, unit, light } = canvas
  const { horizon, edge, sunX, noise } = shore
  const first = Math.max(0, Math.ceil(horizon * unit + height / 2))
  const last = Math.min(height, Math.ceil((edge + 0.05) * unit + height / 2))
  const surf = surfLines(canvas, noise)
  const deepest = edge - horizon
  for (let row = first; row < last; row++) {
    const below = (row + 0.5 - height / 2) / unit - horizon
    const depth = 0.075 / (below + 0.004)
    const ahead = below / deepest
    // Towards the horizon waves are smaller than a pixel: they lose contrast there, not existence.
    const relief = smoothstep(0, 0.05, below)
    const fresnel = mix(0.86, 0.36, Math.sqrt(Math.min(1, ahead)))
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5 - width / 2) / unit
      const across = x * depth
      const swell = noise(across * 2.2 + 5, depth * 9)
      const ripple = noise(across * 11, depth * 34 + swell * 2)
      const slope = swell * 0.6 + ripple * 0.55 * relief
      const seen = below * 0.8 + 0.03 + Math.max(-0.02, slope + 0.15) * 0.5 * relief
      const from = mirrorAt(
        canvas,
        first - 1 - Math.round(unit * seen),
        column + Math.round(slope * unit * 0.03),
      )
      const at = (row * width + column) * 3
      const facing = fresnel * (1 - 0.5 * relief * smoothstep(-0.1, 0.5, slope))
      const dim = Math.min(1, 0.95 / light[from]!)
      for (let c = 0; c < 3; c++) light[at + c] = mix(DEEP_WATER[c]!, light[from + c]! * dim, facing)
      addGlitter(canvas, at, { aside: x - sunX, below, facet: noise(across * 24, depth * 60) + 0.4 * ripple })
      addSurf(canvas, at, { surf, column, ahead, across, depth, noise })
    }
  }
}

/** Offset of a pixel, the nearest one inside. */
function mirrorAt({ width, height }: Canvas, row: number, column: number): number {
  return (Math.max(0, Math.min(height - 1, row)) * width + Math.max(0, Math.min(width - 1, column))) * 3
}

/** The sun's path: facets that happen to tilt the right way flash far brighter than white. */
function addGlitter(
  { light }: Canvas,
  at: number,
  { aside, below, facet }: { aside: number; below: number; facet: number },
): void {
  const spread = 0.022 + below * 0.26
  const path = Math.exp(-((aside / spread) ** 2)) * (0.3 + 0.7 * Math.exp(-below / 0.1))
  if (path < 0.004) return
  const glow = path * (0.3 + 14 * smoothstep(0.25, 0.75, facet))
  light[at]! += glow
  light[at + 1]! += glow * 0.6
  light[at + 2]! += glow * 0.26
}

/** Lines of surf: where each lies, how thick and how broken it is, for every column. */
interface Surf {
  readonly place: Float32Array
  readonly thick: Float32Array
  readonly whole: Float32Array
}

/** Whitecaps far out, a wave that has just broken, and the sheet that runs up the sand. */
function surfLines({ width, unit }: Canvas, noise: Noise): readonly Surf[] {
  const along = (tell: (x: number) => number): Float32Array =>
    Float32Array.from({ length: width }, (_, column) => tell((column + 0.5 - width / 2) / unit))
  const lines = [
    { at: 0.3, sway: 0.02, turns: 6, thick: 0.02, gaps: [0.0, 0.35], pieces: 6 },
    { at: 0.47, sway: 0.03, turns: 3.4, thick: 0.05, gaps: [-0.05, 0.25], pieces: 3.5 },
    { at: 0.7, sway: 0.05, turns: 2.1, thick: 0.1, gaps: [-0.35, 0.1], pieces: 2.2 },
    { at: 0.98, sway: 0.1, turns: 1.5, thick: 0.07, gaps: [-0.7, -0.2], pieces: 2 },
  ] as const
  return lines.map(({ at, sway, turns, thick, gaps, pieces }, line) => {
    return {
      place: along((x) => at + sway * fractal(noise, x * turns + line * 19, line + 0.5, 3)),
      thick: along((x) => thick * (0.8 + 0.9 * noise(x * 4 + line * 7, 3.5))),
      whole: along((x) => smoothstep(gaps[0], gaps[1], noise(x * pieces - line * 5, 11.5 + line))),
    }
  })
}

interface SurfPoint {
  readonly surf: readonly Surf[]
  readonly column: number
  readonly ahead: number
  readonly across: number
  readonly depth: number
  readonly noise: Noise
}

/** White front with a sharp foot towards the land, lace trailing out to sea, a dark trough just before the foot. */
function addSurf(canvas: Canvas, at: number, { surf, column, ahead, across, depth, noise }: SurfPoint): void {
  let foam = 0
  let shade = 0
  for (let line = 0; line < surf.length; line++) {
    const { place, thick, whole } = surf[line]!
    const seaward = (place[column]! - ahead) / thick[column]!
    if (seaward > 4 || seaward < -1.5) continue
    if (seaward >= -0.12)
      foam += whole[column]! * Math.exp(-Math.max(0, seaward)) * (seaward < 0 ? 1 + seaward / 0.12 : 1)
    else shade += whole[column]! * 0.5 * smoothstep(-1.2, -0.12, seaward)
  }
  if (shade > 0) for (let c = 0; c < 3; c++) canvas.light[at + c]! *= 1 - Math.min(0.5, shade)
  if (foam <= 0.01) return
  const lace = 0.75 + 0.9 * noise(across * 14 + 9, depth * 30) + 0.5 * noise(across * 33, depth * 70)
  // Thick foam hides the gaps in the lace, thin foam is nothing but lace.
  cover(canvas, at, FOAM, Math.min(0.92, foam * mix(Math.max(0, lace), 1, foam * 0.7)))
}

function paintSand(canvas: Canvas, shore: Shore): void {
  const { width, height, unit, light } = canvas
  const { horizon, edge, sunX, noise } = shore
  const horizonRow = Math.max(0, Math.ceil(horizon * unit + height / 2) - 1)
  const first = Math.max(0, Math.floor((edge - 0.06) * unit + height / 2))
  const bottom = height / unit / 2
  for (let row = first; row < height; row++) {
    const y = (row + 0.5 - height / 2) / unit
    const below = y - horizon
    const depth = 0.075 / below
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5 - width / 2) / unit
      const shoreline = edge + 0.03 * noise(x * 1.6 + 2, 4) + 0.01 * noise(x * 6, 8)
      const onSand = smoothstep(-0.004, 0.004, y - shoreline)
      if (onSand <= 0) continue
      const inland = (y - shoreline) / (bottom - edge)
      const damp = noise(x * 2.4, depth * 14) * 0.35 + noise(x * 9, depth * 50) * 0.12
      const wet = 1 - smoothstep(0.12, 0.62, inland + damp)
      const mirrored = Math.max(0, horizonRow - Math.round(below * unit * 0.85))
      const from = (mirrored * width + column) * 3
      const at = (row * width + column) * 3
      const grains = 1 + 0.55 * noise(x * 60 * depth, depth * 190) + 0.5 * noise(x * 14, depth * 40)
      const aside = (x - sunX) / (0.05 + below * 0.3)
      const glow = 0.75 + 0.6 * Math.exp(-((x - sunX) ** 2) / 0.16)
      const streak = wet * 0.55 * Math.exp(-aside * aside)
      const dim = Math.min(1, 0.9 / light[from]!)
      for (let c = 0; c < 3; c++) {
        const dry = DRY_SAND[c]! * 0.56 * grains * glow
        const mirror = WET_SAND[c]! * 0.45 + light[from + c]! * dim * 0.55 + SUNLIGHT[c]! * streak
        light[at + c] = mix(light[at + c]!, mix(dry, mirror, wet), onSand)
      }
    }
  }
}
