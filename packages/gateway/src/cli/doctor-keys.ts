import { cwd } from 'node:process'
import type { GatewayConfig } from '../config/gateway-config.ts'
import { loadGatewayConfig } from '../config/load-gateway-config.ts'
import { configError } from '../config/mistake.ts'
import { openTo } from '../config/named-models.ts'
import { modelsAt, modelsLeft } from '../config/regional-models.ts'
import { type Routed, routedTargets } from '../config/routed-targets.ts'
import { type Caller, KEYLESS_ID } from '../contract/caller.ts'
import type { Finding } from './finding.ts'
import type { Terminal } from './terminal.ts'

export interface GatewayFindingsOptions {
  /** As `--config` names it. */
  readonly path: string | null
  readonly env: Terminal['env']
  readonly nowMs: number
}

/**
 * What is known of the gateway beforehand, where it has a configuration: whether that is good, and what each key that is
 * bound to regions may use. Throws `config_invalid` where the file that was named has mistakes.
 */
export async function gatewayFindings({
  path,
  env,
  nowMs,
}: GatewayFindingsOptions): Promise<readonly Finding[]> {
  const loaded = await loadGatewayConfig({ path, env, folder: cwd(), nowMs })
  const { file } = loaded
  if (loaded.kind === 'mistakes') {
    if (path !== null) throw configError(loaded.mistakes)
    const count = loaded.mistakes.length === 1 ? 'a mistake' : `${loaded.mistakes.length} mistakes`
    const text = `${file ?? 'The configuration'} has ${count}: the gateway would not start.`
    return [{ topic: 'gateway', mark: 'warn', text, remedy: '`plantain config check` tells what and where.' }]
  }
  if (file === null) return []
  return [
    {
      topic: 'gateway',
      mark: 'ok',
      text: `${file} is good; \`plantain config check\` tells what would run.`,
    },
    ...regionFindings(loaded.config, nowMs),
  ]
}

/** Keys of which the same is to be told share a finding: there may be one for each customer. */
export function regionFindings(
  { keys, keyless, targets, routes }: Pick<GatewayConfig, 'keys' | 'keyless' | 'targets' | 'routes'>,
  nowMs: number,
): readonly Finding[] {
  const callers = keys.length === 0 ? [keyless] : keys.map(({ caller }) => caller)
  const bound = callers.filter(({ scopes, regions }) => regions !== null && scopes.includes('edit'))
  const told = bound.map((caller) => ({ caller, ...reachOf(caller, { targets, routes, nowMs }) }))
  return [...Map.groupBy(told, ({ text }) => text).values()].flatMap((alike): readonly Finding[] => {
    const [first] = alike
    if (first === undefined) return []
    const text = `${namesOf(alike.map(({ caller }) => caller))} ${first.text}`
    if (first.isServed) return [{ topic: 'regions', mark: 'ok', text }]
    const remedy = 'Leave regions out where edits may go on at Google, or add a target where its models are.'
    return [{ topic: 'regions', mark: 'warn', text, remedy }]
  })
}

interface Reach {
  readonly text: string
  /** Whether a model of Google’s remains, or none is wanted. */
  readonly isServed: boolean
}

function reachOf(caller: Caller, routed: Routed): Reach {
  const open = openTo(caller, routedTargets(caller, routed))
  const within = `may not leave ${(caller.regions ?? []).join(', ')}:`
  if (open.length === 0) return { text: `${within} no target lies there.`, isServed: false }
  const has = open.map((target) => {
    const models = modelsAt(caller, target, routed)
    if (models.length === 0)
      return `${target.name} has ${caller.models === null ? 'no living model' : 'none of its models'}`
    return `${target.name} has ${target.provider === 'local' ? 'the local engine' : models.join(', ')}`
  })
  const isServed = modelsLeft(caller, { ...routed, targets: open }).kind === 'some'
  return { text: `${within} ${has.join('; ')}.`, isServed }
}

const MOST_NAMED = 5

function namesOf(callers: readonly Caller[]): string {
  const [first] = callers
  if (first?.keyId === KEYLESS_ID) return 'Whoever comes without a key'
  const more = callers.length - MOST_NAMED
  const names = callers.slice(0, MOST_NAMED).map(({ keyId }) => `“${keyId}”`)
  return [...names, ...(more > 0 ? [`${more} more keys`] : [])].join(', ')
}
