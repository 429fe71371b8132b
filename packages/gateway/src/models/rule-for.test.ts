import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ALIASES } from './names.ts'
import { allModels, resolveModel } from './registry.ts'
import type { RouteRule } from '../contract/routing.ts'
import { ruleFor } from './rule-for.ts'

const NOW_MS = Date.parse('2026-11-22T12:00:00Z')
/** While `gemini-2.5-flash-image` was served. */
const SUMMER_MS = Date.parse('2026-07-01T00:00:00Z')

/** A rule that is known by the target it leads to. */
const ruleOf = (target: string, models: readonly string[] | null): RouteRule => ({
  models,
  tiers: [[{ target, model: null, weight: 1 }]],
})

const chosen = (rules: readonly RouteRule[], asked: string, nowMs = NOW_MS) =>
  ruleFor(rules, asked, nowMs)?.tiers[0]?.[0]?.target ?? null

const RULES = [
  ruleOf('pro', ['nano-banana-pro']),
  ruleOf('both', ['gemini-3.1-flash-image', 'gemini-3.1-flash-lite-image']),
  ruleOf('new', ['gemini-9-image']),
]

test.each([
  ['nano-banana-pro', 'pro'],
  ['gemini-3-pro-image', 'pro'],
  ['Nano Banana Pro', 'pro'],
  ['models/gemini-3-pro-image', 'pro'],
  // It is over, and Pro is what it stands for today.
  ['gemini-3-pro-image-preview', 'pro'],
  ['nano-banana-2', 'both'],
  ['nano-banana-lite', 'both'],
  // On nobody's record, and meant by its very name.
  ['gemini-9-image', 'new'],
  ['gemini-nano-banana-2.1', null],
  ['gemini-9-image-preview', null],
  ['local', null],
  ['', null],
])('%s goes by the rule %s', (asked, rule) => {
  expect(chosen(RULES, asked)).toBe(rule)
})

test('the first rule counts, and one that names no models is for all', () => {
  const all = ruleOf('all', null)
  expect(chosen([...RULES, all], 'gemini-3-pro-image')).toBe('pro')
  expect(chosen([...RULES, all], 'whatever')).toBe('all')
  expect(chosen([all, ...RULES], 'gemini-3-pro-image')).toBe('all')
  expect(chosen([ruleOf('none', []), all], 'whatever')).toBe('all')
  expect(chosen([], 'whatever')).toBeNull()
})

test('a name stands for what it comes to on that day', () => {
  const rules = [ruleOf('recommended', ['gemini-nano-banana-2.1'])]
  expect(chosen(rules, 'gemini-2.5-flash-image', SUMMER_MS)).toBeNull()
  expect(chosen(rules, 'gemini-2.5-flash-image', NOW_MS)).toBe('recommended')
})

const name = fc.constantFrom(
  ...allModels().map(({ id }) => id),
  ...ALIASES.keys(),
  'gemini-2.5-flash',
  'gemini-9-image',
)
const rules = fc.array(fc.option(fc.array(name, { maxLength: 4 })), { maxLength: 6 })

test('of all rules the first that names it or what it comes to', () => {
  fc.assert(
    fc.property(rules, name, fc.constantFrom(NOW_MS, SUMMER_MS), (all, asked, nowMs) => {
      const namesOf = (one: string) => {
        const resolution = resolveModel(one, { nowMs })
        return new Set([one, resolution.kind === 'model' ? resolution.model.id : one])
      }
      const isMeant = (models: readonly string[] | null) =>
        models === null || models.some((one) => !namesOf(one).isDisjointFrom(namesOf(asked)))
      const at = all.findIndex(isMeant)
      const told = all.map((models, index) => ruleOf(String(index), models))
      expect(chosen(told, asked, nowMs)).toBe(at === -1 ? null : String(at))
    }),
    { numRuns: 3000 },
  )
})
