import { isJsonObject } from '../../contract/json-object.ts'
import { seeded } from '../../image/seeded.ts'

/**
 * What re-rendering does to a whole frame, in numbers. Lengths are pixels of a 1-megapixel picture (1024 squared) and
 * grow with the side of larger ones: a model misplaces by shares of its frame.
 */
export interface Drift {
  /** How far the content moves, right and down. */
  readonly shiftPx: readonly [x: number, y: number]
  /** Enlargement of the content about the centre of the frame, 1 = none. Below 1 the border is filled by reflection. */
  readonly scale: number
  /** A tighter framing: `share` of both sides is cut; `x` and `y` (0 to 1) say how much of that at the left and top. */
  readonly recrop: { readonly share: number; readonly x: number; readonly y: number }
  /** The farthest any point moves by the smooth local displacement that comes on top. */
  readonly warpPx: number
  /** 0 = the photo's own texture, 1 = hardly any of it: another of the same kind in its place. Edges stay. */
  readonly resynthesis: number
  /** For each of red, green, blue: a factor, then byte steps added. */
  readonly colour: { readonly gain: Triple; readonly bias: Triple }
  /** Peak of a smooth exposure field, as a share: 0.03 brightens and darkens by up to 3 %. */
  readonly light: number
  /** Quality (1 to 100) of a JPEG answer where the request names none; a PNG is not affected. */
  readonly jpegQuality: number
}

type Triple = readonly [red: number, green: number, blue: number]
type Range = readonly [least: number, most: number]

/** A kind of model: the range each figure of its drift is drawn from, evenly. */
export interface Mix {
  /** Length of the shift; its direction is drawn too. */
  readonly shiftPx: Range
  readonly scale: Range
  /** The share cut; where, is drawn too. */
  readonly recrop: Range
  readonly warpPx: Range
  readonly resynthesis: Range
  /** Most that a channel's factor is off 1; its offset goes up to a quarter of that share of white. */
  readonly colour: Range
  readonly light: Range
  readonly jpegQuality: Range
}

const NONE: Mix = {
  shiftPx: [0, 0],
  scale: [1, 1],
  recrop: [0, 0],
  warpPx: [0, 0],
  resynthesis: [0, 0],
  colour: [0, 0],
  light: [0, 0],
  jpegQuality: [95, 95],
}

/** By look and by registration, not by measurement of Google's models: how far those drift is not published. */
export const MIXES = {
  /** The frame is resampled to the model's pixels and encoded, no more. */
  none: NONE,
  faithful: {
    shiftPx: [0, 0.8],
    scale: [0.998, 1.002],
    recrop: [0, 0],
    warpPx: [0, 0.4],
    resynthesis: [0.15, 0.3],
    colour: [0.003, 0.01],
    light: [0.003, 0.01],
    jpegQuality: [92, 95],
  },
  typical: {
    shiftPx: [0.5, 4],
    scale: [0.992, 1.008],
    recrop: [0, 0],
    warpPx: [0.4, 1.2],
    resynthesis: [0.4, 0.6],
    colour: [0.01, 0.025],
    light: [0.01, 0.03],
    jpegQuality: [88, 93],
  },
  strong: {
    shiftPx: [3, 8],
    scale: [0.985, 1.02],
    recrop: [0.02, 0.05],
    warpPx: [1, 2],
    resynthesis: [0.7, 0.9],
    colour: [0.03, 0.05],
    light: [0.03, 0.06],
    jpegQuality: [80, 88],
  },
  'shift-only': { ...NONE, shiftPx: [2, 6] },
  recrop: { ...NONE, recrop: [0.04, 0.12] },
  'colour-only': { ...NONE, colour: [0.03, 0.05] },
  'texture-only': { ...NONE, resynthesis: [0.6, 0.8] },
} as const satisfies Record<string, Mix>
export type MixName = keyof typeof MIXES

export function isMixName(text: string): text is MixName {
  return Object.hasOwn(MIXES, text)
}

/** What a figure can be at all: outside of it no frame comes out. */
const LIMITS: Readonly<Record<keyof Mix, Range>> = {
  shiftPx: [0, 1024],
  scale: [0.1, 10],
  recrop: [0, 0.9],
  warpPx: [0, 1024],
  resynthesis: [0, 1],
  colour: [0, 1],
  light: [0, 1],
  jpegQuality: [1, 100],
}

/** Whether it has a range for every figure, the lesser end first, within what the figure can be. */
export function isMix(value: unknown): value is Mix {
  return (
    isJsonObject(value) &&
    Object.keys(value).every((name) => Object.hasOwn(LIMITS, name)) &&
    Object.entries(LIMITS).every(([name, limits]) => isRangeWithin(value[name], limits))
  )
}

function isRangeWithin(range: unknown, [least, most]: Range): boolean {
  if (!Array.isArray(range) || range.length !== 2) return false
  const [from, to]: readonly unknown[] = range
  return typeof from === 'number' && typeof to === 'number' && least <= from && from <= to && to <= most
}

export const DEFAULT_MIX: MixName = 'typical'

/** One model's drift: the same mix and seed always give the same figures. */
export function drawDrift(mix: MixName | Mix, seed: number): Drift {
  const from: Mix = typeof mix === 'string' ? MIXES[mix] : mix
  const random = seeded(seed)
  const within = ([least, most]: Range): number => least + (most - least) * random()
  const around = (most: number): number => most * (2 * random() - 1)
  const shift = within(from.shiftPx)
  const direction = random() * 2 * Math.PI
  const colour = within(from.colour)
  return {
    shiftPx: [shift * Math.cos(direction), shift * Math.sin(direction)],
    scale: within(from.scale),
    recrop: { share: within(from.recrop), x: random(), y: random() },
    warpPx: within(from.warpPx),
    resynthesis: within(from.resynthesis),
    colour: { gain: triple(() => 1 + around(colour)), bias: triple(() => around(colour * 64)) },
    light: within(from.light),
    jpegQuality: Math.round(within(from.jpegQuality)),
  }
}

function triple(draw: () => number): Triple {
  return [draw(), draw(), draw()]
}
