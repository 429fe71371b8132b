import { expect, test } from 'vitest'
import { type Drift, drawDrift, type Mix, type MixName, MIXES } from './drift.ts'

const SEEDS = Array.from({ length: 200 }, (_, seed) => seed)
const names = Object.keys(MIXES) as MixName[]

const FIGURES: Record<keyof Mix, (drift: Drift) => number> = {
  shiftPx: ({ shiftPx }) => Math.hypot(...shiftPx),
  scale: ({ scale }) => scale,
  recrop: ({ recrop }) => recrop.share,
  warpPx: ({ warpPx }) => warpPx,
  resynthesis: ({ resynthesis }) => resynthesis,
  colour: ({ colour }) =>
    Math.max(
      ...colour.gain.map((gain) => Math.abs(gain - 1)),
      ...colour.bias.map((bias) => Math.abs(bias) / 64),
    ),
  light: ({ light }) => light,
  jpegQuality: ({ jpegQuality }) => jpegQuality,
}

test.each(names)('%s draws every figure from its range, and most of the range', (name) => {
  for (const figure of Object.keys(FIGURES) as (keyof Mix)[]) {
    const drawn = SEEDS.map((seed) => FIGURES[figure](drawDrift(name, seed)))
    const [least, most] = MIXES[name][figure]
    // The largest of a colour's six figures is what is measured: the range's lower end does not bound it.
    if (figure !== 'colour') expect(Math.min(...drawn), figure).toBeGreaterThanOrEqual(least - 1e-9)
    expect(Math.max(...drawn), figure).toBeLessThanOrEqual(most + 1e-9)
    expect(Math.max(...drawn) - Math.min(...drawn), figure).toBeGreaterThanOrEqual(0.85 * (most - least))
  }
})

test('a seed is a model: the same figures each time, others for another', () => {
  expect(drawDrift('typical', 7)).toEqual(drawDrift('typical', 7))
  expect(drawDrift('typical', 8)).not.toEqual(drawDrift('typical', 7))
})

test('a shift goes every way', () => {
  const drawn = SEEDS.map((seed) => drawDrift('shift-only', seed).shiftPx)
  for (const wayX of [-1, 1]) {
    for (const wayY of [-1, 1]) {
      expect(drawn.filter(([x, y]) => x * wayX > 0 && y * wayY > 0).length).toBeGreaterThan(25)
    }
  }
})
