import type { Seeded } from '../../image/seeded.ts'
import type { ApiError } from '../../wire/api-error.ts'
import type { AnswerChange, Effect, ErrorContext, PictureWish, Refusal, Transport } from './effect.ts'
import type { Quota } from './quota.ts'
import type { ActingRule } from './rule.ts'

/** Half a day: a longer wait is a mistake, and timers have an end. */
const LONGEST_DELAY_MS = 43_200_000

/** All that will go wrong with one call, by the moment at which it does. */
export interface FaultPlan {
  /** The texts of the rules that act, for the record. */
  readonly personas: readonly string[]
  readonly delayMs: number
  readonly page: Extract<Effect, { stage: 'page' }> | null
  readonly error: ((context: ErrorContext) => ApiError) | null
  readonly quotas: readonly Quota[]
  readonly picture: PictureWish
  readonly refusal: Refusal | null
  readonly changes: readonly AnswerChange[]
  readonly stream: ((context: ErrorContext) => ApiError) | null
  readonly transport: Transport
}

/**
 * Delays add up, quotas all count, changes follow each other in the order they were given; of two errors, pages or
 * refusals the first holds, and of two wishes for the same thing the last.
 */
export function planOf(acting: readonly ActingRule[], random: Seeded): FaultPlan {
  const effects = acting.map(({ rule }) => rule.effect)
  const all = <Stage extends Effect['stage']>(stage: Stage) =>
    effects.filter((effect): effect is Extract<Effect, { stage: Stage }> => effect.stage === stage)
  return {
    personas: acting.map(({ rule }) => rule.text),
    delayMs: Math.min(
      all('delay').reduce((sum, { ms }) => sum + ms(random), 0),
      LONGEST_DELAY_MS,
    ),
    page: all('page')[0] ?? null,
    error: firstError(acting),
    quotas: all('quota').map(({ quota }) => quota),
    picture: Object.assign({}, ...all('picture').map(({ wish }) => wish)),
    refusal: all('refusal')[0]?.refusal ?? null,
    changes: all('answer').map(({ change }) => change),
    stream: all('stream')[0]?.error ?? null,
    transport: Object.assign({}, ...all('send').map(({ transport }) => transport)),
  }
}

function firstError(acting: readonly ActingRule[]): FaultPlan['error'] {
  for (const { rule, leftMs } of acting) {
    const { effect } = rule
    if (effect.stage !== 'error') continue
    return (context) => effect.error(leftMs === Infinity ? context : { ...context, leftMs })
  }
  return null
}
