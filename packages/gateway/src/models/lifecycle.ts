import type { DatedFact, IsoDate, Model, Surface, SurfaceStatus } from './model.ts'
import { SURFACES } from './model.ts'
import type { Certainty } from './sources.ts'

/** How long before its end a model is spoken of as ending. */
const WARNING_DAYS = 60
export const DAY_MS = 86_400_000

/**
 * Which end dates move a request to the successor by themselves.
 * A date Google wrote does, although Google calls its dates the earliest possible: failing on the day is worse than leaving a day early.
 * An end somebody ran into does too. A date that third parties merely state does not: it would move people off a model,
 * to another price and other sizes, on hearsay. It warns instead.
 */
const ENDS_BY_ITSELF: Readonly<Record<Certainty, boolean>> = {
  documented: true,
  observed: true,
  'third-party': false,
  unconfirmed: false,
}

export interface When {
  readonly nowMs: number
  /** Missing: where the request will go is not decided, so it has to hold on every surface the model is on. */
  readonly surface?: Surface
}

export interface End extends DatedFact {
  readonly surface: Surface
}

/** How a model stands at a moment. Days begin at midnight UTC, and a model is over when its last day begins. */
export type Standing =
  | { readonly kind: 'living' }
  /** A date that can be relied on lies within 60 days. */
  | { readonly kind: 'ending'; readonly end: End }
  /** A date that only third parties give has passed or lies within 60 days. */
  | { readonly kind: 'doubtful'; readonly end: End }
  | { readonly kind: 'ended'; readonly end: End }

/** Of several ends the gravest speaks: one surface being over is enough where the surface is open. */
export function standingOf(model: Model, when: When): Standing {
  let gravest: Standing = { kind: 'living' }
  for (const end of endsOf(model, when.surface)) {
    const standing = standingAt(end, when.nowMs)
    if (GRAVITY[standing.kind] > GRAVITY[gravest.kind]) gravest = standing
  }
  return gravest
}

/**
 * The known ends on a surface, or on all, earliest first. A preview whose end on a surface is not known shares the other
 * surface's: its general release is the same model, so there is nothing to lose by leaving with it.
 */
export function endsOf(model: Model, surface?: Surface): readonly End[] {
  const asked = surface === undefined ? SURFACES : [surface]
  return asked
    .flatMap((where): readonly End[] => {
      const own = model.surfaces[where]
      if (own === null) return []
      const ends = own.ends ?? (model.stage === 'preview' ? anyEnd(model) : null)
      return ends === null ? [] : [{ ...ends, surface: where }]
    })
    .toSorted((a, b) => msOf(a.on) - msOf(b.on))
}

/** Whether a date moves requests by itself, so that somebody has to act before it comes. */
export function isReliable({ certainty }: Pick<DatedFact, 'certainty'>): boolean {
  return ENDS_BY_ITSELF[certainty]
}

/** Whether Google has told its users to leave this model, on the surface or on any. */
export function isDeprecated(model: Model, when: When): boolean {
  return statusesOf(model, when).some(
    ({ deprecated }) => deprecated !== null && msOf(deprecated.on) <= when.nowMs,
  )
}

/** Whether the model is out, on the surface or on every one it is for. An unknown day counts as past. */
export function isReleased(model: Model, when: When): boolean {
  return statusesOf(model, when).every(({ released }) => released === null || msOf(released.on) <= when.nowMs)
}

/** Milliseconds since 1970 at which a day begins, UTC. */
export function msOf(day: IsoDate): number {
  return Date.parse(`${day}T00:00:00Z`)
}

const GRAVITY: Readonly<Record<Standing['kind'], number>> = { living: 0, ending: 1, doubtful: 2, ended: 3 }

function standingAt(end: End, nowMs: number): Standing {
  const leftMs = msOf(end.on) - nowMs
  if (leftMs > WARNING_DAYS * DAY_MS) return { kind: 'living' }
  if (!isReliable(end)) return { kind: 'doubtful', end }
  return leftMs <= 0 ? { kind: 'ended', end } : { kind: 'ending', end }
}

function anyEnd(model: Model): DatedFact | null {
  return SURFACES.map((where) => model.surfaces[where]?.ends ?? null).find((ends) => ends !== null) ?? null
}

function statusesOf(model: Model, { surface }: When): readonly SurfaceStatus[] {
  const asked = surface === undefined ? SURFACES : [surface]
  return asked.map((where) => model.surfaces[where]).filter((status) => status !== null)
}
