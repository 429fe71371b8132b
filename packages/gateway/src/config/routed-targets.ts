import type { Caller } from '../contract/caller.ts'
import { allModels } from '../models/registry.ts'
import { isLocalModel, ruleFor } from '../models/rule-for.ts'
import type { GatewayTarget, RouteRule } from './gateway-config.ts'

export interface Routed {
  readonly targets: readonly GatewayTarget[]
  readonly routes: readonly RouteRule[]
  readonly nowMs: number
}

/** Whether edits that ask for a model can come to a target with it, as the routes are. */
export function leadsTo(
  { name, provider }: GatewayTarget,
  asked: string,
  { routes, nowMs }: Omit<Routed, 'targets'>,
): boolean {
  if (isLocalModel(asked, nowMs)) return provider === 'local'
  const rule = ruleFor(routes, asked, nowMs)
  // Where no route is for a model, all of Google's targets are.
  if (rule === null) return provider !== 'local'
  return rule.tiers.flat().some(({ target }) => target === name)
}

/** Targets that edits of a caller can come to: what no route of its models leads to is none of them. */
export function routedTargets(
  { models }: Pick<Caller, 'models'>,
  { targets, ...routing }: Routed,
): readonly GatewayTarget[] {
  const asked = models ?? allModels().map(({ id }) => id)
  return targets.filter((target) => asked.some((name) => leadsTo(target, name, routing)))
}
