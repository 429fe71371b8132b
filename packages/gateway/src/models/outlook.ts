import { differenceOf, type ModelDifference } from './difference.ts'
import { DAY_MS, type End, endsOf, isReliable, msOf, standingOf, type When } from './lifecycle.ts'
import { type Model, type Surface, SURFACES } from './model.ts'
import { findModel, namedModel, resolveModel } from './registry.ts'
import { heirOf } from './succession.ts'

/** What becomes of a name that is in use: whether it will go on meaning what it means, and until when. */
export type Outlook = ModelOutlook | OtherOutlook

export interface ModelOutlook {
  readonly kind: 'model'
  /** The model of that name, which may be over. */
  readonly model: Model
  /**
   * `over`: another model answers to the name. `ending`: it will within the days that were asked about, by a date that can
   * be relied on. `doubtful`: only third parties say so, of the past or of those days, and nothing moves by their word.
   */
  readonly state: 'over' | 'ending' | 'doubtful' | 'living'
  /** That decides, or the next to come; `null`: none is on record. */
  readonly end: End | null
  /** Whole days from then to the end, below 0 where it has passed; `null`: there is none. */
  readonly inDays: number | null
  /** What takes its place, and how that differs; `null`: nothing has to, or nothing is on record. */
  readonly heir: Heir | null
}

export interface Heir {
  readonly model: Model
  readonly difference: ModelDifference
}

/** Of no image model; nothing is known of its end here. */
export type OtherOutlook =
  | { readonly kind: 'text-model'; readonly instead: Model }
  | { readonly kind: 'unknown'; readonly suggestions: readonly string[] }

export interface OutlookOptions {
  readonly nowMs: number
  readonly withinDays: number
  /** Where the model is asked for; none: that is open. */
  readonly surfaces: readonly Surface[]
}

/** Each surface has dates of its own; of several the gravest speaks. */
export function outlookOf(asked: string, { surfaces, ...options }: OutlookOptions): Outlook {
  const resolution = resolveModel(asked, options)
  if (resolution.kind !== 'model') return resolution
  const model = namedModel(asked) ?? resolution.model
  const wide = surfaces.length === 0 ? SURFACES : surfaces
  // What takes its place has to do so wherever the name is asked for.
  const [sole, ...others] = surfaces
  const home = sole === undefined || others.length > 0 ? {} : { surface: sole }
  const [first, ...rest] = wide.map((surface) => outlookAt(model, { ...options, surface, home }))
  if (first === undefined) throw new Error('there is no surface')
  return rest.reduce((gravest, one) => (isGraver(one, gravest) ? one : gravest), first)
}

const GRAVITY: Readonly<Record<ModelOutlook['state'], number>> = {
  living: 0,
  doubtful: 1,
  ending: 2,
  over: 3,
}

function isGraver(one: ModelOutlook, other: ModelOutlook): boolean {
  if (one.state !== other.state) return GRAVITY[one.state] > GRAVITY[other.state]
  return (one.inDays ?? Infinity) < (other.inDays ?? Infinity)
}

interface Place extends Omit<OutlookOptions, 'surfaces'> {
  readonly surface: Surface
  readonly home: Pick<When, 'surface'>
}

function outlookAt(model: Model, { nowMs, withinDays, surface, home }: Place): ModelOutlook {
  const [end = null] = endsOf(model, surface)
  const inDays = end === null ? null : Math.ceil((msOf(end.on) - nowMs) / DAY_MS)
  const told = { kind: 'model' as const, model, end, inDays }
  // Imagen ids move at any date, whether an end is on record or not.
  if (model.family === 'imagen' || standingOf(model, { nowMs, surface }).kind === 'ended')
    return { ...told, state: 'over', heir: heirAt(model, { nowMs, ...home }) }
  if (end === null || inDays === null) return { ...told, state: 'living', heir: null }
  const heir = heirAt(model, { nowMs: Math.max(nowMs, msOf(end.on)), ...home })
  if (inDays > withinDays) return { ...told, state: 'living', heir }
  return { ...told, state: isReliable(end) ? 'ending' : 'doubtful', heir }
}

function heirAt(model: Model, when: When): Heir | null {
  const heir = heirOf(model, when, findModel)
  return heir && { model: heir, difference: differenceOf(model, heir) }
}
