import type { Seeded } from '../../image/seeded.ts'
import { mix, picked, ramp, rampAt, smoothstep, type Canvas } from './canvas.ts'
import type { Painted } from './scene.ts'
import { bloom, defocus } from './lens.ts'
import { fractal, gradientNoise, type Noise } from './noise.ts'
import { raiseTerrain } from './terrain.ts'

const SKY = ramp([
  [0, picked(74, 120, 176)],
  [0.5, picked(126, 166, 208)],
  [0.85, picked(196, 214, 228)],
  [1, picked(222, 226, 226)],
])
const HAZE = picked(190, 208, 226)
const SNOW_SUN = picked(255, 244, 228)
const SNOW_SHADE = picked(126, 154, 196)
const ROCK_SUN = picked(158, 140, 126)
const ROCK_SHADE = picked(58, 68, 92)
const FIR = picked(38, 54, 58)
/** Height of the eye in the picture and over the snow. */
const HORIZON = 0.72
const EYE_HEIGHT = 0.115

interface Alps {
  /** +1 when the sun stands on the right. */
  readonly sunSide: number
  readonly noise: Noise
  readonly random: Seeded
}

/** Peaks in clear winter light, firs at their foot, untouched snow before them. */
export function paintSnowyMountains(canvas: Canvas, random: Seeded): Painted {
  const alps: Alps = { sunSide: random() < 0.5 ? -1 : 1, noise: gradientNoise(random), random }
  paintWinterSky(canvas, alps)
  paintMountains(canvas, alps)
  paintFirs(canvas, alps)
  defocus(canvas, canvas.unit * 0.0055)
  bloom(canvas, { radius: canvas.unit * 0.06, strength: 0.1 })
  return {
    light: {
      x: 0.5 + alps.sunSide * 0.6,
      y: 0.1,
      colour: [255, 244, 228],
      strength: 0.45,
      horizon: HORIZON,
    },
  }
}

function paintWinterSky(canvas: Canvas, { noise, sunSide }: Alps): void {
  const { width, height, unit, light } = canvas
  const rows = Math.min(height, Math.ceil(height * (HORIZON + 0.04)))
  for (let row = 0; row < rows; row++) {
    const down = (row + 0.5) / height
    const shade = rampAt(SKY, down / 0.68)
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5 - width / 2) / unit
      const depth = 1 / (Math.max(0, 0.75 - down) + 0.25)
      const cloud = fractal(noise, x * depth * 0.8 + 11, depth * 2.2, 5)
      const veil = smoothstep(0.0, 0.7, cloud) * 0.8
      const bright = 1 + 0.12 * sunSide * x
      const at = (row * width + column) * 3
      for (let c = 0; c < 3; c++)
        light[at + c] = mix(SKY.light[shade + c]! * bright, SNOW_SUN[c]! * 0.9, veil)
    }
  }
}

/** Front to back: every step only shows what rises over all nearer ones. */
function paintMountains(canvas: Canvas, { noise, sunSide }: Alps): void {
  const { width, height, unit, light } = canvas
  const terrain = raiseTerrain({ noise, columns: width, halfWidth: width / unit / 2, sunSide })
  const { depths, heights, sun, steep } = terrain
  const skyline = new Float32Array(width).fill(height)
  const colour = new Float64Array(3)
  for (let step = 0; step < depths.length; step++) {
    const depth = depths[step]!
    const haze = 1 - Math.exp(-Math.max(0, depth - 1.2) * 0.1)
    for (let column = 0; column < width; column++) {
      const at = step * width + column
      const row = HORIZON * height - ((heights[at]! - EYE_HEIGHT) / depth) * unit
      const below = skyline[column]!
      if (row >= below) continue
      skyline[column] = row
      const across = (column / width) * depth
      const rough = noise(across * 42, heights[at]! * 26) + 0.6 * noise(across * 90, heights[at]! * 70)
      const ledges = noise(across * 11 + 5, heights[at]! * 9)
      const bare =
        smoothstep(0.4, 0.58, steep[at]! + 0.16 * rough + 0.22 * ledges) * smoothstep(1.8, 2.6, depth)
      const lit = Math.min(1, 0.1 + sun[at]! * 1.2)
      for (let c = 0; c < 3; c++) {
        const snow = mix(SNOW_SHADE[c]!, SNOW_SUN[c]!, lit)
        const stone = mix(ROCK_SHADE[c]!, ROCK_SUN[c]!, lit) * (1 + 0.5 * rough)
        colour[c] = mix(mix(snow, stone, bare * 0.85), HAZE[c]!, haze)
      }
      const last = Math.min(height, Math.ceil(below - 0.5))
      for (let to = Math.max(0, Math.ceil(row - 0.5)); to < last; to++) {
        const pixel = (to * width + column) * 3
        for (let c = 0; c < 3; c++) light[pixel + c] = colour[c]!
      }
    }
  }
}

interface Tree {
  readonly x: number
  readonly foot: number
  readonly tall: number
  /** 0 clear, 1 lost in haze. */
  readonly mist: number
}

/** Stands of fir at the foot of the mountains, far ones first. */
function paintFirs(canvas: Canvas, alps: Alps): void {
  const { width, height, unit } = canvas
  const halfWidth = width / unit / 2
  const trees: Tree[] = []
  for (let i = 0; i < 800 * halfWidth; i++) {
    const x = (alps.random() * 2 - 1) * halfWidth
    const back = alps.random()
    const stand = fractal(alps.noise, x * 2.1 + 13, back * 0.8 + 31, 3)
    const size = alps.random()
    if (stand + 0.1 < back * 0.3) continue
    trees.push({
      x,
      foot: HORIZON * height + unit * mix(0.06, 0.024, back),
      tall: mix(0.06, 0.022, back) * (0.55 + 0.6 * size),
      mist: mix(0.2, 0.6, back),
    })
  }
  trees.sort((a, b) => a.foot - b.foot)
  for (const tree of trees) paintFir(canvas, alps, tree)
}

function paintFir(canvas: Canvas, { noise, sunSide }: Alps, { x, foot, tall, mist }: Tree): void {
  const { width, height, unit, light } = canvas
  const centre = x * unit + width / 2
  const top = foot - tall * unit
  for (let row = Math.max(0, Math.floor(top)); row < Math.min(height, foot); row++) {
    const down = (row + 0.5 - top) / (foot - top)
    const half = tall * unit * 0.2 * down * (1 + 0.5 * noise(row * 0.7 + x * 90, x * 50))
    const from = Math.max(0, Math.round(centre - half - 0.3))
    const to = Math.min(width, Math.round(centre + half + 0.3))
    for (let column = from; column < to; column++) {
      const aside = ((column + 0.5 - centre) / Math.max(0.5, half)) * sunSide
      const snow = smoothstep(0.15, 0.5, noise(column * 0.5, row * 0.6) + 0.18 * aside) * 0.55
      const at = (row * width + column) * 3
      for (let c = 0; c < 3; c++) {
        const own = mix(
          FIR[c]! * (1 + 0.4 * aside),
          mix(SNOW_SHADE[c]!, SNOW_SUN[c]!, aside * 0.5 + 0.5),
          snow,
        )
        light[at + c] = mix(own, HAZE[c]! * 0.9, mist)
      }
    }
  }
}
