import type { Framing } from '../operation.ts'
import { frame } from './clause.ts'
import type { Clause } from './clause.ts'
import { figure, share } from './grades.ts'
import { article } from './lexicon.ts'
import { it, photo } from './regions.ts'
import { list, phrase } from './phrase.ts'
import { either, maybe, ofKind, quiet, valueOf } from './rule.ts'
import type { Rule } from './rule.ts'

type Pair = readonly [width: number, height: number]

const what = quiet(either(photo, it))

/** Above this a pair is a size in pixels, not a ratio; no format in use has a larger figure. */
const LARGEST_RATIO_FIGURE = 32
const LARGEST_SIDE = 16_384

const pair: Rule<Pair> = either<Pair>(
  ofKind('pair', ({ numbers }) => [numbers[0]!, numbers[1]!]),
  phrase`${figure} (by|to|x) ${figure}`((width, height) => [width, height]),
)

const FORMATS = new Map<string, Pair>(
  Object.entries({ square: [1, 1], portrait: [3, 4], landscape: [4, 3], widescreen: [16, 9] } as const),
)

const ratio: Rule<Pair> = either<Pair>(
  phrase`[${article}] ${pair} [aspect] [ratio|format|crop|frame|widescreen|square|portrait|landscape|vertical|horizontal|version]`(
    asRatio,
  ),
  phrase`[${article}] [aspect] ratio [of] ${pair}`(asRatio),
  phrase`[${article}] [nice|perfect] ${valueOf(FORMATS)} [format|crop|orientation|aspect|shape|frame|version|photo] [ratio]`(
    (format) => format,
  ),
  phrase`[${article}] ${valueOf(FORMATS)} [,] ${pair} [,]`((_format, figures) => asRatio(figures)),
  phrase`[${article}] (widescreen|landscape|portrait|square|vertical|horizontal) ${pair} [format|ratio|crop]`(
    (figures) => asRatio(figures),
  ),
)

function asRatio([width, height]: Pair): Pair | undefined {
  const small = width > 0 && height > 0 && width <= LARGEST_RATIO_FIGURE && height <= LARGEST_RATIO_FIGURE
  return small ? [width, height] : undefined
}

const size: Rule<Pair> = phrase`${pair} [px]`(([width, height]) =>
  isSide(width) && isSide(height) && Math.max(width, height) > LARGEST_RATIO_FIGURE
    ? [width, height]
    : undefined,
)

function isSide(pixels: number): boolean {
  return Number.isInteger(pixels) && pixels >= 1 && pixels <= LARGEST_SIDE
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}

const to = quiet(phrase`to|into|in|at|for|as | to be | down to | so [that] it is|becomes`(() => true))

const cropped: Rule<Clause> = either(
  phrase`crop|trim|cut [${what}] [down] [${to}] ${ratio}`((format) => frame({ op: 'crop', ratio: format })),
  phrase`crop|trim|cut [${what}] [down] [${to}] ${size}`(([width, height]) => {
    const common = divisor(width, height)
    return frame({ op: 'crop', ratio: [width / common, height / common] }, { op: 'resize', width, height })
  }),
  phrase`(make|turn|convert|change|set|reformat|reframe) ${what} [${to}] ${cutRatio()}`((format) =>
    frame({ op: 'crop', ratio: format }),
  ),
  phrase`(change|set|make|turn|adjust|convert) [the|its] aspect ratio [of ${what}] [to|into] ${ratio}`(
    (format) => frame({ op: 'crop', ratio: format }),
  ),
  phrase`[a|an|in|use|with] ${cutRatio()} (crop|format|ratio | aspect ratio)`((format) =>
    frame({ op: 'crop', ratio: format }),
  ),
  phrase`[in | aspect ratio] [,] ${pair}`((figures) => {
    const format = asRatio(figures)
    return format && frame({ op: 'crop', ratio: format })
  }),
)

/** Outside "crop", portrait may be a picture of someone and landscape a view: only what can be nothing else. */
function cutRatio(): Rule<Pair> {
  return either<Pair>(
    phrase`[${article}] ${pair} [aspect] [ratio|format]`(asRatio),
    phrase`[${article}] [perfect] square [format|crop|shape|photo|version|ratio]`(() => [1, 1]),
    phrase`[${article}] widescreen [format|photo|version]`(() => [16, 9]),
  )
}

type Side = 'left' | 'right' | 'top' | 'bottom'
type Trim = { readonly [side in Side]?: number }

const SIDES = new Map<string, Side>(
  Object.entries({ left: 'left', right: 'right', top: 'top', bottom: 'bottom' } as const),
)
const side = phrase`[the|its] ${valueOf(SIDES)} [side|edge | hand side]`((value) => value)
const sides: Rule<readonly Side[]> = either<readonly Side[]>(
  phrase`[on|from|of] all|every|each [of] [the] [four] side|sides|edges`(() => [
    'left',
    'right',
    'top',
    'bottom',
  ]),
  phrase`[on|from] both sides`(() => ['left', 'right']),
  list(side),
)

const piece: Rule<Trim> = phrase`${share} [of ${what}] (off|from|of|on | away from | off of|from) ${sides}`(
  trim,
)

const trimmed: Rule<Clause> = either(
  phrase`(crop|trim|cut|remove|take|shave|chop) ${list(piece)}`(box),
  phrase`(crop|trim|cut|shave|chop) [off] ${sides} [side|edge] [off] [by] ${share}`((where, part) =>
    box([trim(part, where)]),
  ),
  phrase`(crop|trim|cut|remove|shave|chop) [off|away|out] [the] ${valueOf(SIDES)} ${share} [of ${what}]`(
    (where, part) => box([trim(part, [where])]),
  ),
  phrase`crop [${what}] [${to}] [the] ${valueOf(SIDES)} ${share} [of ${what}]`((kept, part) =>
    box([trim(1 - part, [OPPOSITE[kept]])]),
  ),
  phrase`crop [${what}] [${to}] [the] (centre|middle|central) ${share} [of ${what}]`((part) =>
    box([trim((1 - part) / 2, ['left', 'right', 'top', 'bottom'])]),
  ),
)

const OPPOSITE: Readonly<Record<Side, Side>> = { left: 'right', right: 'left', top: 'bottom', bottom: 'top' }

function trim(part: number, where: readonly Side[]): Trim {
  return Object.fromEntries(where.map((each) => [each, part]))
}

function box(trims: readonly Trim[]): Clause | undefined {
  const off = { left: 0, right: 0, top: 0, bottom: 0 }
  for (const each of trims) Object.assign(off, each)
  const width = round(1 - off.left - off.right)
  const height = round(1 - off.top - off.bottom)
  const sound = Object.values(off).every((part) => part >= 0) && width > 0 && height > 0 && width * height < 1
  return sound
    ? frame({ op: 'crop-box', left: round(off.left), top: round(off.top), width, height })
    : undefined
}

/** Shares are sums of decimals: without this 1 - 0.1 - 0.2 ends in …0001. */
function round(value: number): number {
  return Number(value.toFixed(6))
}

const change = quiet(
  phrase`(resize|scale|shrink|enlarge|upscale|downscale|downsize|upsize|make|reduce|set|bring|convert|downsample) [down|up]`(
    () => true,
  ),
)
const length: Rule<number> = phrase`${figure} [px]`((pixels) =>
  isSide(pixels) && pixels > LARGEST_RATIO_FIGURE ? pixels : undefined,
)
const wide = quiet(phrase`wide | in width | width | across | on the width`(() => true))
const tall = quiet(phrase`high|tall | in height | height | on the height`(() => true))
const ofWhat = quiet(phrase`[the] size|dimensions|resolution [of ${what}]`(() => true))

const resized: Rule<Clause> = either(
  phrase`${change} [${what} | ${ofWhat}] [${to}] [exactly | a size of] ${size} [exactly]`(([width, height]) =>
    frame({ op: 'resize', width, height }),
  ),
  phrase`${change} [${what} | ${ofWhat}] [${to}] [be] [exactly] ${length} ${wide}`((width) =>
    frame({ op: 'resize', width }),
  ),
  phrase`${change} [${what} | ${ofWhat}] [${to}] [be] [exactly] ${length} ${tall}`((height) =>
    frame({ op: 'resize', height }),
  ),
  phrase`${change} [${what} | ${ofWhat}] [${to}] [a|the] width [of|to|,] ${length}`((width) =>
    frame({ op: 'resize', width }),
  ),
  phrase`${change} [${what} | ${ofWhat}] [${to}] [a|the] height [of|to|,] ${length}`((height) =>
    frame({ op: 'resize', height }),
  ),
  phrase`${change} [${what} | ${ofWhat}] [${to}] ${length} ${wide} (by|and|x|,) ${length} ${tall}`(
    (width, height) => frame({ op: 'resize', width, height }),
  ),
  phrase`(change|set|make) the width [of ${what}] [to] ${length}`((width) => frame({ op: 'resize', width })),
  phrase`(change|set|make) the height [of ${what}] [to] ${length}`((height) =>
    frame({ op: 'resize', height }),
  ),
)

const times: Rule<number> = either(
  phrase`${figure} (x|times)`((factor) => factor),
  phrase`x ${figure}`((factor) => factor),
  phrase`twice | two times | double`(() => 2),
  phrase`three times | triple`(() => 3),
)
const asBig = quiet(
  phrase`[as] (big|large|wide|bigger|larger | [the|its] [original|current] size)`(() => true),
)
const smallShare = quiet(
  phrase`[of] [the|its] [original|current] size|resolution|dimensions | [of] the original | as (big|large)`(
    () => true,
  ),
)

const scaled: Rule<Clause> = either(
  phrase`(resize|scale|shrink|enlarge|upscale|downscale) [down|up] [${what} | ${ofWhat}] [down|up] to|at ${share} [${smallShare}]`(
    scale,
  ),
  phrase`(reduce|set|bring|make|increase|change) (${what} | ${ofWhat}) [down|up] to|at ${share} ${smallShare}`(
    scale,
  ),
  phrase`(reduce|set|bring|increase|change) ${ofWhat} [down|up] to|at ${share}`(scale),
  phrase`(resize|make|scale) [${what}] ${share} (as big|large | [the|its] [original] size)`(scale),
  phrase`scale|resize|shrink|downscale [${ofWhat} | ${what}] [down] by ${share}`(less),
  phrase`(scale|shrink|size|bring) [${ofWhat} | ${what}] down by ${share}`(less),
  phrase`(reduce|decrease) ${ofWhat} by ${share}`(less),
  phrase`make ${what} ${share} smaller`(less),
  phrase`(enlarge|upscale | scale up) [${ofWhat} | ${what}] by ${share}`((part) => scale(1 + part)),
  phrase`increase ${ofWhat} by ${share}`((part) => scale(1 + part)),
  phrase`(scale|size) [${what}] up by ${share}`((part) => scale(1 + part)),
  phrase`make ${what} ${share} (bigger|larger)`((part) => scale(1 + part)),
  phrase`(resize|scale|enlarge|upscale|make) [up] [${what} | ${ofWhat}] [up] [by|to] ${times} [${asBig}]`(
    scale,
  ),
  phrase`double ${ofWhat}`(() => scale(2)),
  phrase`halve ${ofWhat}`(() => scale(0.5)),
  phrase`[make|give] [${what}] half [of] [the|its] [original] size`(() => scale(0.5)),
  phrase`[make|give] [${what}] (double|twice) [the|its] [original] size`(() => scale(2)),
)

function scale(factor: number): Clause | undefined {
  const sound = factor >= 0.01 && factor <= 8 && factor !== 1
  return sound ? frame({ op: 'scale', factor: round(factor) }) : undefined
}

function less(part: number): Clause | undefined {
  return part < 1 ? scale(1 - part) : undefined
}

const TURNS = new Map(Object.entries({ clockwise: 1, right: 1, left: -1 }))
const turnWay: Rule<number> = either(
  phrase`[to] [the] ${valueOf(TURNS)}`((sign) => sign),
  phrase`counter|anti clockwise`(() => -1),
)
const angle: Rule<number> = either(
  phrase`[by] ${figure} [degrees]`((degrees) => degrees),
  phrase`[by] [a] quarter turn`(() => 90),
  phrase`[by] [a] half turn`(() => 180),
)
const turning = quiet(phrase`rotate|turn|spin|tilt`(() => true))

const rotated: Rule<Clause> = either(
  phrase`${turning} [${what}] ${angle} ${maybe(turnWay)}`((degrees, sign) => rotate(degrees * (sign ?? 1))),
  phrase`rotate [${what}] ${turnWay} ${maybe(angle)}`((sign, degrees) => rotate((degrees ?? 90) * sign)),
  phrase`turn|tilt|spin [${what}] ${turnWay} ${angle}`((sign, degrees) => rotate(degrees * sign)),
  phrase`apply [a] ${angle} rotate ${maybe(turnWay)}`((degrees, sign) => rotate(degrees * (sign ?? 1))),
  phrase`[a] ${angle} rotate ${maybe(turnWay)}`((degrees, sign) => rotate(degrees * (sign ?? 1))),
  phrase`(${turning} | make|put) [${what}] upside down`(() => rotate(180)),
)

function rotate(degrees: number): Clause | undefined {
  const sound = degrees !== 0 && Math.abs(degrees) < 360
  return sound ? frame({ op: 'rotate', degrees }) : undefined
}

type Axis = Extract<Framing, { op: 'flip' }>['axis']

const axis: Rule<Axis> = either<Axis>(
  phrase`horizontally|sideways | left to right | left right | from left to right | right to left | along|on|around the horizontal`(
    () => 'horizontal',
  ),
  phrase`vertically | top to bottom | upside down | from top to bottom`(() => 'vertical'),
)
const plainAxis: Rule<Axis> = either<Axis>(
  phrase`horizontal`(() => 'horizontal'),
  phrase`vertical`(() => 'vertical'),
)

const flipped: Rule<Clause> = either(
  phrase`(flip|mirror|reflect) [${what}] ${list(axis)}`((axes) =>
    frame(...axes.map((each) => ({ op: 'flip', axis: each }) as const)),
  ),
  phrase`(flip|mirror|reflect) [${what}] ${plainAxis}`((each) => frame({ op: 'flip', axis: each })),
  phrase`[apply|do|make] [a] ${plainAxis} (flip|mirror) [to ${what}]`((each) =>
    frame({ op: 'flip', axis: each }),
  ),
  phrase`mirror ${what}`(() => frame({ op: 'flip', axis: 'horizontal' })),
)

/** Everything that changes the frame: crop, resize, rotate, flip. Of the whole picture, never of a part of it. */
export const framingClause: Rule<Clause> = either(cropped, trimmed, resized, scaled, rotated, flipped)
