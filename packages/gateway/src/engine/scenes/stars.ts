import type { Raster } from '../../image/raster.ts'
import type { Seeded } from '../../image/seeded.ts'
import { encoded, LINEAR } from '../../image/srgb.ts'
import { mix, smoothstep, type Light3 } from './canvas.ts'

/** Above the hills, in fractions of the height; thick air has taken the last star before that. */
const LOWEST = 0.74

/**
 * Stars on a finished sky: a point of light is finer than any canvas that is enlarged. Many faint ones, few bright
 * ones with a glow, more of them the nearer to the band (`across` is the distance from it).
 */
export function scatterStars(raster: Raster, random: Seeded, across: (x: number, y: number) => number): void {
  const { width, height } = raster
  const unit = Math.sqrt(width * height)
  // A lens draws no point: about a thousandth of the picture's side, and never less than fills a pixel.
  const size = Math.max(0.62, unit / 1150)
  for (let i = 0; i < 4600; i++) {
    const x = random() * width
    const y = random() * height * LOWEST
    const near = across((x - width / 2) / unit, (y - height / 2) / unit)
    const draw = random()
    const temperature = random()
    if (random() > 0.35 + 0.65 * Math.exp(-((near / 0.2) ** 2))) continue
    const clear = 1 - smoothstep(0.4 * LOWEST, LOWEST, y / height)
    const bright = (0.05 + 0.16 * draw + 0.7 * draw ** 14 + 3 * draw ** 170) * clear
    const colour: Light3 = [mix(0.8, 1.15, temperature), 0.95, mix(1.25, 0.72, temperature)]
    addStar(raster, { x, y, size: size * (1 + 0.45 * draw ** 40), colour, bright })
    if (draw > 0.985) addStar(raster, { x, y, size: size * 4.5, colour, bright: bright * 0.035 })
  }
}

interface Star {
  readonly x: number
  readonly y: number
  readonly size: number
  readonly colour: Light3
  readonly bright: number
}

function addStar({ width, height, data }: Raster, { x, y, size, colour, bright }: Star): void {
  const reach = Math.ceil(size * 2.6)
  for (
    let row = Math.max(0, Math.floor(y) - reach);
    row <= Math.min(height - 1, Math.floor(y) + reach);
    row++
  ) {
    for (
      let column = Math.max(0, Math.floor(x) - reach);
      column <= Math.min(width - 1, Math.floor(x) + reach);
      column++
    ) {
      const away = ((column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2) / (size * size)
      const value = bright * 1.5 * Math.exp(-away)
      if (value < 0.0004) continue
      const at = (row * width + column) * 4
      for (let c = 0; c < 3; c++) {
        data[at + c] = Math.min(
          255,
          Math.round(encoded(Math.min(1, LINEAR[data[at + c]!]! + colour[c]! * value))),
        )
      }
    }
  }
}
