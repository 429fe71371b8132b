import type { Change } from './clause.ts'
import { phrase } from './phrase.ts'
import { either, many, memo, ofKind, quiet, valueOf } from './rule.ts'
import type { Rule } from './rule.ts'

/** How much: a grade in words, or a share of the full effect. */
export type Amount = 'slight' | 'some' | 'much' | { readonly share: number }

export type Tonal = 'brightness' | 'contrast' | 'saturation' | 'warmth'
type Focal = 'blur' | 'sharpen'

const TONAL_GRADES = { slight: 0.2, some: 0.4, much: 0.8 }
const FOCAL_GRADES = { slight: 0.5, some: 1, much: 2 }

/** A change of light or colour; undefined if the amount asked for leaves the scale. */
export function tonal(op: Tonal, sign: number, amount: Amount = 'some'): Change | undefined {
  const size = typeof amount === 'string' ? TONAL_GRADES[amount] : amount.share
  return size > 0 && size <= 1 ? { op, amount: sign * size } : undefined
}

/** Blur or sharpen; undefined if the amount asked for leaves the scale. */
export function focal(op: Focal, amount: Amount = 'some'): Change | undefined {
  const size = typeof amount === 'string' ? FOCAL_GRADES[amount] : amount.share
  return size > 0 && size <= 2 ? { op, amount: size } : undefined
}

const NUMERALS = new Map(
  Object.entries({ five: 5, ten: 10, fifteen: 15, twenty: 20, thirty: 30, forty: 40, fifty: 50, ninety: 90 }),
)

/** A bare number, in figures or one of the round ones in a word. */
export const figure: Rule<number> = either(
  ofKind('number', ({ numbers }) => numbers[0]!),
  valueOf(NUMERALS),
)

/** `20 %`, as 0.2; `half`, `a third`, `a quarter`. */
export const share: Rule<number> = memo(
  either(
    phrase`[about|around|roughly] ${figure} %`((percent) => percent / 100),
    phrase`[a] half`(() => 0.5),
    phrase`[a|one] third`(() => 1 / 3),
    phrase`[a|one] quarter`(() => 0.25),
  ),
)

const slightly: Rule<Amount> = either(
  phrase`[very|ever|just] [so] slightly|somewhat|gently|subtly|lightly|mildly|softly|little`(() => 'slight'),
  phrase`[just|only] a [tiny|little|small|wee] bit|tad|touch|hair|smidge|little|notch|amount`(() => 'slight'),
)
const greatly: Rule<Amount> = either(
  phrase`[so|very|way|pretty] much|far|way|very|really|significantly|considerably|strongly|heavily|extremely|dramatically|super|greatly|substantially|drastically|intensely|noticeably|clearly|lots|highly`(
    () => 'much',
  ),
  phrase`a [whole] (lot|ton | great deal)`(() => 'much'),
)
const moderately: Rule<Amount> = phrase`moderately|quite|fairly|rather|reasonably|some|even`(() => 'some')
const inWords = either(slightly, greatly, moderately)

/** Before what it grades: "slightly brighter", "20 % brighter". */
export const before: Rule<Amount> = memo(
  either(
    inWords,
    phrase`${share}`((value) => ({ share: value })),
  ),
)

/** Behind what it grades: "brighter by 20 %", "brighter, but not too much". */
export const after: Rule<Amount> = memo(
  either(
    phrase`[by] ${share}`((value) => ({ share: value })),
    phrase`[by] ${inWords}`((amount) => amount),
    phrase`[,] [but] (not|nothing) too much|strong|strongly|heavily|heavy|extreme|crazy`(
      (): Amount => 'slight',
    ),
  ),
)

const MANNERS = new Map<string, Amount>(
  Object.entries({
    slight: 'slight',
    light: 'slight',
    subtle: 'slight',
    gentle: 'slight',
    mild: 'slight',
    small: 'slight',
    little: 'slight',
    soft: 'slight',
    minor: 'slight',
    medium: 'some',
    moderate: 'some',
    nice: 'some',
    strong: 'much',
    heavy: 'much',
    intense: 'much',
    big: 'much',
    extreme: 'much',
    significant: 'much',
    huge: 'much',
  } as const),
)

/** As an adjective: "a slight blur". */
export const manner: Rule<Amount> = phrase`[very] ${valueOf(MANNERS)}`((amount) => amount)

/** As a quantity: "some contrast", "a bit of warmth", "a lot more saturation". */
export const quantity: Rule<Amount> = either(
  phrase`some|more|extra|additional | some more|extra`((): Amount => 'some'),
  phrase`[just] a [tiny|little|slight] bit|touch|little|tad|hint|dash [of] [more|extra]`(
    (): Amount => 'slight',
  ),
  phrase`slightly more`((): Amount => 'slight'),
  phrase`[a] lot|lots|plenty|tons [of] [more|extra] | much|way more`((): Amount => 'much'),
  phrase`${share} more`((value) => ({ share: value })),
)

/** Words that lead nowhere between a verb and what it works on. */
export const filler = quiet(
  many(
    phrase`overall|general|total`(() => true),
    1,
  ),
)
