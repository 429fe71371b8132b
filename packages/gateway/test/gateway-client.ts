import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Caller } from '../src/contract/caller.ts'
import { Secret } from '../src/contract/secret.ts'
import type { System } from '../src/contract/system.ts'
import type { GatewayConfig, GatewayTarget } from '../src/config/gateway-config.ts'
import type { LoadedConfig } from '../src/config/load-gateway-config.ts'
import { type RunningGateway, startGateway } from '../src/gateway.ts'
import { createLog, type Log } from '../src/observe/log.ts'
import { realSystem } from '../src/system.ts'

/** Whoever comes over loopback, where there are no keys. */
export const KEYLESS: Caller = {
  keyId: 'loopback',
  scopes: ['edit', 'files', 'models', 'admin'],
  models: null,
  providers: null,
  environment: null,
  regions: null,
  passThrough: false,
  limits: { concurrent: 1000, requestsPerMinute: 1_000_000, costMicroUsdPerEdit: null },
}

/** What a gateway has where a test says nothing else: the local engine, on loopback, without keys. */
export const SETTINGS: GatewayConfig = {
  listen: { host: '127.0.0.1', port: 0, tls: null, publicUrl: null },
  admin: null,
  credentials: [],
  keys: [],
  keyless: KEYLESS,
  targets: [{ provider: 'local', name: 'local' }],
  routes: [],
  models: { legacyText: 'edit' },
  limits: {
    requestBytes: 100_000_000,
    inFlightBytes: 1024 ** 3,
    headerBytes: 16_384,
    headersTimeoutMs: 20_000,
    bodyIdleMs: 15_000,
    bodyTotalMs: 300_000,
    readerIdleMs: 60_000,
    lingerMs: 5_000,
    keepAliveMs: 65_000,
    connections: 2_000,
    editTimeoutMs: 180_000,
    drainMs: 1_000,
    imagePixels: 50_000_000,
    verify: 'pixels',
  },
  routing: {
    attempts: 4,
    noImage: 'retry',
    ambiguous: 'retry',
    timeouts: { connectMs: 10_000, firstByteMs: 170_000, idleMs: 60_000, attemptMs: 175_000 },
  },
  // Each gateway of a test has a folder of its own.
  store: { folder: '', maxBytes: 20e9, resultsKeepMs: 3_600_000, filesKeepMs: 48 * 3_600_000 },
  cors: { origins: [], maxAgeSeconds: 600 },
  observe: { logLevel: 'silent', logFile: null, metrics: false, traces: null },
  data: { logInstructions: false },
}

export const SILENT: Log = createLog({ clock: realSystem.clock, level: 'silent', to: { fd: 2 } })

/** How long a gateway waits for callers. */
export type Patience = Pick<GatewayConfig['limits'], 'readerIdleMs' | 'lingerMs'>

export interface GatewayWithOptions {
  readonly log?: Log
  readonly patience?: Partial<Patience>
  readonly system?: System
  /** What it reads when it reads its configuration again; missing: it cannot. */
  readonly again?: () => Partial<GatewayConfig>
}

/** A gateway in this process, with a folder of its own. Whoever starts it closes it. */
export async function gatewayWith(
  config: Partial<GatewayConfig> = {},
  { log = SILENT, patience = {}, system = realSystem, again }: GatewayWithOptions = {},
): Promise<RunningGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'plantain-gateway-'))
  const store = { ...SETTINGS.store, folder }
  const told = { ...SETTINGS, store, ...config }
  const limits = { ...told.limits, ...patience }
  const load = async (): Promise<LoadedConfig> => {
    const reread = { ...told, limits, ...again?.() }
    return { kind: 'config', file: null, warnings: [], because: null, named: [], config: reread }
  }
  const gateway = await startGateway(
    { ...told, limits },
    { log, version: '0.0.0', system, ...(again && { load }) },
  )
  const close = async () => {
    const ended = await gateway.close()
    await rm(folder, { recursive: true, force: true })
    return ended
  }
  return { ...gateway, close }
}

/** AI Studio at an address of this machine. */
export function aiStudio(baseUrl: string): GatewayTarget {
  const key = new Secret('AIza-of-the-gateway')
  return {
    provider: 'ai-studio',
    name: 'ai-studio',
    credentials: [{ kind: 'api-key', id: 'studio', environment: null, key }],
    quota: { requestsPerMinute: null, inputTokensPerMinute: null },
    baseUrl,
    apiVersion: null,
  }
}

/** A gateway that says what it logged as errors: bugs, that is. */
export interface LoggedGateway extends RunningGateway {
  errors(): readonly unknown[]
}

/** One whose only target is AI Studio at an address of this machine, asked with a key of the gateway's own. */
export async function gatewayOn(
  upstream: string,
  config: Partial<GatewayConfig> = {},
  patience: Partial<Patience> = {},
): Promise<LoggedGateway> {
  const errors: unknown[] = []
  const log: Log = { ...SILENT, error: (message, fields) => void errors.push([message, fields]) }
  const gateway = await gatewayWith({ targets: [aiStudio(upstream)], ...config }, { log, patience })
  return { ...gateway, errors: () => errors }
}

/** One whose only target is AI Studio at an address of this machine, asked with the caller's own credential. */
export function gatewayBefore(upstream: string): Promise<RunningGateway> {
  return gatewayWith({
    keyless: { ...KEYLESS, passThrough: true },
    targets: [aiStudio(upstream)],
    models: { legacyText: 'pass' },
  })
}
