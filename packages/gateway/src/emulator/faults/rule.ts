import { PlantainError } from '../../contract/error.ts'
import type { Seeded } from '../../image/seeded.ts'
import { readDuration } from './duration.ts'
import type { Effect } from './effect.ts'
import { PERSONAS, writtenOf } from './persona.ts'
import { concerns, type Facts, type Reach, reaches, type Where } from './where.ts'

/** A persona and when it acts, as its text says: `503@30%@10s+15s/60s`, `429-minute=34.4s@2x`, `500@20s`. */
export interface Rule {
  readonly text: string
  readonly effect: Effect
  readonly reach: Reach
  /** 0 to 1. */
  readonly probability: number
  /** How often it acts before it is used up. */
  readonly times: number
  /** `null`: always. Counted from when the rule was set. */
  readonly schedule: Schedule | null
  /** Counted from the first call it concerns. */
  readonly forMs: number
}

/** A rule that acts on a call, and for how long it will go on. */
export interface ActingRule {
  readonly rule: Rule
  readonly leftMs: number
}

export interface Schedule {
  readonly startMs: number
  readonly lengthMs: number
  /** Infinity: once. */
  readonly periodMs: number
}

/**
 * Reads a list such as `latency=2s..9s, no-image@10%`.
 * Each is `name[=parameter]` and any of `@30%` (probability), `@2x` (so often), `@20s` (for so long from the first call on),
 * `@10s+15s` (from 10 s on for 15 s) and `@0s+7s/14s` (the same every 14 s).
 * @throws PlantainError `invalid_request` naming what is not understood and what there is.
 */
export function readRules(list: string): readonly Rule[] {
  return list
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map(readRule)
}

function readRule(text: string): Rule {
  const [head = '', ...modifiers] = text.split('@')
  const [, name = '', , parameter] = /^([a-z0-9-]+)(=(.*))?$/.exec(head.trim()) ?? []
  const persona = PERSONAS.find((known) => known.name === name)
  if (persona === undefined) throw unreadable(`There is no persona “${shown(head)}”`, NAMES)
  if (persona.takes === null && parameter !== undefined) throw unreadable(`“${name}” takes no parameter`)
  const effect = persona.effect(parameter)
  if (effect === undefined) {
    const values = persona.values === undefined ? '' : `, one of ${persona.values.join(', ')}`
    throw unreadable(`“${shown(head)}” cannot be read: ${name} is written ${writtenOf(persona)}${values}`)
  }
  return modifiers.reduce<Rule>((rule, modifier) => ({ ...rule, ...readModifier(modifier.trim(), text) }), {
    text,
    effect,
    reach: persona.reach ?? 'generation',
    probability: 1,
    times: Infinity,
    schedule: null,
    forMs: Infinity,
  })
}

function readModifier(modifier: string, text: string): Partial<Rule> {
  const [, percent] = /^(\d{1,3}(?:\.\d+)?)%$/.exec(modifier) ?? []
  if (percent !== undefined && Number(percent) <= 100) return { probability: Number(percent) / 100 }
  const [, times] = /^(\d{1,9})x$/.exec(modifier) ?? []
  if (times !== undefined) return { times: Number(times) }
  const forMs = readDuration(modifier)
  if (forMs !== undefined) return { forMs }
  const [, start = '', length = '', , period] = /^([^+/]+)\+([^+/]+)(\/([^+/]+))?$/.exec(modifier) ?? []
  const [startMs, lengthMs] = [readDuration(start), readDuration(length)]
  const periodMs = period === undefined ? Infinity : readDuration(period)
  if (startMs !== undefined && lengthMs !== undefined && periodMs !== undefined && periodMs > 0) {
    if (lengthMs > periodMs) {
      throw unreadable(
        `“@${shown(modifier)}” in “${shown(text)}” never ends`,
        'What stands behind / is the time from one beginning to the next, as in 0s+7s/14s.',
      )
    }
    return { schedule: { startMs, lengthMs, periodMs } }
  }
  throw unreadable(
    `“@${shown(modifier)}” in “${shown(text)}” cannot be read`,
    'After @ comes 30% (probability), 2x (so often), 20s (for so long from the first call on), 10s+15s (from 10 s on for 15 s) or 0s+7s/14s (the same every 14 s).',
  )
}

/** Which rules of a set act on a call, in their order. Draws for each, so that one rule's luck never moves another's. */
export interface RuleSet {
  readonly id: string
  readonly where: Where
  readonly rules: readonly Rule[]
  acting(facts: Facts, moment: Moment): readonly ActingRule[]
}

/** When a call is held against the rules: those for other moments are not asked, and not used up. */
export interface Moment {
  readonly at: 'arrival' | 'model' | 'any'
  readonly random: Seeded
  readonly nowMs: number
}

export function createRuleSet(
  id: string,
  list: string,
  { where = {}, nowMs }: { readonly where?: Where; readonly nowMs: number },
): RuleSet {
  const rules = readRules(list)
  const used = new Map<Rule, { readonly count: number; readonly sinceMs: number }>()
  return {
    id,
    where,
    rules,
    acting: (facts, { at, random, nowMs: atMs }) => {
      if (!concerns(where, facts)) return []
      return rules.flatMap((rule) => {
        if (!reaches(rule.reach, where, facts)) return []
        if (at !== 'any' && (rule.effect.stage === 'page') !== (at === 'arrival')) return []
        const lucky = random() < rule.probability
        const { count, sinceMs } = used.get(rule) ?? { count: 0, sinceMs: atMs }
        const leftMs = Math.min(sinceMs + rule.forMs - atMs, leftOf(rule.schedule, atMs - nowMs))
        const acts = lucky && count < rule.times && leftMs > 0
        used.set(rule, { count: acts ? count + 1 : count, sinceMs })
        return acts ? [{ rule, leftMs }] : []
      })
    },
  }
}

/** 0 or less: not now. */
function leftOf(schedule: Schedule | null, sinceMs: number): number {
  if (schedule === null) return Infinity
  const { startMs, lengthMs, periodMs } = schedule
  const into = sinceMs - startMs
  if (into < 0) return 0
  return lengthMs - (periodMs === Infinity ? into : into % periodMs)
}

const NAMES = `There are ${PERSONAS.map(({ name }) => name).join(', ')}; “plantain emulator --list” explains them.`

function unreadable(what: string, next = '“plantain emulator --list” shows all personas.'): PlantainError {
  return new PlantainError('invalid_request', `${what}. ${next}`)
}

function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
