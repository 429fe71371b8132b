import type { Adjustment, Background, Framing, Operation, Where } from '../operation.ts'

type Unplaced<A> = A extends Adjustment ? Omit<A, 'where'> : never

/** An adjustment before it is known which pixels it is for. */
export type Change = Unplaced<Adjustment>

/**
 * What a clause speaks of. Four of them take their meaning from the sentence: `it`, `rest` ("everything else"),
 * `gap` (a comparison that goes on: "… and warmer") and `bare` (a verb without object: "… and sharpen").
 * `unsaid` is a property of nothing in particular ("increase the contrast").
 */
export type Ref = Where | 'it' | 'rest' | 'gap' | 'bare' | 'unsaid'

/** What is to stand behind the subject, as far as the phrase alone tells. */
export type Filling =
  | Background
  | { readonly kind: 'other-picture' }
  | { readonly kind: 'defocused'; readonly background: Background; readonly amount: number }
  /** A place of which only one certain kind can be drawn; `say` is the wording that asks for that. */
  | { readonly kind: 'near-scene'; readonly asked: string; readonly say: string }

/** An operation a constraint forbids, perhaps in one direction only: "don't make it darker". */
export interface Forbidden {
  readonly op: Operation['op']
  readonly sign?: number
}

/** A part of the picture and what must not be done to it. */
export interface Keep {
  readonly ref: Ref
  readonly against: readonly Forbidden[]
  /** For messages: `keep: subject`, `no blur`. */
  readonly label: string
}

/** What one clause of an instruction says. */
export type Clause =
  | { readonly kind: 'background'; readonly filling: Filling; readonly of: 'background' | 'it' }
  | { readonly kind: 'adjust'; readonly changes: readonly Change[]; readonly ref: Ref }
  | { readonly kind: 'frame'; readonly framings: readonly Framing[] }
  | { readonly kind: 'remove-object' }
  /** `negated`: it names operations ("don't crop"), and an "and" behind it may or may not be negated too. */
  | { readonly kind: 'keep'; readonly keeps: readonly Keep[]; readonly negated: boolean }
  /** Praise wanted of a result ("make it look natural"): harmless beside a new background, nothing by itself. */
  | { readonly kind: 'wish' }
  /** Words that ask for nothing: greetings, "this is a photo of my cat". */
  | { readonly kind: 'aside' }

export const background = (filling: Filling): Clause => ({ kind: 'background', filling, of: 'background' })
export const backgroundOfIt = (filling: Filling): Clause => ({ kind: 'background', filling, of: 'it' })
export const adjust = (ref: Ref, ...changes: readonly Change[]): Clause => ({ kind: 'adjust', changes, ref })
export const frame = (...framings: readonly Framing[]): Clause => ({ kind: 'frame', framings })
