import type { Caller } from '../contract/caller.ts'
import { allModels, resolveModel } from '../models/registry.ts'
import { ruleFor } from '../models/rule-for.ts'
import type { GatewayTarget, RouteRule } from './gateway-config.ts'

export interface Routed {
  readonly targets: readonly GatewayTarget[]
  readonly routes: readonly RouteRule[]
  readonly nowMs: number
}

/** Targets that edits of a caller can come to: what no route of its models leads to is none of them. */
export function routedTargets(
  { models }: Pick<Caller, 'models'>,
  { targets, routes, nowMs }: Routed,
): readonly GatewayTarget[] {
  const asked = models ?? allModels().map(({ id }) => id)
  const isLocal = (name: string) => {
    const resolution = resolveModel(name, { nowMs })
    return resolution.kind === 'model' && resolution.model.family === 'local'
  }
  const rules = asked.filter((name) => !isLocal(name)).map((name) => ruleFor(routes, name, nowMs))
  const led = new Set(rules.flatMap((rule) => rule?.tiers.flat().map(({ target }) => target) ?? []))
  // Where no route is for a model, all of Google's targets are.
  const isOpen = rules.includes(null)
  const wantsLocal = asked.some(isLocal)
  return targets.filter(({ name, provider }) => led.has(name) || (provider === 'local' ? wantsLocal : isOpen))
}
