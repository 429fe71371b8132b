import type { Background, Rgb } from '../operation.ts'
import type { Filling } from './clause.ts'
import { COLOUR_BEGINNINGS, namedColour, PLAIN_COLOURS, THINGS_FIRST } from './colours.ts'
import { photoNoun, praise } from './lexicon.ts'
import { phrase } from './phrase.ts'
import { either, many, memo, ofKind, oneOf, quiet, valueOf, withStarts } from './rule.ts'
import type { Match, Rule } from './rule.ts'
import { nearScene, scene } from './scene-phrases.ts'

type Direction = Extract<Background, { kind: 'gradient' }>['direction']

interface NamedColour {
  readonly rgb: Rgb
  /** The first word of the name when it is the whole name: decides what an article may stand before. */
  readonly word: string | undefined
}

const LONGEST_NAME = 4

const readName: Rule<NamedColour> = (tokens, at) => {
  const found: Match<NamedColour>[] = []
  for (let end = Math.min(at + LONGEST_NAME, tokens.length); end > at; end--) {
    const spoken = tokens.slice(at, end)
    if (spoken.some(({ kind }) => kind !== 'word')) continue
    const rgb = namedColour(spoken.map(({ text }) => text))
    if (rgb !== undefined)
      found.push({ value: { rgb, word: end === at + 1 ? spoken[0]?.text : undefined }, end })
  }
  return found
}
const colourName = memo(withStarts(readName, { words: COLOUR_BEGINNINGS, empty: false }))

const figures: Rule<Rgb> = ofKind('colour', ({ numbers }) => [numbers[0]!, numbers[1]!, numbers[2]!])

const manners = quiet(
  many(
    oneOf(
      new Set(
        'plain solid pure clean simple flat uniform nice beautiful seamless crisp full completely all'.split(
          ' ',
        ),
      ),
    ),
    3,
  ),
)

/** A colour without article: "navy", "light blue", "pure white (#ffffff)", "hex #ff8800". */
const bareColour: Rule<NamedColour> = memo(
  either(
    phrase`${manners} ${colourName}`((colour) => colour),
    phrase`${manners} ${quiet(colourName)} , ${figures} [,]`((rgb) => ({ rgb, word: undefined })),
    phrase`${manners} ${quiet(colourName)} ${figures}`((rgb) => ({ rgb, word: undefined })),
    phrase`[hex] [code|value|colour] [code|value] [,] ${figures}`((rgb) => ({ rgb, word: undefined })),
  ),
)

export const colour: Rule<Rgb> = memo(
  either(
    phrase`${bareColour}`(({ rgb, word }) =>
      word !== undefined && THINGS_FIRST.has(word) ? undefined : rgb,
    ),
    phrase`a|an ${bareColour}`(({ rgb, word }) =>
      word === undefined || PLAIN_COLOURS.has(word) ? rgb : undefined,
    ),
    phrase`[the|a|an] [solid|plain|single] colour|shade [of|,] ${bareColour}`(({ rgb }) => rgb),
    phrase`[a|an|the] ${bareColour} colour|coloured|tone|one|shade`(({ rgb }) => rgb),
  ),
)

const DIRECTIONS = either<Direction>(
  phrase`radial|circular`(() => 'radial'),
  phrase`vertical`(() => 'down'),
  phrase`horizontal`(() => 'right'),
)
interface Course {
  readonly direction: Direction
  /** The first colour is at the far end. */
  readonly swapped: boolean
}
const way: Rule<Course> = either<Course>(
  phrase`[going|running] [from] [the] top to [the] bottom | vertically | downwards`(() => ({
    direction: 'down',
    swapped: false,
  })),
  phrase`[going|running] [from] [the] bottom to [the] top | upwards`(() => ({
    direction: 'down',
    swapped: true,
  })),
  phrase`[going|running] [from] [the] left to [the] right | horizontally`(() => ({
    direction: 'right',
    swapped: false,
  })),
  phrase`[going|running] [from] [the] right to [the] left`(() => ({ direction: 'right', swapped: true })),
)
const smooth = quiet(
  many(oneOf(new Set('linear smooth soft nice subtle beautiful gentle simple colour clean'.split(' '))), 3),
)
const blend = quiet(phrase`gradient|fade|blend|ombre|transition`(() => true))
const optionally = <T>(rule: Rule<T>): Rule<T | undefined> =>
  either<T | undefined>(
    phrase`${rule}`((value) => value),
    (_tokens, at) => [{ value: undefined, end: at }],
  )

/** "a gradient from navy to pink", "a radial blue to purple gradient". */
export const gradient: Rule<Filling> = memo(
  either<Filling>(
    phrase`[a|an|the] ${smooth} ${optionally(DIRECTIONS)} ${smooth} ${blend} [background] [running|fading|going | that goes] [from|between|of|,|with] ${colour} (to|into|and|towards) ${colour} ${optionally(phrase`[,] ${way}`((value) => value))}`(
      gradientOf,
    ),
    phrase`[a|an|the] ${smooth} ${optionally(DIRECTIONS)} ${smooth} ${colour} (to|into|and) ${colour} ${smooth} [${quiet(DIRECTIONS)}] ${blend} ${optionally(phrase`[,] ${way}`((value) => value))}`(
      gradientOf,
    ),
    phrase`[a|an|the] ${colour} (fading|blending|going|turning) [in] (to|into) ${colour}`((from, to) =>
      gradientOf(undefined, from, to),
    ),
  ),
)

function gradientOf(shape: Direction | undefined, from: Rgb, to: Rgb, course?: Course): Filling {
  const direction = course?.direction ?? shape ?? 'down'
  return {
    kind: 'gradient',
    direction,
    ...(course?.swapped === true ? { from: to, to: from } : { from, to }),
  }
}

const ORDINALS = new Map(Object.entries({ second: 1, third: 2, fourth: 3, fifth: 4 }))

/** Another picture of the input: "the second image", "picture 2", "the other photo", "the attached picture". */
const otherPicture: Rule<Filling> = either<Filling>(
  phrase`[the|my|our|your] ${valueOf(ORDINALS)} ${photoNoun} [i sent|uploaded|attached|provided]`(
    (input) => ({ kind: 'picture', input }),
  ),
  phrase`[the] 2 nd ${photoNoun}`(() => ({ kind: 'picture', input: 1 })),
  phrase`[the] 3 rd ${photoNoun}`(() => ({ kind: 'picture', input: 2 })),
  phrase`${photoNoun} [number|no] ${pictureNumber()}`((input) => ({ kind: 'picture', input })),
  phrase`[the|my|our] other ${photoNoun}`(() => ({ kind: 'other-picture' })),
  phrase`(this|that) ${photoNoun}`(() => ({ kind: 'other-picture' })),
  phrase`[the|my|this] (attached|background|provided|uploaded|supplied) ${photoNoun}`(() => ({
    kind: 'other-picture',
  })),
  phrase`the second one`(() => ({ kind: 'picture', input: 1 })),
  phrase`the other one`(() => ({ kind: 'other-picture' })),
)

/** As many as Google's models take with one edit. */
const MOST_PICTURES = 14

function pictureNumber(): Rule<number> {
  const spoken = valueOf(new Map(Object.entries({ two: 1, three: 2, four: 3 })))
  const counted = phrase`${ofKind('number', ({ numbers }) => numbers[0]!)}`((number) =>
    Number.isInteger(number) && number >= 2 && number <= MOST_PICTURES ? number - 1 : undefined,
  )
  return either(spoken, counted)
}

const pictureFilling: Rule<Filling> = either(
  otherPicture,
  phrase`[the] (background|backdrop|scene|one) (of|from|in) ${otherPicture}`((filling) => filling),
)

const transparent: Rule<Filling> =
  phrase`[a|an] [fully|completely|totally|100 %] (transparent [one] | transparency | see through)`(() => ({
    kind: 'transparent',
  }))

const soundColour: Rule<Filling> = phrase`${colour}`((rgb) => ({ kind: 'colour', colour: rgb }))

/** What somebody can be put into, without the word background. */
export const settings: Rule<Filling> = memo(either(scene, pictureFilling, nearScene))

/** What can stand behind a subject, without the word background. */
export const filling: Rule<Filling> = memo(either(soundColour, gradient, settings, transparent))

const coat = quiet(
  many(
    phrase`[,|and] ${praise}`(() => true),
    3,
  ),
)
const ground = quiet(phrase`background|backdrop`(() => true))

/** The same with its noun: "a white background", "an orange backdrop", "background of light blue". */
export const namedBackground: Rule<Filling> = memo(
  either<Filling>(
    phrase`[a|an|the|some] ${coat} ${bareColour} [colour|coloured] ${ground}`(({ rgb, word }) =>
      word !== undefined && THINGS_FIRST.has(word) ? undefined : { kind: 'colour', colour: rgb },
    ),
    phrase`[a|an|the] ${coat} ${quiet(bareColour)} [colour|coloured] ${ground} [,] ${figures} [,]`((rgb) => ({
      kind: 'colour',
      colour: rgb,
    })),
    phrase`[a|an|the] ${coat} ${ground} (of|in|with) ${colour}`((rgb) => ({ kind: 'colour', colour: rgb })),
    phrase`${gradient} [as] [a|the] ${ground}`((value) => value),
    phrase`[a|an|the] ${coat} ${ground} (of|with) ${gradient}`((value) => value),
    phrase`${transparent} ${ground}`((value) => value),
    sceneEndingInGround(),
    phrase`[a|an|the] ${coat} ${ground} (of|with|showing) ${scene}`((value) => value),
  ),
)

/** "a studio backdrop": the scene's own phrase has eaten the noun that makes it a background. */
function sceneEndingInGround(): Rule<Filling> {
  const nouns = new Set(['background', 'backdrop'])
  return (tokens, at) =>
    [...scene(tokens, at), ...nearScene(tokens, at)].filter(({ end }) =>
      nouns.has(tokens[end - 1]?.text ?? ''),
    )
}
