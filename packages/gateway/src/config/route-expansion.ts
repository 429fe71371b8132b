import type { Findings } from './findings.ts'
import type { RouteStep } from '../contract/routing.ts'
import type { RouteRule } from './gateway-config.ts'
import { nearestOf } from './nearest.ts'
import { type Path, pathText } from './path.ts'

/** A route as it was written. */
export interface ReadRoute {
  readonly path: Path
  readonly name: string | null
  readonly models: readonly string[] | null
  readonly steps: readonly ReadStep[]
}

export type ReadStep =
  | ReadTier
  /** The steps of another route, in its place. */
  | { readonly kind: 'route'; readonly name: string; readonly path: Path }

export interface ReadTier {
  readonly kind: 'tier'
  readonly members: readonly { readonly step: RouteStep; readonly path: Path }[]
}

type Tiers = RouteRule['tiers']

/**
 * Puts the steps of other routes where they are named. Whatever names routes wrongly is noted: one that nobody knows, a
 * circle, two of a name, a step that is there twice, a route that nothing comes to. Items are `null` where malformed.
 */
export function expandedRoutes(
  read: readonly (ReadRoute | null)[],
  findings: Findings,
): readonly RouteRule[] {
  const routes = read.filter((route) => route !== null)
  const expand = expanderOf(namesOf(routes, findings), {
    isWhole: routes.length === read.length,
    findings,
  })
  const rules = routes.map((route) => ({ name: route.name, models: route.models, tiers: expand(route, []) }))
  warnOfUnreached(routes, findings)
  return rules
}

function namesOf(routes: readonly ReadRoute[], findings: Findings): ReadonlyMap<string, ReadRoute> {
  const names = new Map<string, ReadRoute>()
  for (const route of routes) {
    if (route.name === null) continue
    const other = names.get(route.name)
    if (other === undefined) names.set(route.name, route)
    else {
      const problem = `is the name of ${pathText(other.path)} as well`
      findings.mistake([...route.path, 'name'], problem, 'Choose another.')
    }
  }
  return names
}

interface ExpanderContext {
  /** Whether all routes could be read, so that what is not among them is none. */
  readonly isWhole: boolean
  readonly findings: Findings
}

/** Each route is expanded once, however many others name it. */
function expanderOf(names: ReadonlyMap<string, ReadRoute>, { isWhole, findings }: ExpanderContext) {
  const done = new Map<ReadRoute, Tiers>()

  const referred = (step: Extract<ReadStep, { kind: 'route' }>, way: readonly ReadRoute[]): Tiers => {
    const route = names.get(step.name)
    if (route === undefined) {
      const words = { what: 'Routes with a name', none: 'Give that name to a route.' }
      const remedy = nearestOf(step.name, names.keys(), words)
      if (isWhole) findings.mistake(step.path, 'is the name of no route', remedy)
      return []
    }
    if (!way.includes(route)) return expand(route, way)
    const circle = [...way.slice(way.indexOf(route)), route].map(({ name }) => name).join(' → ')
    findings.mistake(step.path, `leads in a circle: ${circle}`, 'Take one of these references out.')
    return []
  }

  const expand = (route: ReadRoute, way: readonly ReadRoute[]): Tiers => {
    const known = done.get(route)
    if (known !== undefined) return known
    const isNew = firstTime(findings)
    const tiers = route.steps.flatMap((step): Tiers => {
      if (step.kind === 'route') {
        return referred(step, [...way, route]).map((tier) => tier.filter((one) => isNew(one, step.path)))
      }
      return [step.members.filter((one) => isNew(one.step, one.path)).map((one) => one.step)]
    })
    const flat = tiers.filter((tier) => tier.length > 0)
    done.set(route, flat)
    return flat
  }
  return expand
}

/** Says of each step whether it is the first of its kind in a route; a second one would fail as the first did. */
function firstTime(findings: Findings): (step: RouteStep, path: Path) => boolean {
  const firstAt = new Map<string, Path>()
  return ({ target, model }, path) => {
    const step = JSON.stringify([target, model])
    const first = firstAt.get(step)
    if (first === undefined) {
      firstAt.set(step, path)
      return true
    }
    const problem = `has the same target and model as ${pathText(first)}`
    findings.mistake(path, problem, 'Take one of the two out, or name another model.')
    return false
  }
}

/** A route that only lends its steps to others is not meant to be come to. */
function warnOfUnreached(routes: readonly ReadRoute[], findings: Findings): void {
  const all = routes.findIndex(({ models }) => models === null)
  if (all < 0) return
  const steps = routes.flatMap((route) => route.steps)
  const lent = new Set(steps.flatMap((step) => (step.kind === 'route' ? [step.name] : [])))
  for (const { name, path } of routes.slice(all + 1)) {
    if (name !== null && lent.has(name)) continue
    findings.warning(
      path,
      `is never come to, as ${pathText(routes[all]?.path ?? [])} before it takes all models`,
      'Put it before that one, or take it out.',
    )
  }
}
