import { smoothstep } from './canvas.ts'
import { fractal, type Noise } from './noise.ts'

/** A landscape sampled along the lines of sight: row `step` lies at depth `depths[step]`, nearest first. */
export interface Terrain {
  readonly columns: number
  readonly depths: Float32Array
  readonly heights: Float32Array
  /** 0 in shadow, 1 in full sun, Lambert's cosine included. */
  readonly sun: Float32Array
  /** 0 flat … 1 vertical. */
  readonly steep: Float32Array
}

export interface TerrainOptions {
  readonly noise: Noise
  readonly columns: number
  /** Half the width of the view at depth 1. */
  readonly halfWidth: number
  /** +1 when the sun stands on the right. */
  readonly sunSide: number
}

const STEPS = 230
const NEAREST = 0.36
const FARTHEST = 9
/** The sun's height over the mountains, as the tangent of its angle. */
const SUN_RISE = 0.62

/** Snowfield, foothills, then a massif whose ridges come from folded noise; with slopes and cast shadows. */
export function raiseTerrain({ noise, columns, halfWidth, sunSide }: TerrainOptions): Terrain {
  const depths = Float32Array.from(
    { length: STEPS },
    (_, k) => NEAREST * (FARTHEST / NEAREST) ** (k / (STEPS - 1)),
  )
  const heights = new Float32Array(STEPS * columns)
  for (let step = 0; step < STEPS; step++) {
    const depth = depths[step]!
    for (let column = 0; column < columns; column++) {
      const x = (((column + 0.5) / columns) * 2 - 1) * halfWidth * depth
      heights[step * columns + column] = heightAt(noise, x, depth)
    }
  }
  const sun = new Float32Array(heights.length)
  const steep = new Float32Array(heights.length)
  for (let step = 0; step < STEPS; step++)
    lightRow({ columns, depths, heights, sun, steep }, step, halfWidth, sunSide)
  return { columns, depths, heights, sun, steep }
}

function heightAt(noise: Noise, x: number, depth: number): number {
  const massif = smoothstep(1.9, 4.4, depth + 0.5 * noise(x * 0.5, depth * 0.6 + 9))
  const drifts = 0.012 * fractal(noise, x * 1.9, depth * 2.6, 2) + 0.05 * noise(x * 0.9 + 4, depth * 1.1)
  if (massif <= 0) return drifts
  const bend = 0.25 * noise(x * 1.1 + 30, depth * 1.1)
  let height = 0
  let strength = 1
  let frequency = 0.5
  let carried = 1
  for (let octave = 0; octave < 6; octave++) {
    const fold =
      1 -
      Math.abs(noise((x + bend) * frequency + octave * 7.7, (depth + bend) * frequency + octave * 3.1)) * 1.9
    // Ridges carry finer ridges, valleys stay smooth, as they do where ice has worked.
    const part = fold * fold * carried
    height += strength * part
    carried = Math.min(1, Math.max(0.12, part * 1.3))
    strength *= 0.42
    frequency *= 2.07
  }
  return drifts + massif * (height * 0.86 - 0.25 + 0.1 * Math.min(2, depth - 3))
}

function lightRow(terrain: Terrain, step: number, halfWidth: number, sunSide: number): void {
  const { columns, depths, heights, sun, steep } = terrain
  const apart = (2 * halfWidth * depths[step]!) / columns
  const nearer = Math.max(0, step - 1)
  const farther = Math.min(STEPS - 1, step + 1)
  const deep = depths[farther]! - depths[nearer]!
  let shadow = -Infinity
  for (let i = 0; i < columns; i++) {
    const column = sunSide > 0 ? columns - 1 - i : i
    const at = step * columns + column
    const left = heights[step * columns + Math.max(0, column - 1)]!
    const right = heights[step * columns + Math.min(columns - 1, column + 1)]!
    const slopeX = (right - left) / (2 * apart)
    const slopeZ = (heights[farther * columns + column]! - heights[nearer * columns + column]!) / deep
    const length = Math.sqrt(slopeX * slopeX + slopeZ * slopeZ + 1)
    const facing = (-slopeX * sunSide * 0.75 + SUN_RISE * 0.75 + slopeZ * 0.45) / length
    shadow = Math.max(heights[at]!, shadow - SUN_RISE * apart)
    // Near the eye a step of depth is a wide band of snow: a shadow's edge there would be a stair.
    const free = 1 - smoothstep(0.004, 0.05, shadow - heights[at]!) * smoothstep(1.2, 2.2, depths[step]!)
    sun[at] = Math.max(0, facing) * free
    steep[at] = 1 - 1 / length
  }
}
