import type { Clock } from '../../contract/system.ts'
import type { Seeded } from '../../image/seeded.ts'
import { type ActingRule, createRuleSet, type Facts, type RuleSet, type Where } from './rule.ts'

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
  acting(facts: Facts, ownList: string, random: Seeded): readonly ActingRule[]
  list(): readonly PersonaSet[]
  /** Returns an id to remove them by. Throws `PlantainError` where the list cannot be read. */
  add(personas: string, where?: Where): string
  /** Missing: all. */
  remove(id?: string): void
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
    sets.set(id, createRuleSet(id, personas, { nowMs: clock.now(), ...(where && { where }) }))
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
    acting: (facts, ownList, random) => {
      const own = createRuleSet('own', ownList, { nowMs: clock.now(), where: { calls: 'any' } })
      return [...sets.values(), own].flatMap((set) => set.acting(facts, random, clock.now()))
    },
    list: () =>
      [...sets.values()].map(({ id, where, rules }) => ({
        id,
        where,
        personas: rules.map(({ text }) => text),
      })),
    add,
    remove: (id) => {
      if (id === undefined) sets.clear()
      else sets.delete(id)
    },
    reset,
  }
}
