import type { Clock } from '../../contract/system.ts'
import { fingerprintNamed } from '../identity/fingerprint.ts'
import { type ActingRule, createRuleSet, type Moment, type RuleSet } from './rule.ts'
import { type Facts, readWhere, type Where } from './where.ts'

export interface PersonaSet {
  readonly id: string
  readonly personas: readonly string[]
  readonly where: Where
}

export interface PersonaList {
  readonly personas: string
  readonly where?: Where
}

/** All faults that are set, those of the start first. */
export interface RuleSets {
  /** Those of the call's own list come last. Throws `PlantainError` where that cannot be read. */
  acting(facts: Facts, ownList: string, moment: Omit<Moment, 'nowMs'>): readonly ActingRule[]
  list(): readonly PersonaSet[]
  /** Returns an id to remove them by. Throws `PlantainError` where the list or `where` cannot be read. */
  add(personas: string, where?: Where): string
  /** Missing: all. Whether there were any of that id. */
  remove(id?: string): boolean
  /** Back to those of the start, their schedules and counts begun anew. */
  reset(): void
}

/** Whoever adds faults without end has a mistake in a loop. */
const MOST_SETS = 1000

export function createRuleSets(clock: Clock, atStart: readonly PersonaList[]): RuleSets {
  const sets = new Map<string, RuleSet>()
  let count = 0

  const add = (personas: string, where?: Where): string => {
    count += 1
    const id = `personas-${count}`
    sets.set(id, createRuleSet(id, personas, { nowMs: clock.now(), where: withoutSecret(readWhere(where)) }))
    const [oldest] = sets.keys()
    if (sets.size > MOST_SETS && oldest !== undefined) sets.delete(oldest)
    return id
  }
  const reset = () => {
    sets.clear()
    for (const { personas, where } of atStart) add(personas, where)
  }
  reset()

  return {
    acting: (facts, ownList, moment) => {
      const nowMs = clock.now()
      const own = createRuleSet('own', ownList, { nowMs, where: { calls: 'any' } })
      return [...sets.values(), own].flatMap((set) => set.acting(facts, { ...moment, nowMs }))
    },
    list: () =>
      [...sets.values()].map(({ id, where, rules }) => ({
        id,
        where,
        personas: rules.map(({ text }) => text),
      })),
    add,
    remove: (id) => {
      if (id !== undefined) return sets.delete(id)
      sets.clear()
      return true
    },
    reset,
  }
}

/** A credential may be named by itself; what is kept, and shown, is its fingerprint. */
function withoutSecret({ credential, ...where }: Where): Where {
  return credential === undefined ? where : { ...where, credential: fingerprintNamed(credential) }
}
