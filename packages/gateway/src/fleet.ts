import { isDeepStrictEqual } from 'node:util'
import type { GatewayConfig, GatewayCredential, GatewayTarget } from './config/gateway-config.ts'
import type { Clock } from './contract/system.ts'
import type { Fleet } from './edit/parts.ts'
import type { RouteState } from './route/state.ts'
import { accountOf, type RouteKey, type RouteTarget } from './route/target.ts'
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
  /** Sends nothing more by a key, or does again, whatever Google said of it before; whether there is such a key. */
  setDraining(keyName: string, isDraining: boolean): boolean
  isDraining(key: RouteKey): boolean
}

export type RoutedConfig = Pick<GatewayConfig, 'targets' | 'routes' | 'routing'>

export interface FleetParts {
  readonly state: RouteState
  readonly clock: Clock
  readonly open: (settings: TargetSettings) => Promise<OpenTarget>
}

export async function createFleet(
  config: RoutedConfig,
  { state, clock, open }: FleetParts,
): Promise<FleetControl> {
  const draining = new Set<string>()
  let numbered = 0
  const number = () => (numbered += 1)
  let accounts = createAccounts([], number)
  let all = await opened(config, { open, accounts })
  let serving = servingOf(all, draining)

  /** Made anew only when something changes, so that an edit that looks costs nothing. */
  function refresh(): void {
    serving = servingOf(all, draining)
  }

  return {
    current: () => serving,
    all: () => all.targets,
    async load(next) {
      const nextAccounts = createAccounts(accounts.given(), number)
      all = await opened(next, { open, accounts: nextAccounts })
      accounts = nextAccounts
      const kept = new Set(all.targets.flatMap(({ keys }) => keys.map(accountOf)))
      for (const account of kept) state.locks.mended(account, clock.monotonicMs())
      for (const account of draining) if (!kept.has(account)) draining.delete(account)
      state.keepOnly(kept, new Set(all.targets.map(({ name }) => name)))
      refresh()
    },
    setDraining(keyName, isDraining) {
      const key = all.targets.flatMap(({ keys }) => keys).find(({ name }) => name === keyName)
      if (key === undefined) return false
      const account = accountOf(key)
      if (isDraining) draining.add(account)
      else {
        draining.delete(account)
        state.locks.mended(account, clock.monotonicMs())
        state.forgive(account)
      }
      refresh()
      return true
    },
    isDraining: (key) => draining.has(accountOf(key)),
  }
}

type Configured = Omit<Fleet, 'keysOf'>

/** Without the keys by which nothing is sent at the moment. */
function servingOf(all: Configured, draining: ReadonlySet<string>): Fleet {
  const targets = all.targets.map((target) => ({
    ...target,
    keys: target.keys.filter((key) => !draining.has(accountOf(key))),
  }))
  const byName = new Map(targets.map((target) => [target.name, target]))
  const keysOf = ({ name, kind, location }: RouteTarget) => {
    const now = byName.get(name)
    // What is called the same and lies elsewhere is another target: an edit may have to stay where it is.
    return now?.kind === kind && now.location === location ? now.keys : []
  }
  return { ...all, targets, keysOf }
}

interface Account {
  readonly name: string
  readonly targetName: string
  readonly credential: GatewayCredential
}

/** Tells credentials from each other and knows them again, by what they are and not by what their keys are called. */
function createAccounts(known: readonly Account[], number: () => number) {
  const given: Account[] = []
  return {
    given: (): readonly Account[] => given,
    nameOf(targetName: string, credential: GatewayCredential): string {
      const held = known.find(
        (account) => account.targetName === targetName && isSameCredential(account.credential, credential),
      )
      const name = held?.name ?? `${targetName}#${credential.id}#${number()}`
      given.push({ name, targetName, credential })
      return name
    },
  }
}

function isSameCredential(one: GatewayCredential, other: GatewayCredential): boolean {
  if (one.kind !== 'api-key' || other.kind !== 'api-key') return isDeepStrictEqual(one, other)
  return one.id === other.id && one.key.equals(other.key)
}

interface Opening extends Pick<FleetParts, 'open'> {
  readonly accounts: ReturnType<typeof createAccounts>
}

async function opened({ targets, routes, routing }: RoutedConfig, opening: Opening): Promise<Configured> {
  const { attempts, ambiguous, noImage, timeouts } = routing
  const { attemptMs: totalMs, ...rest } = timeouts
  return {
    targets: await Promise.all(targets.map((target) => openedTarget(target, opening))),
    rules: routes,
    policy: { attempts, ambiguous, noImage },
    timeouts: { ...rest, totalMs },
  }
}

async function openedTarget(target: GatewayTarget, { open, accounts }: Opening): Promise<RouteTarget> {
  const { name, provider: kind } = target
  if (target.provider === 'local') {
    const { provider } = await open({ kind: 'local' })
    return { name, kind, location: null, keys: [{ name, provider, environment: null }] }
  }
  const { quota } = target
  const isPaced = quota.requestsPerMinute !== null || quota.inputTokensPerMinute !== null
  const isPool = target.credentials.length > 1
  const keys = target.credentials.map(async (credential): Promise<RouteKey> => {
    // By the id and not by a number: that stays what it is when others are added or taken out.
    const keyName = isPool ? `${name}#${credential.id}` : name
    const { provider } = await open(settingsOf(target, credential, keyName))
    const account = accounts.nameOf(name, credential)
    return {
      name: keyName,
      account,
      provider,
      environment: credential.environment,
      ...(isPaced && { quota }),
    }
  })
  return {
    name,
    kind,
    location: target.provider === 'vertex' ? target.location : null,
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
