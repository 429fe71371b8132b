import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFindings } from './findings.ts'
import type { RouteRule } from './gateway-config.ts'
import type { Path } from './path.ts'
import { expandedRoutes, type ReadRoute, type ReadStep } from './route-expansion.ts'

const SOMEWHERE = { kind: 'file', file: 'plantain.yaml', line: 1, column: 1 } as const
const NAMES = ['a', 'b', 'c', 'd']

type Tiers = RouteRule['tiers']
/** A step at a path. */
type Step = (path: Path) => ReadStep

const member = fc.record({
  target: fc.constantFrom('x', 'y', 'z'),
  model: fc.constantFrom(null, 'm', 'n'),
  weight: fc.constantFrom(1, 2.5),
})
const anyOf = fc.array(member, { minLength: 1, maxLength: 3 }).map((steps): Step => (path) => {
  return { kind: 'tier', members: steps.map((step, at) => ({ step, path: [...path, 'any', at] })) }
})
const reference = fc.constantFrom(...NAMES, 'nobody').map((name): Step => (path) => ({
  kind: 'route',
  name,
  path: [...path, 'route'],
}))
const route = fc.array(fc.oneof(anyOf, reference), { minLength: 1, maxLength: 4 })
/** Routes a to d, in any number, with steps of their own and of each other. */
const routes = fc.array(route, { maxLength: NAMES.length }).map((all) =>
  all.map((steps, at): ReadRoute => {
    const path = ['routes', at]
    const name = NAMES[at] ?? null
    return { path, name, models: null, steps: steps.map((step, number) => step([...path, 'steps', number])) }
  }),
)

/** What a route comes to, by the simplest means: `null` where it leads in a circle or to nobody. */
function naive(read: readonly ReadRoute[], from: ReadRoute, way: readonly ReadRoute[] = []): Tiers | null {
  if (way.includes(from)) return null
  const parts = from.steps.map((one) => {
    if (one.kind === 'tier') return [one.members.map((each) => each.step)]
    const named = read.find(({ name }) => name === one.name)
    return named === undefined ? null : naive(read, named, [...way, from])
  })
  return parts.includes(null) ? null : parts.flatMap((part) => part ?? [])
}

test('routes come to what their references say, and to no step twice; anything else is a mistake', () => {
  fc.assert(
    fc.property(routes, (read) => {
      const findings = createFindings(() => SOMEWHERE, [])
      const rules = expandedRoutes(read, findings)
      const expected = read.map((one) => naive(read, one))
      const isSound = expected.every(
        (tiers) => tiers !== null && new Set(idsOf(tiers)).size === idsOf(tiers).length,
      )
      expect(findings.mistakes.length === 0).toBe(isSound)
      if (isSound) expect(rules.map(({ tiers }) => tiers)).toEqual(expected)
      // Spoiled or not, what comes of it has each step once, and no tier without any.
      for (const { tiers } of rules) {
        expect(new Set(idsOf(tiers)).size).toBe(idsOf(tiers).length)
        expect(tiers.every((tier) => tier.length > 0)).toBe(true)
      }
    }),
    { numRuns: 2000 },
  )
})

function idsOf(tiers: Tiers): readonly string[] {
  return tiers.flat().map((one) => JSON.stringify({ ...one, weight: null }))
}
