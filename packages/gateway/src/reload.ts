import { isDeepStrictEqual } from 'node:util'
import type { GatewayConfig } from './config/gateway-config.ts'
import type { LoadedConfig } from './config/load-gateway-config.ts'
import { mistakeLine } from './config/mistake.ts'
import type { FleetControl } from './fleet.ts'
import type { Reloaded } from './http/targets.ts'
import type { Log } from './observe/log.ts'

export interface ReloadParts {
  readonly load: () => Promise<LoadedConfig>
  readonly log: Log
  readonly fleet: Pick<FleetControl, 'load'>
  readonly guard: { readonly load: (config: GatewayConfig) => void }
}

/** Sections that the process is made of; the rest holds as soon as it is read. */
const HELD = ['listen', 'admin', 'models', 'limits', 'cors', 'store', 'observe', 'data'] as const

/**
 * Takes the configuration again while edits go on: targets, their credentials, routes and keys. One with mistakes is not
 * taken, and what was before still holds. Two at once are one after the other.
 */
export function createReloader(config: GatewayConfig, parts: ReloadParts): () => Promise<Reloaded> {
  let last: Promise<unknown> = Promise.resolve()
  return () => {
    const reloading = last.then(() => reload(config, parts))
    last = reloading.catch(() => {})
    return reloading
  }
}

async function reload(config: GatewayConfig, { load, log, fleet, guard }: ReloadParts): Promise<Reloaded> {
  const loaded = await load()
  if (loaded.kind === 'mistakes') {
    const mistakes = loaded.mistakes.map(mistakeLine)
    log.error('The configuration was not taken: it has mistakes. What was before still holds.', { mistakes })
    return { mistakes, needRestart: [] }
  }
  for (const warning of loaded.warnings) log.warn(mistakeLine(warning))
  await fleet.load(loaded.config)
  guard.load({ ...loaded.config, listen: config.listen, cors: config.cors })
  const needRestart = [
    ...HELD.filter((name) => !isDeepStrictEqual(config[name], loaded.config[name])),
    // The dialer has the one it began with, and the shorter of both decides.
    ...(loaded.config.routing.timeouts.connectMs > config.routing.timeouts.connectMs
      ? ['routing.timeouts.connectMs']
      : []),
  ]
  const { targets, keys } = loaded.config
  log.info('The configuration was read again.', { targets: targets.length, keys: keys.length })
  if (needRestart.length > 0)
    log.warn('Settings have changed that hold only after a restart.', { needRestart })
  return { mistakes: [], needRestart }
}
