import { seeded, type Seeded } from '../../image/seeded.ts'
import { cover, mix, picked, ramp, rampAt, smoothstep, type Canvas } from './canvas.ts'
import { defocus } from './lens.ts'
import { fractal, gradientNoise, type Noise } from './noise.ts'
import type { Painted } from './scene.ts'
import { scatterStars } from './stars.ts'

const AIR = ramp([
  [0, picked(13, 18, 38)],
  [0.45, picked(22, 34, 62)],
  [0.75, picked(46, 64, 88)],
  [0.92, picked(104, 104, 104)],
  [1, picked(142, 120, 98)],
])
const GROUND = 0.86
const MIST = picked(74, 78, 88)
const RIDGES = [picked(40, 46, 60), picked(18, 21, 30), picked(7, 8, 13)] as const

/** The Milky Way over dark hills, with the last glow of a town behind them. */
export function paintStarrySky(canvas: Canvas, random: Seeded): Painted {
  const noise = gradientNoise(random)
  const band = { tilt: mix(0.9, 1.15, random()), offset: mix(0.02, 0.12, random()) }
  const starSeed = Math.floor(random() * 0x7fffffff)
  paintNight(canvas, noise, band)
  paintRidges(canvas, noise)
  defocus(canvas, canvas.unit * 0.0016)
  return {
    light: { x: 0.5, y: GROUND, colour: [116, 134, 176], strength: 0.2, horizon: GROUND },
    finish: (raster) => scatterStars(raster, seeded(starSeed), (x, y) => acrossBand(band, x, y)),
  }
}

interface Band {
  /** Angle of the Milky Way against the horizon, radians. */
  readonly tilt: number
  readonly offset: number
}

/** Distance across the Milky Way. */
function acrossBand({ tilt, offset }: Band, x: number, y: number): number {
  return (x - offset) * Math.sin(tilt) + y * Math.cos(tilt)
}

function paintNight(canvas: Canvas, noise: Noise, band: Band): void {
  const { width, height, unit, light } = canvas
  const sin = Math.sin(band.tilt)
  const cos = Math.cos(band.tilt)
  for (let row = 0; row < height; row++) {
    const y = (row + 0.5 - height / 2) / unit
    const shade = rampAt(AIR, (row + 0.5) / height / GROUND)
    const clear = 1 - smoothstep(0.5, 1, (row + 0.5) / height / GROUND)
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5 - width / 2) / unit
      const across = x * sin + y * cos - band.offset * sin
      const at = (row * width + column) * 3
      const airglow = 1 + 0.35 * noise(x * 1.2 + 60, y * 2.2)
      for (let c = 0; c < 3; c++) light[at + c] = AIR.light[shade + c]! * airglow
      if (Math.abs(across) < BAND_REACH) {
        addMilkyWay(canvas, at, { noise, across, along: x * cos - y * sin - band.offset * cos, clear })
      }
    }
  }
}

/** Farther from its middle the Milky Way is fainter than the grain. */
const BAND_REACH = 0.62

interface MilkyWay {
  readonly noise: Noise
  readonly across: number
  readonly along: number
  /** 1 high in the sky, 0 in the haze over the ground. */
  readonly clear: number
}

function addMilkyWay({ light }: Canvas, at: number, { noise, across, along, clear }: MilkyWay): void {
  const bend = noise(along * 1.6 + 3, across * 1.6) * 0.07
  const middle = across + bend
  const clouds = fractal(noise, along * 4.2, middle * 6.5, 5)
  const core = Math.exp(-((middle / 0.15) ** 2)) * (0.8 + 1.1 * clouds)
  const halo = Math.exp(-((across / 0.3) ** 2)) * 0.3
  // The rift: dust before the brightest part, drawn out along the band.
  const dust = fractal(noise, along * 5 + 40 + bend * 6, middle * 12 + 7, 6)
  const rift = smoothstep(-0.1, 0.5, dust + 0.42 * Math.exp(-(((middle - 0.02) / 0.045) ** 2)) - 0.1)
  const seen = Math.max(0, core + halo) * (1 - 0.82 * rift * Math.exp(-((across / 0.17) ** 2)))
  const shine = seen * (0.25 + 0.75 * clear) * (1 - smoothstep(0.5, BAND_REACH, Math.abs(across)))
  const warm = smoothstep(0.25, 0.9, core)
  light[at]! += shine * mix(0.07, 0.175, warm)
  light[at + 1]! += shine * mix(0.078, 0.155, warm)
  light[at + 2]! += shine * mix(0.115, 0.158, warm)
}

/** Three hills, darker towards the viewer; the nearest carries a fringe of firs. */
function paintRidges(canvas: Canvas, noise: Noise): void {
  const { width, height, unit } = canvas
  for (let layer = 0; layer < 3; layer++) {
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5 - width / 2) / unit
      const hill = fractal(noise, x * [1.6, 2.2, 1.3][layer]! + layer * 23, layer * 5 + 0.5, 4)
      const firs =
        layer < 2 ? 0 : 0.022 * Math.max(0, noise(x * 34, 80)) + 0.012 * Math.max(0, noise(x * 90, 81))
      const top =
        (GROUND + [0.0, 0.05, 0.1][layer]!) * height - unit * (hill * [0.09, 0.07, 0.06][layer]! + firs)
      for (let row = Math.max(0, Math.floor(top)); row < height; row++) {
        const at = (row * width + column) * 3
        cover(canvas, at, RIDGES[layer]!, Math.min(1, row + 1 - top))
        // Mist lies in the valleys, so that a hill grows paler towards its foot.
        if (layer < 2) cover(canvas, at, MIST, 0.55 * smoothstep(0, 0.13, (row - top) / unit))
      }
    }
  }
}
