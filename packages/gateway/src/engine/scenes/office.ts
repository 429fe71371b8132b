import type { Seeded } from '../../image/seeded.ts'
import { mix, picked, type Canvas, type Light3 } from './canvas.ts'
import type { Painted } from './scene.ts'
import { bloom, defocus } from './lens.ts'
import { fractal, gradientNoise } from './noise.ts'
import { addDisc, fillBox, fillPolygon, type Point } from './shapes.ts'

const WALL = picked(196, 190, 182)
const SIDE_WALL = picked(180, 174, 167)
const CEILING = picked(206, 203, 198)
const FLOOR = picked(140, 116, 96)
const FRAME = picked(96, 94, 94)
const DESK = picked(186, 146, 108)
const DARK = picked(44, 46, 52)
const LEAF = picked(74, 104, 62)
/** Far wall of the room, in fractions of the picture; the vanishing point lies in its middle. */
const FAR = { left: 0.36, right: 0.8, top: 0.3, bottom: 0.62 } as const
const EYE: Point = [0.56, 0.47]

/** A bright room behind a person at a desk: daylight from a row of windows, everything far out of focus. */
export function paintOffice(canvas: Canvas, random: Seeded): Painted {
  const { unit } = canvas
  const mirrored = random() < 0.5
  paintShell(canvas)
  paintWindows(canvas, random)
  paintFarWall(canvas, random)
  paintFurniture(canvas, random)
  defocus(canvas, unit * 0.014)
  paintPlants(canvas, random)
  defocus(canvas, unit * 0.02)
  paintLamps(canvas, random)
  if (mirrored) mirror(canvas)
  bloom(canvas, { radius: unit * 0.05, strength: 0.1 })
  bloom(canvas, { radius: unit * 0.22, strength: 0.14 })
  return { light: { x: mirrored ? 0.95 : 0.05, y: 0.35, colour: [244, 248, 255], strength: 0.45 } }
}

/** A point of the far wall moved along its line of sight: 1 stays, larger comes nearer to the viewer. */
function nearer([x, y]: Point, times: number): Point {
  return [EYE[0] + (x - EYE[0]) * times, EYE[1] + (y - EYE[1]) * times]
}

function paintShell(canvas: Canvas): void {
  const topLeft: Point = [FAR.left, FAR.top]
  const topRight: Point = [FAR.right, FAR.top]
  const bottomLeft: Point = [FAR.left, FAR.bottom]
  const bottomRight: Point = [FAR.right, FAR.bottom]
  const far = 12
  fillPolygon(canvas, [topLeft, topRight, nearer(topRight, far), nearer(topLeft, far)], CEILING)
  fillPolygon(canvas, [bottomLeft, bottomRight, nearer(bottomRight, far), nearer(bottomLeft, far)], FLOOR)
  fillPolygon(canvas, [topRight, bottomRight, nearer(bottomRight, far), nearer(topRight, far)], SIDE_WALL)
  fillPolygon(canvas, [topLeft, bottomLeft, nearer(bottomLeft, far), nearer(topLeft, far)], WALL)
  fillBox(canvas, FAR, WALL)
  for (const [from, to] of [
    [1.25, 1.5],
    [2, 2.5],
    [3.4, 4.6],
  ] as const) {
    const strip = (x: number, times: number): Point => nearer([x, FAR.top], times)
    fillPolygon(
      canvas,
      [strip(0.5, from), strip(0.68, from), strip(0.68, to), strip(0.5, to)],
      [3.4, 3.3, 3.1],
    )
  }
  const floor = (x: number, times: number): Point => nearer([x, FAR.bottom], times)
  for (const [left, right, share] of [
    [0.365, 0.42, 0.4],
    [0.42, 0.47, 0.22],
    [0.6, 0.66, 0.16],
  ] as const) {
    fillPolygon(
      canvas,
      [floor(left, 1), floor(right, 1), floor(right + 0.01, 9), floor(left, 9)],
      [1.2, 1.12, 1],
      share,
    )
  }
}

function windowPoint(y: number, times: number): Point {
  return nearer([FAR.left, y], times)
}

/** Windows along the left wall, the sky in them far brighter than the room. */
function paintWindows(canvas: Canvas, random: Seeded): void {
  const edges = [1.02, 1.34, 1.78, 2.36, 3.2, 4.4, 6.2]
  for (let i = 0; i + 1 < edges.length; i++) {
    const from = edges[i]! * 1.03
    const to = edges[i + 1]! * 0.97
    const pane = (low: number, high: number, colour: Light3): void => {
      fillPolygon(
        canvas,
        [windowPoint(low, from), windowPoint(low, to), windowPoint(high, to), windowPoint(high, from)],
        colour,
      )
    }
    pane(0.335, 0.57, FRAME)
    const bright = 1.9 + 0.7 * random()
    pane(0.342, 0.47, [bright * 0.92, bright * 0.98, bright * 1.06])
    pane(0.474, 0.562, [bright * 0.62, bright * 0.66, bright * 0.62])
    // Trees or houses across the street, hardly more than a tone.
    pane(0.5 + 0.02 * random(), 0.562, [0.62, 0.72, 0.58])
  }
}

function paintFarWall(canvas: Canvas, random: Seeded): void {
  fillBox(canvas, { left: 0.6, right: 0.7, top: 0.36, bottom: 0.62 }, [0.9, 0.95, 1])
  fillBox(canvas, { left: 0.71, right: 0.725, top: 0.35, bottom: 0.62 }, FRAME)
  for (let shelf = 0; shelf < 3; shelf++) {
    const y = 0.38 + shelf * 0.07
    fillBox(canvas, { left: 0.41, right: 0.55, top: y + 0.045, bottom: y + 0.052 }, DESK)
    for (let x = 0.415; x < 0.54; x += 0.008 + 0.012 * random()) {
      const hue = random()
      const tone = 0.12 + 0.4 * random()
      const book: Light3 = [tone * mix(0.7, 1.2, hue), tone * 0.9, tone * mix(1.2, 0.6, hue)]
      if (random() < 0.75)
        fillBox(canvas, { left: x, right: x + 0.009, top: y + 0.012 * random(), bottom: y + 0.045 }, book)
    }
  }
}

/** Desks, screens and chairs at the right, from the far wall towards the viewer. */
function paintFurniture(canvas: Canvas, random: Seeded): void {
  for (const times of [1.25, 1.75, 2.6]) {
    const shift = 0.02 * random()
    const at = (x: number, y: number): Point => nearer([x + shift, y], times)
    const [left, top] = at(0.66, 0.555)
    const [right, bottom] = at(0.78, 0.615)
    fillBox(canvas, { left, right, top, bottom: top + (bottom - top) * 0.2 }, DESK)
    fillBox(
      canvas,
      { left: left + 0.01 * times, right: right - 0.01 * times, top: top + (bottom - top) * 0.2, bottom },
      DARK,
      0.45,
    )
    const [screenLeft, screenTop] = at(0.685, 0.503)
    const [screenRight, screenBottom] = at(0.73, 0.542)
    fillBox(canvas, { left: screenLeft, right: screenRight, top: screenTop, bottom: screenBottom }, DARK)
    const inset = (screenRight - screenLeft) * 0.07
    const glow = 0.3 + 0.3 * random()
    const panel = {
      left: screenLeft + inset,
      right: screenRight - inset,
      top: screenTop + inset,
      bottom: screenBottom - inset,
    }
    fillBox(canvas, panel, [glow * 0.8, glow * 0.95, glow * 1.15])
    const [chairLeft, chairTop] = at(0.625, 0.54)
    const [chairRight, chairBottom] = at(0.65, 0.625)
    fillBox(canvas, { left: chairLeft, right: chairRight, top: chairTop, bottom: chairBottom }, DARK, 0.85)
  }
}

/** A big plant by the windows and one at the right: clumps of leaves, lit from the window side. */
function paintPlants(canvas: Canvas, random: Seeded): void {
  const { width, height, unit, light } = canvas
  const noise = gradientNoise(random)
  for (const [px, py, size] of [
    [0.2, 0.62, 0.15],
    [0.93, 0.55, 0.19],
  ] as const) {
    const reach = Math.ceil(size * unit * 1.3)
    const cx = Math.round(px * width)
    const cy = Math.round(py * height)
    for (let row = Math.max(0, cy - reach); row < Math.min(height, cy + reach); row++) {
      for (let column = Math.max(0, cx - reach); column < Math.min(width, cx + reach); column++) {
        const dx = (column - cx) / unit / size
        const dy = (row - cy) / unit / size
        const leaf = fractal(noise, dx * 3.4 + px * 40, dy * 3.4, 3)
        if (dx * dx + dy * dy * 0.8 + leaf * 1.1 > 0.55) continue
        const lit = 0.5 + 0.6 * leaf + 0.5 * Math.max(0, -dx)
        const at = (row * width + column) * 3
        for (let c = 0; c < 3; c++) light[at + c] = LEAF[c]! * (0.5 + Math.max(0, lit))
      }
    }
  }
}

/** Pendant lamps far back: small warm discs. */
function paintLamps(canvas: Canvas, random: Seeded): void {
  const { width, height, unit } = canvas
  for (let i = 0; i < 7; i++) {
    const bright = 0.35 + 0.5 * random()
    addDisc(canvas, {
      x: mix(0.44, 0.98, (i + 0.6 * random()) / 7) * width,
      y: mix(0.24, 0.37, random()) * height,
      radius: unit * mix(0.014, 0.026, random()),
      colour: [bright, bright * 0.8, bright * 0.52],
      rim: 0.25,
    })
  }
}

function mirror({ width, height, light }: Canvas): void {
  for (let row = 0; row < height; row++) {
    for (let left = 0, right = width - 1; left < right; left++, right--) {
      for (let c = 0; c < 3; c++) {
        const a = (row * width + left) * 3 + c
        const b = (row * width + right) * 3 + c
        const kept = light[a]!
        light[a] = light[b]!
        light[b] = kept
      }
    }
  }
}
