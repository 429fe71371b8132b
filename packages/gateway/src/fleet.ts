import type { GatewayConfig, GatewayCredential, GatewayTarget } from './config/gateway-config.ts'
import type { Fleet } from './edit/parts.ts'
import type { RouteState } from './route/state.ts'
import type { RouteKey, RouteTarget } from './route/target.ts'
import type { OpenTarget, TargetSettings } from './targets.ts'

/** Where edits may go now, and how that changes while they do. */
export interface FleetControl {
  current(): Fleet
  /** Those too by which nothing is sent at the moment. */
  all(): readonly RouteTarget[]
  /**
   * Takes another configuration. Edits under way end as they began; what was learnt of targets that stay is kept, and keys
   * that were not let in are tried again. Rejects where a target cannot be opened: then nothing changes.
   */
  load(config: RoutedConfig): Promise<void>
  /** Sends nothing more by a key, or does again; whether there is such a key. */
  setDraining(keyName: string, isDraining: boolean): boolean
  isDraining(keyName: string): boolean
}

export type RoutedConfig = Pick<GatewayConfig, 'targets' | 'routes' | 'routing'>

export interface FleetParts {
  readonly state: RouteState
  readonly open: (settings: TargetSettings) => Promise<OpenTarget>
}

export async function createFleet(config: RoutedConfig, { state, open }: FleetParts): Promise<FleetControl> {
  const draining = new Set<string>()
  let all = await opened(config, open)
  let serving = all

  /** Made anew only when something changes, so that an edit that looks costs nothing. */
  function refresh(): void {
    const targets = all.targets.map((target) => ({
      ...target,
      keys: target.keys.filter(({ name }) => !draining.has(name)),
    }))
    serving = { ...all, targets }
  }

  return {
    current: () => serving,
    all: () => all.targets,
    async load(next) {
      all = await opened(next, open)
      const keyNames = new Set(all.targets.flatMap(({ keys }) => keys.map(({ name }) => name)))
      for (const name of keyNames) state.readmit(name)
      for (const name of draining) if (!keyNames.has(name)) draining.delete(name)
      state.keepOnly(keyNames, new Set(all.targets.map(({ name }) => name)))
      refresh()
    },
    setDraining(keyName, isDraining) {
      if (!all.targets.some(({ keys }) => keys.some(({ name }) => name === keyName))) return false
      if (isDraining) draining.add(keyName)
      else draining.delete(keyName)
      refresh()
      return true
    },
    isDraining: (keyName) => draining.has(keyName),
  }
}

async function opened({ targets, routes, routing }: RoutedConfig, open: FleetParts['open']): Promise<Fleet> {
  const { attempts, ambiguous, noImage, timeouts } = routing
  const { attemptMs: totalMs, ...rest } = timeouts
  return {
    targets: await Promise.all(targets.map((target) => openedTarget(target, open))),
    rules: routes,
    policy: { attempts, ambiguous, noImage },
    timeouts: { ...rest, totalMs },
  }
}

async function openedTarget(target: GatewayTarget, open: FleetParts['open']): Promise<RouteTarget> {
  const { name, provider: kind } = target
  if (target.provider === 'local') {
    const { provider } = await open({ kind: 'local' })
    return { name, kind, location: null, quota: null, keys: [{ name, provider, environment: null }] }
  }
  const isPool = target.credentials.length > 1
  const keys = target.credentials.map(async (credential): Promise<RouteKey> => {
    // By the id and not by a number: that stays what it is when others are added or taken out.
    const keyName = isPool ? `${name}#${credential.id}` : name
    const { provider } = await open(settingsOf(target, credential, keyName))
    return { name: keyName, provider, environment: credential.environment }
  })
  const { quota } = target
  const isPaced = quota.requestsPerMinute !== null || quota.inputTokensPerMinute !== null
  return {
    name,
    kind,
    location: target.provider === 'vertex' ? target.location : null,
    quota: isPaced ? quota : null,
    keys: await Promise.all(keys),
  }
}

/** `config/` knows nothing of providers, and they nothing of it. */
function settingsOf(
  target: Exclude<GatewayTarget, { readonly provider: 'local' }>,
  credential: GatewayCredential,
  name: string,
): TargetSettings {
  const base = { name, ...(target.baseUrl !== null && { baseUrl: target.baseUrl }) }
  if (target.provider === 'ai-studio') {
    if (credential.kind !== 'api-key') throw new TypeError('AI Studio is opened by keys only.')
    const { apiVersion } = target
    return { kind: 'ai-studio', ...base, key: credential.key, ...(apiVersion !== null && { apiVersion }) }
  }
  const vertex = { kind: 'vertex' as const, ...base }
  if (credential.kind === 'api-key') return { ...vertex, key: credential.key }
  const { impersonate } = credential
  return {
    ...vertex,
    credential:
      credential.kind === 'adc'
        ? { kind: 'adc', env: credential.env }
        : { kind: 'file', path: credential.path },
    location: target.location,
    ...(target.project !== null && { project: target.project }),
    ...(impersonate !== null && { impersonate }),
  }
}
