import type { Caller } from '../contract/caller.ts'
import type { ProviderKind } from '../contract/provider-kind.ts'
import { isResident } from '../contract/residency.ts'
import type { Surface } from '../models/model.ts'
import type { GatewayConfig, GatewayTarget } from './gateway-config.ts'
import { placeOf } from './target-place.ts'
import type { Path } from './path.ts'

/** A model as routes write it; what they come to holds the ids that names stood for at start. */
export interface RoutedName {
  readonly name: string
  readonly path: Path
  /** Of the target that is asked for it; left out where it is a name that callers ask for. */
  readonly kind?: ProviderKind
}

/** A model that a configuration names. */
export interface NamedModel {
  /** As it is written. */
  readonly name: string
  readonly path: Path
  /** Where Google is asked for it; none: nowhere, by what is configured. */
  readonly surfaces: readonly Surface[]
}

type Sources = Pick<GatewayConfig, 'keys' | 'keyless' | 'targets' | 'routes'>

/** Each place where keys and routes name a model. */
export function namedModels(config: Sources, routed: readonly RoutedName[]): readonly NamedModel[] {
  return [...ofKeys(config), ...routed.map((one) => ofRoute(one, config))]
}

function ofKeys({ keys, keyless, targets }: Sources): readonly NamedModel[] {
  const callers = keys.length === 0 ? [keyless] : keys.map(({ caller }) => caller)
  return callers.flatMap((caller, at) =>
    (caller.models ?? []).map((name, number) => ({
      name,
      path: ['keys', at, 'models', number],
      surfaces: surfacesOf(openTo(caller, targets)),
    })),
  )
}

/** Where edits of a caller may go, by provider and region. */
export function openTo(
  { providers, regions }: Caller,
  targets: readonly GatewayTarget[],
): readonly GatewayTarget[] {
  return targets
    .filter(({ provider }) => providers?.includes(provider) ?? true)
    .filter((target) => isResident(placeOf(target), regions))
}

function ofRoute({ name, path, kind }: RoutedName, { targets, routes }: Sources): NamedModel {
  if (kind !== undefined) return { name, path, surfaces: kind === 'local' ? [] : [kind] }
  const [, at] = path
  const steps = typeof at === 'number' ? (routes[at]?.tiers.flat() ?? []) : []
  // A step that names a model of its own does not ask for the one that was named.
  const asking = new Set(steps.filter(({ model }) => model === null).map(({ target }) => target))
  return { name, path, surfaces: surfacesOf(targets.filter((target) => asking.has(target.name))) }
}

export function surfacesOf(targets: readonly GatewayTarget[]): readonly Surface[] {
  return [...new Set(targets.map(({ provider }) => provider).filter((provider) => provider !== 'local'))]
}
