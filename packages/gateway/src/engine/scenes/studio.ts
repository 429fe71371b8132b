import type { Seeded } from '../../image/seeded.ts'
import { mix, picked, ramp, rampAt, smoothstep, type Canvas } from './canvas.ts'
import type { Painted } from './scene.ts'
import { defocus } from './lens.ts'
import { fractal, gradientNoise } from './noise.ts'

const BACKDROP = ramp([
  [0, picked(204, 199, 192)],
  [0.35, picked(178, 173, 167)],
  [0.7, picked(128, 124, 121)],
  [1, picked(84, 82, 82)],
])

/** A hand-painted canvas backdrop in warm grey, lit by one soft lamp a little above and left of the middle. */
export function paintStudio(canvas: Canvas, random: Seeded): Painted {
  const { width, height, unit, light } = canvas
  const noise = gradientNoise(random)
  const lampX = mix(-0.16, -0.06, random()) * (width / unit)
  const lampY = mix(-0.1, -0.02, random()) * (height / unit)
  for (let row = 0; row < height; row++) {
    const y = (row + 0.5 - height / 2) / unit
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5 - width / 2) / unit
      const away = Math.sqrt((x - lampX) ** 2 + ((y - lampY) * 1.1) ** 2)
      const drift = 0.8 * noise(x * 1.1 + 30, y * 1.1)
      const brushed = fractal(noise, x * 2.6 + drift, y * 2.6 - drift, 5) + 0.7 * noise(x * 0.9 + 9, y * 0.9)
      const strokes = noise(x * 5 + brushed * 1.4, y * 13)
      const shade = rampAt(BACKDROP, smoothstep(-0.12, 1.02, away) + 0.09 * brushed)
      const cloth = 1 + 0.15 * brushed + 0.03 * strokes
      const at = (row * width + column) * 3
      light[at] = BACKDROP.light[shade]! * cloth
      light[at + 1] = BACKDROP.light[shade + 1]! * (cloth - 0.012 * brushed)
      light[at + 2] = BACKDROP.light[shade + 2]! * (cloth - 0.03 * brushed)
    }
  }
  defocus(canvas, unit * 0.006)
  return {
    light: {
      x: (lampX * unit) / width + 0.5,
      y: (lampY * unit) / height + 0.5,
      colour: [236, 230, 222],
      strength: 0.25,
    },
  }
}
