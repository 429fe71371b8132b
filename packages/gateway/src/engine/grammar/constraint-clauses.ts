import type { Operation } from '../operation.ts'
import { adjustmentClause } from './adjustment-clauses.ts'
import { backgroundClause } from './background-clauses.ts'
import type { Change, Clause, Forbidden, Keep, Ref } from './clause.ts'
import { framingClause } from './framing-clauses.ts'
import { part, praise, the } from './lexicon.ts'
import { background, inRegion, photo, region, subject } from './regions.ts'
import { list, phrase } from './phrase.ts'
import { either, many, maybe, memo, oneOf, quiet } from './rule.ts'
import type { Rule } from './rule.ts'

const forbid = (...ops: readonly Operation['op'][]): readonly Forbidden[] => ops.map((op) => ({ op }))

const FOCUS = forbid('blur', 'sharpen')
const COLOUR = forbid('greyscale', 'sepia', 'saturation', 'warmth')
const LIGHT = forbid('brightness')
const SIZE = forbid('resize', 'scale')
const RATIO = forbid('crop', 'crop-box')
/** Cropping and resizing show less or smaller of a subject but leave it what it is; turning it over does not. */
const EVERYTHING = [...FOCUS, ...COLOUR, ...LIGHT, ...forbid('contrast', 'rotate', 'flip')]

/** What of a picture can be kept → what must not be done then. A resize to both sides may distort: see `ratio`. */
const ASPECTS: ReadonlyMap<string, readonly Forbidden[]> = new Map(
  Object.entries({
    colours: COLOUR,
    colour: COLOUR,
    tones: COLOUR,
    hues: COLOUR,
    palette: COLOUR,
    saturation: COLOUR,
    lighting: LIGHT,
    light: LIGHT,
    brightness: LIGHT,
    exposure: LIGHT,
    shading: LIGHT,
    contrast: forbid('contrast'),
    warmth: forbid('warmth'),
    size: [...SIZE, ...RATIO],
    resolution: [...SIZE, ...RATIO],
    dimensions: [...SIZE, ...RATIO],
    proportions: [...RATIO, { op: 'resize' }],
    ratio: [...RATIO, { op: 'resize' }],
    framing: [...RATIO, ...forbid('rotate', 'flip')],
    composition: [...RATIO, ...forbid('rotate', 'flip')],
    crop: RATIO,
    orientation: forbid('rotate', 'flip'),
    perspective: forbid('rotate', 'flip'),
    angle: forbid('rotate', 'flip'),
    position: forbid('rotate', 'flip'),
    scale: SIZE,
    quality: forbid('blur'),
    detail: forbid('blur'),
    details: forbid('blur'),
    texture: forbid('blur'),
    textures: forbid('blur'),
    sharpness: FOCUS,
    focus: FOCUS,
    clarity: FOCUS,
  }),
)

const owner = quiet(
  phrase`his|her|their|its|my|the | ${quiet(subject)} 's | ${the} [same|exact|original|actual|facial|overall|full]`(
    () => true,
  ),
)

const keepOf = (ref: Ref, label: string, against: readonly Forbidden[]): Keep => ({
  ref,
  label: `keep: ${label}`,
  against,
})
const keepSubject = keepOf('subject', 'subject', EVERYTHING)
const keepBackground = keepOf('background', 'background', [...EVERYTHING, { op: 'background' }])
const keepRest = keepOf('rest', 'everything else', [])

const aspectName: Rule<string> = either(
  phrase`[aspect|image|photo|camera|fine] ${oneOf(new Set(ASPECTS.keys()))} [quality|grading|balance]`(
    (name) => name,
  ),
  phrase`field of view`(() => 'framing'),
)

function keepAspect(name: string, ref: Ref = 'all'): Keep {
  return keepOf(ref === 'it' ? 'all' : ref, name, ASPECTS.get(name) ?? [])
}

/** A thing that can be kept, and what must not happen to it. */
const kept: Rule<Keep> = memo(
  either<Keep>(
    phrase`[all] ${quiet(subject)}`(() => keepSubject),
    phrase`[all] [of] [${owner}] [same|exact|original|facial|overall|current] ${part} [of ${quiet(subject)}]`(
      () => keepSubject,
    ),
    phrase`[${owner}] skin tone|texture|colour`(() => keepSubject),
    phrase`${quiet(background)}`(() => keepBackground),
    phrase`[all] [of] [${owner}] [same|exact|original|current|overall|natural] ${aspectName} ${maybe(inRegion)}`(
      keepAspect,
    ),
    phrase`${either(subject, background, photo)} 's ${aspectName}`((ref, name) => keepAspect(name, ref)),
    phrase`everything|anything|nothing|all else | anything|everything other [than that] | [all] [of] the (rest|remainder) [of ${quiet(photo)}] | [all] [the] other (things|parts|elements|details|areas|objects)`(
      () => keepRest,
    ),
    phrase`everything | ${quiet(photo)}`(() => keepRest),
  ),
)
const keptThings = memo(list(kept))

const firmly = quiet(
  many(
    phrase`exactly|completely|100|%|perfectly|absolutely|totally|fully|entirely|strictly|precisely|pixel|all|still|otherwise|both|always|very|as|much|possible`(
      () => true,
    ),
    4,
  ),
)
const before = quiet(
  phrase`[as] in|of|from|to|with|on ([the] original [photo] | ${quiet(photo)}) | as before | as [it|they|he|she] [is|are|was|were] [now|before|currently] | to the original | in place`(
    () => true,
  ),
)
const same = quiet(
  phrase`${firmly} (identical|unchanged|same|intact|untouched|unaltered|unmodified|unedited|unaffected|original|exact|consistent|alone|recognisable|perfect | the same | as is | as it|he|she|they is|are|was | as shown | as in [the] original [photo] | the way it|they|he|she is|are|was | in place | in the|its|their same|original place|position|pose|state) [${firmly}] [${before}]`(
    () => true,
  ),
)
const inFocus = quiet(
  phrase`${firmly} (sharp|crisp|clear|focused|unblurred | in [sharp|perfect|full] focus)`(() => true),
)
const inColour = quiet(
  phrase`${firmly} (in [full|its|their|original] [original] colour|colours | coloured|colourful)`(() => true),
)
const hold = quiet(phrase`keep|preserve|retain|maintain|leave|hold|protect|respect|conserve`(() => true))
const remain = quiet(
  phrase`should|must|has|have|needs|need|will|can|is|are [to] (stay|remain|look|appear | be [kept|left]) | stay|stays|remain|remains|remaining|staying|is|are | to be|stay|remain | be`(
    () => true,
  ),
)

const keepAll = (keeps: readonly Keep[]): Clause => ({ kind: 'keep', keeps, negated: false })

function keepsFor(refs: readonly Ref[], label: string, against: readonly Forbidden[]): Clause {
  return keepAll(refs.map((ref) => keepOf(ref, label, against)))
}

const someone = list(either(subject, background, region))
const meddle = quiet(
  phrase`change|alter|touch|modify|edit|affect|distort|adjust|move|replace|damage|harm|lose|transform|retouch | mess with | make [any] changes|change|modifications|edits|alterations to`(
    () => true,
  ),
)
const not = quiet(phrase`do|does|should|must not | never|without|avoid|not | no need to`(() => true))

const preserved: Rule<Clause> = either(
  phrase`${hold} ${keptThings} [${same} | ${inFocus}]`(keepAll),
  phrase`${hold} [${same}] ${keptThings}`(keepAll),
  phrase`${hold} ${someone} ${inFocus}`((refs) => keepsFor(refs, 'in focus', FOCUS)),
  phrase`${hold} [only] ${someone} ${inColour}`((refs) => keepsFor(refs, 'in colour', COLOUR)),
  phrase`${keptThings} ${remain} ${same}`(keepAll),
  phrase`${someone} ${remain} ${inFocus}`((refs) => keepsFor(refs, 'in focus', FOCUS)),
  phrase`[with] [only] ${someone} [${remain}] ${inColour}`((refs) => keepsFor(refs, 'in colour', COLOUR)),
  phrase`[with] ${keptThings} [left] ${same}`(keepAll),
  phrase`[with|use] [the|exact|exactly] same ${keptThings}`(keepAll),
  phrase`${not} ${meddle} ${keptThings} [at all | in any way]`(keepAll),
  phrase`${keptThings} (should|must|do|can|may) not [be] (change|changed|altered|touched|modified|edited|affected|moved|replaced) [at all | in any way]`(
    keepAll,
  ),
  phrase`[with|make] no|any [other|further] (change|changes|modifications|alterations|edits) (to|of) ${keptThings}`(
    keepAll,
  ),
  phrase`except|excluding [for] ${keptThings}`((keeps) =>
    keeps.every(({ ref }) => ref === 'subject' || ref === 'background') ? keepAll(keeps) : undefined,
  ),
  phrase`not ${keptThings}`(keepAll),
)

const unchanged: Rule<Clause> = either(
  phrase`[and] nothing else|more|other [should|must|may|is] [be] [change|changes|changed|to change]`(() =>
    keepAll([keepRest]),
  ),
  phrase`change nothing else | do nothing else | [make] no (other|further|additional) (changes|change|edits|modifications) | ${not} (change|do|touch|add|edit|alter) anything else`(
    () => keepAll([keepRest]),
  ),
)

const OPERATIONS: ReadonlyMap<string, readonly Forbidden[]> = new Map(
  Object.entries({
    crop: RATIO,
    trim: RATIO,
    resize: SIZE,
    scale: SIZE,
    stretch: SIZE,
    shrink: SIZE,
    enlarge: SIZE,
    upscale: SIZE,
    rotate: forbid('rotate'),
    tilt: forbid('rotate'),
    flip: forbid('flip'),
    mirror: forbid('flip'),
    blur: forbid('blur'),
    sharpen: forbid('sharpen'),
    recolour: COLOUR,
  }),
)
const operationName = oneOf(new Set(OPERATIONS.keys()))
/** Only "or" carries a "not" on: "do not crop, blur the background" forbids one thing and asks for the other. */
const operationNames: Rule<readonly string[]> = phrase`${operationName} ${many(
  phrase`[,] or ${operationName}`((name) => name),
  4,
)}`((first, others) => [first, ...others])

const forbidden: Rule<Clause> = either(
  phrase`(${not} | no) ${operationNames} ${maybe(region)}`((names, ref = 'all') => ({
    kind: 'keep',
    keeps: names.map((name) => ({ ref, label: `no ${name}`, against: OPERATIONS.get(name) ?? [] })),
    negated: true,
  })),
  phrase`${not} ${either(adjustmentClause, backgroundClause, framingClause)}`(negate),
)

/** "don't make it darker": the whole clause turned into what must not be done. */
function negate(clause: Clause): Clause | undefined {
  const keeps = forbiddenBy(clause)
  return keeps && { kind: 'keep', keeps: [keeps], negated: true }
}

function forbiddenBy(clause: Clause): Keep | undefined {
  if (clause.kind === 'background') {
    return { ref: 'background', label: 'no new background', against: forbid('background') }
  }
  if (clause.kind === 'adjust') {
    const [change, ...others] = clause.changes
    if (change === undefined || others.length > 0) return undefined
    const sign = 'amount' in change ? Math.sign(change.amount) : undefined
    const ref = clause.ref === 'subject' || clause.ref === 'background' ? clause.ref : 'all'
    return {
      ref,
      label: forbiddenName(change.op, sign),
      against: [{ op: change.op, ...(sign !== undefined && { sign }) }],
    }
  }
  if (clause.kind !== 'frame') return undefined
  const ops = clause.framings.map(({ op }) => op)
  return { ref: 'all', label: `no ${ops.join(' or ')}`, against: forbid(...ops) }
}

function forbiddenName(op: Change['op'], sign: number | undefined): string {
  const tonal = op === 'brightness' || op === 'contrast' || op === 'saturation' || op === 'warmth'
  return tonal ? `no ${sign === 1 ? 'more' : 'less'} ${op}` : `no ${op}`
}

const wish: Rule<Clause> = either(
  phrase`[make] [${quiet(region)}] [look|looks|looking | should look] ${praise} ${quiet(
    many(
      phrase`[and|,] ${praise}`(() => true),
      4,
    ),
  )} [result|output|photo|look|edit|blend|integration]`(() => ({ kind: 'wish' })),
  phrase`${hold} it ${praise} [looking]`(() => ({ kind: 'wish' })),
)

/** What must stay as it is. */
export const constraintClause: Rule<Clause> = either(preserved, unchanged, forbidden, wish)
