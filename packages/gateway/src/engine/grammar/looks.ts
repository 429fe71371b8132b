import { adjust } from './clause.ts'
import type { Change, Clause } from './clause.ts'
import { after, before, focal, tonal } from './grades.ts'
import type { Amount, Tonal } from './grades.ts'
import { article } from './lexicon.ts'
import { inRegion, region } from './regions.ts'
import { list, phrase } from './phrase.ts'
import { either, maybe, memo, quiet, valueOf } from './rule.ts'
import type { Rule } from './rule.ts'

type Quality = readonly [op: Tonal, sign: 1 | -1] | readonly [op: 'blur' | 'sharpen', sign: 1]

const COMPARATIVES = new Map<string, Quality>(
  Object.entries({
    brighter: ['brightness', 1],
    lighter: ['brightness', 1],
    darker: ['brightness', -1],
    dimmer: ['brightness', -1],
    warmer: ['warmth', 1],
    cooler: ['warmth', -1],
    colder: ['warmth', -1],
    sharper: ['sharpen', 1],
    crisper: ['sharpen', 1],
    blurrier: ['blur', 1],
    contrastier: ['contrast', 1],
  } as const),
)

const ADJECTIVES = new Map<string, Quality>(
  Object.entries({
    bright: ['brightness', 1],
    dark: ['brightness', -1],
    dim: ['brightness', -1],
    vivid: ['saturation', 1],
    vibrant: ['saturation', 1],
    colourful: ['saturation', 1],
    saturated: ['saturation', 1],
    muted: ['saturation', -1],
    desaturated: ['saturation', -1],
    contrasty: ['contrast', 1],
    sharp: ['sharpen', 1],
    crisp: ['sharpen', 1],
    blurry: ['blur', 1],
    blurred: ['blur', 1],
    defocused: ['blur', 1],
    brightened: ['brightness', 1],
    darkened: ['brightness', -1],
    sharpened: ['sharpen', 1],
  } as const),
)

const comparative = valueOf(COMPARATIVES)
const adjective: Rule<Quality> = either(
  valueOf(ADJECTIVES),
  phrase`out of focus`((): Quality => ['blur', 1]),
)

function graded([op, sign]: Quality, amount: Amount | undefined, turned = 1): Change | undefined {
  if (op === 'blur' || op === 'sharpen') return turned === 1 ? focal(op, amount) : undefined
  return tonal(op, sign * turned, amount)
}

/** Says of itself that it compares: "brighter", "more vivid", "20 % darker", "twice as bright". */
export const comparison: Rule<Change> = memo(
  either<Change>(
    phrase`[even|just|only] ${maybe(before)} ${comparative} ${maybe(after)}`((early, quality, late) =>
      graded(quality, late ?? early),
    ),
    phrase`[even|just|only] ${maybe(before)} more ${adjective} ${maybe(after)}`((early, quality, late) =>
      graded(quality, late ?? early),
    ),
    phrase`[even|just|only] ${maybe(before)} less ${adjective} ${maybe(after)}`((early, quality, late) =>
      graded(quality, late ?? early, -1),
    ),
    phrase`twice as ${adjective}`((quality) => graded(quality, { share: 1 })),
    phrase`half as ${adjective}`((quality) => graded(quality, { share: 0.5 }, -1)),
  ),
)

/** Black and white in all its names, or sepia. */
export const filterName: Rule<Change> = memo(
  either<Change>(
    phrase`(black and white | black white | b&w | greyscale | grey scale | monochrome | monochromatic | shades|tones of grey)`(
      () => ({
        op: 'greyscale',
      }),
    ),
    phrase`[old|vintage|retro|classic|warm] sepia [tone|toned|tones|coloured]`(() => ({ op: 'sepia' })),
  ),
)

/** What a picture can be made to look: "make him look sharp" would be about clothes, "sharper" is not. */
export const appearance: Rule<Change> = memo(either(comparison, filterName))

/** A quality right behind "make it": comparisons, plain adjectives and filters. */
export const look: Rule<Change> = memo(
  either<Change>(
    comparison,
    phrase`${maybe(before)} ${adjective} ${maybe(after)}`((early, quality, late) =>
      graded(quality, late ?? early),
    ),
    filterName,
  ),
)

/** "brighter, warmer and more vivid". */
export const looks: Rule<readonly Change[]> = memo(list(look))

const colours = quiet(phrase`[the|its|all|his|her|their] [the] colours|tones|colour|hues`(() => true))
const colourLook: Rule<Change> = phrase`${look}`((change) =>
  change.op === 'saturation' || change.op === 'warmth' ? change : undefined,
)
const TEMPERATURES = new Map(
  Object.entries({ warm: 1, warmer: 1, golden: 1, cool: -1, cooler: -1, cold: -1, colder: -1 } as const),
)
const temperature = valueOf(TEMPERATURES)
const cast = quiet(phrase`tone|tones|colours|tint|look|feel|feeling|cast|hue|hues|light|lighting`(() => true))

function tinted(sign: number): Change {
  return tonal('warmth', sign)!
}

/** Where the colours themselves are spoken of: "more vivid colours", "a warm tone", "make the colours pop". */
export const tone: Rule<Clause> = either(
  phrase`make|get|render ${colours} ${maybe(inRegion)} [look] ${list(colourLook)}`((ref, changes) =>
    adjust(ref ?? 'unsaid', ...changes),
  ),
  phrase`make ${region} ['s] ${colours} [look] ${list(colourLook)}`((ref, changes) =>
    adjust(ref, ...changes),
  ),
  phrase`[add|use|give|with|make] [it] ${colourLook} colours|tones ${maybe(inRegion)}`((change, ref) =>
    adjust(ref ?? 'unsaid', change),
  ),
  phrase`give ${region} ${colourLook} colours|tones`((ref, change) => adjust(ref, change)),
  phrase`make ${colours} ${maybe(inRegion)} pop|stronger|richer [more|out]`((ref) =>
    adjust(ref ?? 'unsaid', tonal('saturation', 1)!),
  ),
  phrase`${maybe(before)} ${strengthen()} ${colours} [up|down] ${maybe(inRegion)} ${maybe(after)}`(
    (early, sign, ref, late) => {
      const change = tonal('saturation', sign, late ?? early)
      return change === undefined ? undefined : adjust(ref ?? 'unsaid', change)
    },
  ),
  phrase`${maybe(before)} ${valueOf(
    new Map([
      ['warm', 1],
      ['cool', -1],
    ] as const),
  )} [up|down] ${colours} [up|down] ${maybe(inRegion)} ${maybe(after)}`((early, sign, ref, late) => {
    const change = tonal('warmth', sign, late ?? early)
    return change === undefined ? undefined : adjust(ref ?? 'unsaid', change)
  }),
  phrase`add|apply|use|with [${article}] ${temperature} [colour] ${cast} ${maybe(inRegion)}`((sign, ref) =>
    adjust(ref ?? 'unsaid', tinted(sign)),
  ),
  phrase`give ${region} [${article}] ${temperature} [colour] ${cast}`((ref, sign) =>
    adjust(ref, tinted(sign)),
  ),
  phrase`[${article}] ${temperature} [colour] tone|tones|tint|colours`((sign) =>
    adjust('unsaid', tinted(sign)),
  ),
)

function strengthen(): Rule<number> {
  return either(
    phrase`boost|intensify|strengthen|saturate|increase | liven|pump up`(() => 1),
    phrase`mute|reduce|desaturate | tone|turn down`(() => -1),
  )
}
