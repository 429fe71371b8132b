import { adjust } from './clause.ts'
import type { Clause, Ref } from './clause.ts'
import { after, before, filler, quantity, tonal } from './grades.ts'
import type { Amount, Tonal } from './grades.ts'
import { list, phrase } from './phrase.ts'
import { background, inRegion, photo, region, subject } from './regions.ts'
import { either, maybe, memo, ofKind, valueOf } from './rule.ts'
import type { Rule } from './rule.ts'

const PROPERTIES = new Map<string, Tonal>(
  Object.entries({
    brightness: 'brightness',
    exposure: 'brightness',
    luminosity: 'brightness',
    lightness: 'brightness',
    contrast: 'contrast',
    saturation: 'saturation',
    vibrance: 'saturation',
    vibrancy: 'saturation',
    vividness: 'saturation',
    warmth: 'warmth',
    temperature: 'warmth',
  } as const),
)

const property: Rule<Tonal> = either(
  valueOf(PROPERTIES),
  phrase`colour saturation|intensity|vibrance`((): Tonal => 'saturation'),
  phrase`colour temperature`((): Tonal => 'warmth'),
)

interface Item {
  readonly op: Tonal
  readonly ref: Ref
  readonly amount: Amount | undefined
}

const item: Rule<Item> = memo(
  either(
    phrase`[the|its|his|her|their] ${filler} ${property} [level|levels] ${maybe(inRegion)} ${maybe(after)}`(
      (op, ref, amount) => ({
        op,
        ref: ref ?? 'unsaid',
        amount,
      }),
    ),
    phrase`${either(background, photo, subject)} ['s] ${property} [level|levels] ${maybe(after)}`(
      (ref, op, amount) => ({ op, ref, amount }),
    ),
  ),
)

const DIRECTION = new Map(
  Object.entries({
    increase: 1,
    raise: 1,
    boost: 1,
    enhance: 1,
    bump: 1,
    lift: 1,
    intensify: 1,
    up: 1,
    strengthen: 1,
    amplify: 1,
    decrease: -1,
    reduce: -1,
    lower: -1,
    drop: -1,
    cut: -1,
    lessen: -1,
    diminish: -1,
    weaken: -1,
  }),
)
const direction = either(
  phrase`${valueOf(DIRECTION)} [up|down]`((sign) => sign),
  phrase`(turn|bring|push|crank|pump|dial|take|bump) up`(() => 1),
  phrase`(turn|bring|push|dial|take|tone|cut) down`(() => -1),
)
const course = valueOf(new Map(Object.entries({ up: 1, down: -1, higher: 1, lower: -1, plus: 1, minus: -1 })))

/** `+20 %`: with a sign and a percent sign a figure is a step, not a level. */
const step: Rule<number> =
  phrase`${ofKind('number', ({ text, numbers }) => (/^[+-]/.test(text) ? numbers[0]! : 0))} %`((percent) =>
    percent === 0 ? undefined : percent / 100,
  )
const stepItem = phrase`[the] ${property} ${maybe(inRegion)} [,]`((op, ref): Item => ({
  op,
  ref: ref ?? 'unsaid',
  amount: undefined,
}))

/** `brightness +20 %`, `-10 % contrast`. */
const signed: Rule<Clause> = either(
  phrase`${stepItem} ${step}`(moved),
  phrase`${step} ${stepItem}`((size, one) => moved(one, size)),
)

function moved(one: Item, size: number): Clause | undefined {
  return setAll(Math.sign(size), [{ ...one, amount: { share: Math.abs(size) } }])
}

/** "increase the brightness by 20 % and the contrast slightly", "more warmth", "contrast +10 %". */
export const propertyClause: Rule<Clause> = either(
  phrase`${maybe(before)} ${direction} ${list(item)}`((early, sign, items) => setAll(sign, items, early)),
  phrase`(turn|bring|push|crank|pump|dial|take|put) ${list(item)} ${course} ${maybe(after)}`(
    (items, sign, amount) => setAll(sign, items, amount),
  ),
  phrase`add|apply|give|use [it] ${quantity} ${list(item)}`((amount, items) => setAll(1, items, amount)),
  phrase`add [a] ${property} [boost] ${maybe(inRegion)}`((op, ref) =>
    setAll(1, [{ op, ref: ref ?? 'unsaid', amount: undefined }]),
  ),
  phrase`give ${region} ${quantity} ${list(property)}`((ref, amount, ops) =>
    setAll(
      1,
      ops.map((op) => ({ op, ref, amount })),
    ),
  ),
  phrase`give ${region} [a] ${property} boost`((ref, op) => setAll(1, [{ op, ref, amount: undefined }])),
  phrase`[make|give|with|have|use] [it] ${quantity} ${list(item)}`((amount, items) =>
    setAll(1, items, amount),
  ),
  phrase`[make|give|with|have|use] [it] ${maybe(before)} (less | lower | a lower) ${list(item)}`(
    (amount, items) => setAll(-1, items, amount),
  ),
  phrase`[make|give|with|have|use] [it] [a] ${maybe(before)} higher|stronger|better ${list(item)}`(
    (amount, items) => setAll(1, items, amount),
  ),
  phrase`${item} ${course} ${maybe(after)}`((one, sign, amount) => setAll(sign, [one], amount)),
  phrase`double ${list(item)}`((items) => setAll(1, items, { share: 1 })),
  phrase`halve ${list(item)}`((items) => setAll(-1, items, { share: 0.5 })),
  signed,
)

/** An amount at the end of a list is for all of it: "brightness and contrast by 10 %". */
function setAll(sign: number, items: readonly Item[], early?: Amount): Clause | undefined {
  const last = items.at(-1)
  if (last === undefined) return undefined
  const shared = items.slice(0, -1).every(({ amount }) => amount === undefined) ? last.amount : undefined
  const named = items.map(({ ref }) => ref).filter((ref) => ref !== 'unsaid')
  if (new Set(named).size > 1) return undefined
  const changes = items.map(({ op, amount }) => tonal(op, sign, amount ?? shared ?? early))
  if (changes.some((change) => change === undefined)) return undefined
  return adjust(named[0] ?? 'unsaid', ...changes.filter((change) => change !== undefined))
}
