import { adjust } from './clause.ts'
import type { Change, Clause, Ref } from './clause.ts'
import { filterClause, focusClause } from './effect-clauses.ts'
import { after, before, focal, tonal } from './grades.ts'
import type { Amount, Tonal } from './grades.ts'
import { article } from './lexicon.ts'
import { appearance, comparison, looks, tone } from './looks.ts'
import { propertyClause } from './property-clauses.ts'
import { background, photo, region, subject } from './regions.ts'
import { list, phrase } from './phrase.ts'
import { either, maybe, quiet, valueOf } from './rule.ts'
import type { Rule } from './rule.ts'

const seem = quiet(phrase`look|appear|be|become|feel | to look|be|become|appear`(() => true))
const should = quiet(
  phrase`[should|must|needs|has] [to] be|look|become|appear | turned|made|converted [to|into]`(() => true),
)

/** "make the background darker", "the photo should be warmer", "a brighter background", "… and warmer". */
const described: Rule<Clause> = either(
  phrase`make|get|render|turn|set ${region} ${looks}`(placeAll),
  phrase`make|get|render|turn|set ${region} ${seem} ${list(appearance)}`(placeAll),
  phrase`${region} [${should}] ${looks}`(placeAll),
  phrase`[${article}] ${comparison} ${either(background, photo, subject)}`((change, ref) =>
    adjust(ref, change),
  ),
  phrase`make|get|render ${looks} [,] ${either(background, photo, subject)}`((changes, ref) =>
    adjust(ref, ...changes),
  ),
  phrase`${list(comparison)}`((changes) => adjust('gap', ...changes)),
)

function placeAll(ref: Ref, changes: readonly Change[]): Clause {
  return adjust(ref, ...changes)
}

/** What a verb does; the amount is filled in when the whole phrase is known. */
type Doing = (amount: Amount | undefined) => Change | undefined

const doing =
  (op: Tonal, sign: number): Doing =>
  (amount) =>
    tonal(op, sign, amount)

const VERBS = new Map<string, Doing>(
  Object.entries({
    brighten: doing('brightness', 1),
    lighten: doing('brightness', 1),
    darken: doing('brightness', -1),
    dim: doing('brightness', -1),
    saturate: doing('saturation', 1),
    desaturate: doing('saturation', -1),
    sharpen: (amount) => focal('sharpen', amount),
    blur: (amount) => focal('blur', amount),
    defocus: (amount) => focal('blur', amount),
    soften: (amount) => focal('blur', amount ?? 'slight'),
    greyscale: (amount) => (amount === undefined ? { op: 'greyscale' } : undefined),
    decolourise: (amount) => (amount === undefined ? { op: 'greyscale' } : undefined),
  } satisfies Record<string, Doing>),
)
const verb = valueOf(VERBS)
const particle = quiet(phrase`up|down|out|off`(() => true))
/** Without an object these are mere words of praise: "cool!" */
const temper = valueOf(
  new Map([
    ['warm', 1],
    ['cool', -1],
  ]),
)

/** "darken the background slightly", "brighten and sharpen her", "warm it up by 10 %". */
const done: Rule<Clause> = either(
  phrase`${maybe(before)} ${list(phrase`${verb} [${particle}]`((value) => value))} ${maybe(region)} [${particle}] ${maybe(after)}`(
    (early, verbs, ref, late) => doAll(verbs, late ?? early, ref ?? 'bare'),
  ),
  phrase`${maybe(before)} ${temper} [${particle}] ${region} [${particle}] ${maybe(after)}`(
    (early, sign, ref, late) => doAll([doing('warmth', sign)], late ?? early, ref),
  ),
  phrase`${maybe(before)} ${temper} ${particle} ${maybe(after)}`((early, sign, late) =>
    doAll([doing('warmth', sign)], late ?? early, 'bare'),
  ),
  phrase`completely|fully|totally|entirely desaturate ${maybe(region)}`((ref) =>
    adjust(ref ?? 'bare', { op: 'greyscale' }),
  ),
  phrase`desaturate ${maybe(region)} completely|fully|totally|entirely`((ref) =>
    adjust(ref ?? 'bare', { op: 'greyscale' }),
  ),
  phrase`(put|throw|get|make|bring) ${region} out of focus`((ref) => adjust(ref, { op: 'blur', amount: 1 })),
)

function doAll(verbs: readonly Doing[], amount: Amount | undefined, ref: Ref): Clause | undefined {
  const changes = verbs.map((change) => change(amount)).filter((change) => change !== undefined)
  return changes.length === verbs.length ? adjust(ref, ...changes) : undefined
}

/** Any change of light, colour or sharpness. */
export const adjustmentClause: Rule<Clause> = either(
  filterClause,
  described,
  done,
  focusClause,
  propertyClause,
  tone,
)
