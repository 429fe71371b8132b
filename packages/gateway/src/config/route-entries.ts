import type { z } from 'zod'
import type { ProviderKind } from '../contract/provider-kind.ts'
import { type MemberEntry, Member, type RouteEntry, Step, type StepEntry } from './entry-schema.ts'
import type { Findings } from './findings.ts'
import type { RouteStep } from '../contract/routing.ts'
import type { GatewayTarget, RouteRule } from './gateway-config.ts'
import type { RoutedName } from './named-models.ts'
import { nearestOf } from './nearest.ts'
import type { Path } from './path.ts'
import { expandedRoutes, type ReadRoute, type ReadStep, type ReadTier } from './route-expansion.ts'
import { routedModel } from './route-models.ts'

export interface RouteContext {
  /** `null` where not all of them could be read, so that nobody can say what is none. */
  readonly targets: readonly GatewayTarget[] | null
  readonly nowMs: number
  readonly findings: Findings
  /** Gets the models they name, as they are written. */
  readonly named: RoutedName[]
}

/** What one route is read with. */
interface Reading extends Omit<RouteContext, 'targets'> {
  readonly kinds: ReadonlyMap<string, ProviderKind> | null
}

/** Makes routes of the list `routes`, whose items are `null` where they are malformed. */
export function readRoutes(
  entries: readonly (RouteEntry | null)[],
  { targets, ...context }: RouteContext,
): readonly RouteRule[] {
  const kinds = targets && new Map(targets.map(({ name, provider }) => [name, provider]))
  const read = entries.map((entry, at) => entry && readRoute(entry, ['routes', at], { ...context, kinds }))
  return expandedRoutes(read, context.findings)
}

function readRoute(entry: RouteEntry, path: Path, reading: Reading): ReadRoute {
  const { name = null, models, steps } = entry
  const ids = models
    ?.map((model, at) => routedModel(model, [...path, 'models', at], reading))
    .filter((id) => id !== null)
  return {
    path,
    name,
    models: ids === undefined ? null : [...new Set(ids)],
    steps: steps.map((step, at) => readStep(step, [...path, 'steps', at], reading)),
  }
}

/** A step that is malformed is one without members. */
const NOTHING: ReadTier = { kind: 'tier', members: [] }

function readStep(value: unknown, path: Path, reading: Reading): ReadStep {
  if (typeof value === 'string') return tierOf([{ value, path }], reading)
  const entry = checked(Step, value, path, reading)
  if (entry === null || !isOneThing(entry, path, reading)) return NOTHING
  const { any, route, ...member } = entry
  if (route !== undefined) return { kind: 'route', name: route, path: [...path, 'route'] }
  if (any === undefined) return tierOf([{ value: member, path }], reading)
  return tierOf(
    any.map((one, at) => ({ value: one, path: [...path, 'any', at] })),
    reading,
  )
}

function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: Path,
  { findings }: Reading,
): z.infer<Schema> | null {
  if (typeof value === 'object' && value !== null) return findings.checked(schema, value, path)?.value ?? null
  findings.mistake(path, 'has to be the name of a target, or a step', 'Write a name, or target: and a name.')
  return null
}

function isOneThing(entry: StepEntry, path: Path, { findings }: Reading): boolean {
  const kinds = (['target', 'any', 'route'] as const).filter((name) => entry[name] !== undefined)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) {
    const problem = kind === undefined ? 'says nothing of where to go' : `is ${kinds.join(' and ')} at once`
    findings.mistake(path, problem, 'Give it one of target, any and route.')
    return false
  }
  const odd =
    kind === 'target' ? [] : (['model', 'weight'] as const).filter((name) => entry[name] !== undefined)
  for (const name of odd) {
    findings.mistake([...path, name], `does not go with ${kind}`, 'Put it beside a target.')
  }
  return odd.length === 0
}

interface Written {
  readonly value: unknown
  readonly path: Path
}

function tierOf(members: readonly Written[], reading: Reading): ReadTier {
  return {
    kind: 'tier',
    members: members.flatMap(({ value, path }) => {
      const isName = typeof value === 'string'
      const entry = checked(Member, isName ? { target: value } : value, path, reading)
      if (entry === null) return []
      const step = stepOf(entry, { path, targetPath: isName ? path : [...path, 'target'] }, reading)
      return step === null ? [] : [{ step, path }]
    }),
  }
}

interface StepPaths {
  readonly path: Path
  /** Where the name of the target stands: the step itself may be nothing else. */
  readonly targetPath: Path
}

function stepOf(
  { target, model, weight = 1 }: MemberEntry,
  { path, targetPath }: StepPaths,
  reading: Reading,
): RouteStep | null {
  const { kinds, findings } = reading
  const kind = kinds?.get(target)
  if (kinds !== null && kind === undefined) {
    const words = { what: 'Targets', none: 'Add it to targets.' }
    findings.mistake(targetPath, 'is the name of no target', nearestOf(target, kinds.keys(), words))
  }
  if (model === undefined) return { target, model: null, weight }
  const id = routedModel(model, [...path, 'model'], { ...reading, ...(kind !== undefined && { kind }) })
  return id === null ? null : { target, model: id, weight }
}
