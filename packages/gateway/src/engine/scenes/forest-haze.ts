import type { Seeded } from '../../image/seeded.ts'
import { cover, mix, picked, smoothstep, type Canvas, type Light3 } from './canvas.ts'
import type { Painted } from './scene.ts'
import { bloom, defocus } from './lens.ts'
import { fractal, gradientNoise, type Noise } from './noise.ts'

const HAZE_HIGH = picked(226, 226, 190)
const HAZE_LOW = picked(172, 184, 152)
const BARK = picked(46, 44, 36)
const LEAVES = picked(70, 92, 44)
const LEAVES_LIT = picked(206, 206, 116)
const FERNS = picked(72, 86, 44)
const FERNS_LIT = picked(184, 178, 96)
const FLOOR = 0.7
const LAYERS = 5

interface Wood {
  readonly sunX: number
  readonly sunY: number
  readonly noise: Noise
  readonly random: Seeded
}

/** Morning in a wood: trunks fade into lit mist towards a low sun behind the leaves. */
export function paintForestHaze(canvas: Canvas, random: Seeded): Painted {
  const { width, height, unit } = canvas
  const side = random() < 0.5 ? -1 : 1
  const wood: Wood = {
    sunX: (side * mix(0.2, 0.3, random()) * width) / unit,
    sunY: (-mix(0.2, 0.28, random()) * height) / unit,
    noise: gradientNoise(random),
    random,
  }
  paintMist(canvas, wood)
  for (let layer = 0; layer < LAYERS; layer++) {
    paintTrunks(canvas, wood, layer)
    paintFloor(canvas, wood, layer)
    if (layer === 2) defocus(canvas, unit * 0.008)
  }
  paintCanopy(canvas, wood)
  defocus(canvas, unit * 0.011)
  paintRays(canvas, wood)
  bloom(canvas, { radius: unit * 0.05, strength: 0.14 })
  bloom(canvas, { radius: unit * 0.2, strength: 0.16 })
  return {
    light: {
      x: (wood.sunX * unit) / width + 0.5,
      y: (wood.sunY * unit) / height + 0.5,
      colour: [240, 232, 184],
      strength: 0.55,
      horizon: FLOOR,
    },
  }
}

function sunAt({ sunX, sunY }: Wood, x: number, y: number): number {
  const dx = x - sunX
  const dy = y - sunY
  return Math.sqrt(dx * dx + dy * dy)
}

function paintMist(canvas: Canvas, wood: Wood): void {
  const { width, height, unit, light } = canvas
  for (let row = 0; row < height; row++) {
    const y = (row + 0.5 - height / 2) / unit
    const low = smoothstep(0.1, 0.8, (row + 0.5) / height)
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5 - width / 2) / unit
      const away = sunAt(wood, x, y)
      const glow = 0.5 + 1.1 * Math.exp(-away / 0.24) + 0.35 * wood.noise(x * 2.4, y * 2.4)
      const at = (row * width + column) * 3
      for (let c = 0; c < 3; c++) light[at + c] = mix(HAZE_HIGH[c]!, HAZE_LOW[c]!, low) * glow
    }
  }
}

/** What the mist leaves of a colour at a layer: 0 is farthest. */
function through(colour: Light3, layer: number, bright: number): Light3 {
  const haze = [0.78, 0.6, 0.38, 0.19, 0.05][layer]!
  return [
    mix(colour[0], HAZE_HIGH[0] * 0.72 * bright, haze),
    mix(colour[1], HAZE_HIGH[1] * 0.72 * bright, haze),
    mix(colour[2], HAZE_HIGH[2] * 0.72 * bright, haze),
  ]
}

function paintTrunks(canvas: Canvas, wood: Wood, layer: number): void {
  const { width, height, unit } = canvas
  const { random, noise } = wood
  const halfWidth = width / unit / 2
  const count = Math.ceil([15, 11, 8, 5, 2.4][layer]! * halfWidth * 2)
  const foot = groundAt(layer) * height
  for (let tree = 0; tree < count; tree++) {
    // Spread evenly and then shaken: pure chance leaves gaps and clumps that read as a fence.
    let x = (((tree + 0.15 + 0.7 * random()) / count) * 2 - 1) * halfWidth
    // The nearest trunks stand aside, where the person is not.
    if (layer === LAYERS - 1) x = Math.sign(x) * mix(0.62, 1, Math.abs(x) / halfWidth) * halfWidth
    const thick = [0.006, 0.01, 0.017, 0.028, 0.05][layer]! * (0.6 + 0.8 * random())
    const lean = (random() - 0.5) * 0.08
    const phase = random() * 100
    const bottom = Math.min(height - 1, Math.round(foot + unit * 0.02 * random()))
    for (let row = 0; row <= bottom; row++) {
      const y = (row + 0.5 - height / 2) / unit
      const centre = x + lean * (y - 0.2) + 0.018 * noise(y * 1.7 + phase, layer + 0.5)
      const half = (thick / 2) * (0.78 + 0.3 * ((row + 1) / height)) * (1 + 0.1 * noise(y * 9, phase))
      const glow = 0.55 + 1.1 * Math.exp(-sunAt(wood, centre, y) / 0.24)
      const colour = through(BARK, layer, glow)
      const from = Math.max(0, Math.floor((centre - half) * unit + width / 2))
      const to = Math.min(width, Math.ceil((centre + half) * unit + width / 2))
      for (let column = from; column < to; column++) cover(canvas, (row * width + column) * 3, colour, 0.94)
    }
  }
}

function groundAt(layer: number): number {
  return [FLOOR - 0.06, FLOOR - 0.035, FLOOR, FLOOR + 0.06, FLOOR + 0.17][layer]!
}

/** Ferns and grass: each layer's rim is ragged, and lit from behind where it is thin. */
function paintFloor(canvas: Canvas, wood: Wood, layer: number): void {
  const { width, height, unit } = canvas
  const { noise, sunX } = wood
  const size = [34, 26, 18, 12, 8][layer]!
  for (let column = 0; column < width; column++) {
    const x = (column + 0.5 - width / 2) / unit
    const rim = 0.02 * fractal(noise, x * size * 0.5, layer * 9 + 0.5, 4) * (1 + layer * 0.5)
    const top = groundAt(layer) * height - rim * unit
    const sunny = Math.exp(-Math.abs(x - sunX) / 0.4)
    for (let row = Math.max(0, Math.floor(top)); row < height; row++) {
      const deep = (row - top) / unit
      const leaf =
        noise(x * size, (deep + layer) * size * 1.4) + 0.6 * noise(x * size * 2.3, (deep - layer) * size * 3)
      const lit = smoothstep(-0.1, 0.7, leaf) * (0.25 + 0.75 * sunny) * Math.exp(-deep / 0.12)
      const colour: Light3 = [
        mix(FERNS[0], FERNS_LIT[0], lit),
        mix(FERNS[1], FERNS_LIT[1], lit),
        mix(FERNS[2], FERNS_LIT[2], lit),
      ]
      const shade = 0.85 + 0.5 * leaf
      const seen = through(
        [colour[0] * shade, colour[1] * shade, colour[2] * shade],
        layer,
        0.5 + 0.6 * sunny,
      )
      cover(canvas, (row * width + column) * 3, seen, Math.min(1, row + 1 - top))
    }
  }
}

/** Leaves overhead, thickest in the upper corners; small gaps flash and become discs. */
function paintCanopy(canvas: Canvas, wood: Wood): void {
  const { width, height, unit, light } = canvas
  const { noise } = wood
  const rows = Math.min(height, Math.ceil(height * 0.62))
  for (let row = 0; row < rows; row++) {
    const y = (row + 0.5 - height / 2) / unit
    const down = (row + 0.5) / height
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5 - width / 2) / unit
      const edge = Math.abs((column + 0.5) / width - 0.5) * 2
      const wanted = mix(0.42, -0.75, down / 0.5) + 0.35 * edge * edge
      const clump = fractal(noise, x * 4.2, y * 4.2 + 50, 4)
      const share = smoothstep(-0.05, 0.22, clump * 0.9 + wanted - 0.12)
      if (share <= 0) continue
      const away = sunAt(wood, x, y)
      const leaf = noise(x * 34, y * 34) + 0.5 * noise(x * 71, y * 71)
      const lit = smoothstep(0.0, 0.8, leaf + 0.6 * Math.exp(-away / 0.25))
      const at = (row * width + column) * 3
      const gap = smoothstep(0.5, 0.72, leaf) * (0.3 + 3.2 * Math.exp(-away / 0.2))
      const tone = 0.75 + 0.9 * Math.exp(-away / 0.25)
      for (let c = 0; c < 3; c++) {
        const green = mix(LEAVES[c]!, LEAVES_LIT[c]!, lit) * tone + HAZE_HIGH[c]! * gap
        light[at + c] = mix(light[at + c]!, green, share * 0.82)
      }
    }
  }
}

/** Shafts of light from the sun through the gaps: faint, or they become a poster. */
function paintRays(canvas: Canvas, wood: Wood): void {
  const { width, height, unit, light } = canvas
  const { sunX, sunY, noise } = wood
  for (let row = 0; row < height; row++) {
    const y = (row + 0.5 - height / 2) / unit
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5 - width / 2) / unit
      const away = sunAt(wood, x, y)
      // Noise on a circle round the sun: by the angle itself it would have a seam.
      const dx = (x - sunX) / (away + 1e-4)
      const dy = (y - sunY) / (away + 1e-4)
      const shaft = smoothstep(-0.1, 0.6, noise(dx * 3.5, dy * 3.5) + 0.3 * noise(dx * 9 + 40, dy * 9))
      const ray = (0.1 + 0.26 * shaft) * Math.exp(-away / 0.5) + 0.5 * Math.exp(-away / 0.09)
      const at = (row * width + column) * 3
      light[at]! += ray
      light[at + 1]! += ray * 0.93
      light[at + 2]! += ray * 0.62
    }
  }
}
