import type { Seeded } from '../../image/seeded.ts'
import { mix, picked, ramp, rampAt, type Canvas, type Light3 } from './canvas.ts'
import type { Painted } from './scene.ts'
import { bloom, defocus } from './lens.ts'
import { gradientNoise } from './noise.ts'
import { addDisc, fillBox } from './shapes.ts'

const AIR = ramp([
  [0, picked(16, 20, 38)],
  [0.3, picked(28, 30, 54)],
  [0.5, picked(66, 50, 62)],
  [0.6, picked(58, 42, 48)],
  [0.8, picked(26, 24, 34)],
  [1, picked(14, 15, 24)],
])
/** Lamps of a street with their shares; the first ones are sodium and warm white, and most are those. */
const LAMPS: readonly (readonly [share: number, colour: Light3])[] = [
  [0.4, picked(255, 176, 84)],
  [0.26, picked(255, 214, 158)],
  [0.14, picked(240, 74, 52)],
  [0.08, picked(205, 226, 255)],
  [0.05, picked(70, 196, 176)],
  [0.04, picked(96, 132, 255)],
  [0.03, picked(232, 92, 178)],
]
const STREET = 0.6

/** A street after rain, far out of focus: bright discs over dark houses, and their streaks on the wet ground. */
export function paintNightCity(canvas: Canvas, random: Seeded): Painted {
  const { unit } = canvas
  paintAir(canvas, random)
  paintHouses(canvas, random)
  defocus(canvas, unit * 0.022)
  paintStreaks(canvas, random)
  defocus(canvas, unit * 0.006)
  paintDiscs(canvas, random)
  bloom(canvas, { radius: unit * 0.05, strength: 0.12 })
  bloom(canvas, { radius: unit * 0.2, strength: 0.16 })
  return { light: { x: 0.5, y: 0.5, colour: [255, 188, 120], strength: 0.35, horizon: STREET } }
}

function paintAir(canvas: Canvas, random: Seeded): void {
  const { width, height, light } = canvas
  const noise = gradientNoise(random)
  for (let row = 0; row < height; row++) {
    const shade = rampAt(AIR, (row + 0.5) / height)
    for (let column = 0; column < width; column++) {
      const glow = 1 + 0.6 * noise((column / width) * 2.2, (row / height) * 2.4)
      const at = (row * width + column) * 3
      for (let c = 0; c < 3; c++) light[at + c] = AIR.light[shade + c]! * glow
    }
  }
}

/** House fronts to both sides, lower towards the end of the street, with a few lit windows. */
function paintHouses(canvas: Canvas, random: Seeded): void {
  for (const side of [-1, 1]) {
    for (let house = 0; house < 6; house++) {
      const near = 1 - house / 6
      const outer = 0.5 + side * mix(0.06, 0.56, near)
      const inner = 0.5 + side * mix(0.04, 0.56, Math.max(0, near - 1 / 6))
      const top = STREET - mix(0.1, 0.62, near) * (0.75 + 0.4 * random())
      const box = { left: Math.min(outer, inner), right: Math.max(outer, inner), top, bottom: STREET + 0.03 }
      const tone = mix(0.032, 0.012, near)
      fillBox(canvas, box, [tone, tone * 0.95, tone * 1.25], 0.75)
      paintWindows(canvas, box, random)
    }
  }
}

function paintWindows(
  canvas: Canvas,
  box: Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>>,
  random: Seeded,
): void {
  const pane = (box.right - box.left) / 4.4
  const floor = (box.bottom - box.top) / 9
  for (let row = 0; row < 7; row++) {
    for (let column = 0; column < 4; column++) {
      const lit = random() < 0.34
      const warm = random()
      const bright = 0.05 + 0.5 * random() ** 3
      if (!lit) continue
      const left = box.left + pane * (column + 0.35)
      const top = box.top + floor * (row + 0.5)
      const colour: Light3 = [bright, bright * mix(0.5, 0.85, warm), bright * mix(0.16, 0.75, warm)]
      fillBox(canvas, { left, top, right: left + pane * 0.6, bottom: top + floor * 0.55 }, colour)
    }
  }
}

/** Lamps mirrored on the wet street: soft columns of light that fade towards the viewer. */
function paintStreaks(canvas: Canvas, random: Seeded): void {
  const { width, height, unit, light } = canvas
  for (let i = 0; i < 34; i++) {
    const colour = lamp(random)
    const strength = 0.03 + 0.2 * random() ** 2.2
    const centre = (0.5 + (random() + random() - 1) * 0.62) * width
    const broad = unit * mix(0.012, 0.028, random())
    const top = (STREET + 0.07 * random() ** 2) * height
    const long = mix(0.08, 0.24, random()) * unit
    for (let row = Math.max(0, Math.floor(top)); row < height; row++) {
      const down = (row - top) / long
      const fade = Math.min(1, down * 6) * Math.exp(-down * 1.4)
      if (down > 4) break
      const reach = broad * 2.6
      for (
        let column = Math.max(0, Math.floor(centre - reach));
        column < Math.min(width, centre + reach);
        column++
      ) {
        const share = strength * fade * Math.exp(-(((column - centre) / broad) ** 2))
        const at = (row * width + column) * 3
        for (let c = 0; c < 3; c++) light[at + c]! += colour[c]! * share
      }
    }
  }
}

/** Three depths of lights: many small ones far down the street, few large ones close by. */
function paintDiscs(canvas: Canvas, random: Seeded): void {
  const { width, height, unit } = canvas
  const depths = [
    { count: 54, radius: 0.0125, spread: 0.62, tall: 0.1, level: STREET - 0.03, strength: 0.75 },
    { count: 40, radius: 0.024, spread: 0.95, tall: 0.24, level: STREET - 0.09, strength: 0.5 },
    { count: 17, radius: 0.042, spread: 1.1, tall: 0.46, level: STREET - 0.16, strength: 0.3 },
  ]
  for (const { count, radius, spread, tall, level, strength } of depths) {
    for (let i = 0; i < count; i++) {
      const colour = lamp(random)
      // Few are very bright: an even spread of brightness looks like confetti.
      const bright = strength * (0.14 + 2.1 * random() ** 2.8)
      addDisc(canvas, {
        x: (0.5 + (random() + random() - 1) * spread * 0.75) * width,
        y: (level + (random() + random() - 1) * tall) * height,
        radius: unit * radius * mix(0.85, 1.2, random()),
        colour: [colour[0] * bright, colour[1] * bright, colour[2] * bright],
        rim: 0.3,
      })
    }
  }
}

function lamp(random: Seeded): Light3 {
  let draw = random()
  for (const [share, colour] of LAMPS) {
    if (draw < share) return colour
    draw -= share
  }
  return LAMPS[0]![1]
}
