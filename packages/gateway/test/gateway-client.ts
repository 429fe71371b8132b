import type { Caller } from '../src/contract/caller.ts'
import { Secret } from '../src/contract/secret.ts'
import { type GatewaySettings, type RunningGateway, startGateway } from '../src/gateway.ts'
import { createLog, type Log } from '../src/observe/log.ts'
import { realSystem } from '../src/system.ts'

/** Whoever comes over loopback, where there are no keys. */
export const KEYLESS: Caller = {
  keyId: 'loopback',
  scopes: ['edit', 'files', 'models', 'admin'],
  models: null,
  providers: null,
  passThrough: false,
  limits: { concurrent: 1000, requestsPerMinute: 1_000_000 },
}

/** What a gateway has where a test says nothing else: the local engine, on loopback, without keys. */
export const SETTINGS: GatewaySettings = {
  listen: { host: '127.0.0.1', port: 0, tls: null, publicUrl: null },
  keys: [],
  keyless: KEYLESS,
  targets: [{ kind: 'local' }],
  legacyText: 'edit',
  limits: {
    requestBytes: 100_000_000,
    inFlightBytes: 1024 ** 3,
    headerBytes: 16_384,
    headersTimeoutMs: 20_000,
    bodyIdleMs: 15_000,
    bodyTotalMs: 300_000,
    keepAliveMs: 65_000,
    connections: 2_000,
    editTimeoutMs: 180_000,
    drainMs: 1_000,
    imagePixels: 50_000_000,
    verify: 'pixels',
  },
  cors: { origins: [], maxAgeSeconds: 600 },
  observe: { metrics: false, traces: null },
}

export const SILENT: Log = createLog({ clock: realSystem.clock, level: 'silent', to: { fd: 2 } })

/** A gateway in this process. Whoever starts it closes it. */
export function gatewayWith(
  settings: Partial<GatewaySettings> = {},
  log: Log = SILENT,
): Promise<RunningGateway> {
  return startGateway({ ...SETTINGS, ...settings }, { log, version: '0.0.0' })
}

/** A gateway that says what it logged as errors: bugs, that is. */
export interface LoggedGateway extends RunningGateway {
  errors(): readonly unknown[]
}

/** One whose only target is AI Studio at an address of this machine, asked with a key of the gateway's own. */
export async function gatewayOn(
  upstream: string,
  settings: Partial<GatewaySettings> = {},
): Promise<LoggedGateway> {
  const errors: unknown[] = []
  const log: Log = { ...SILENT, error: (message, fields) => void errors.push([message, fields]) }
  const key = new Secret('AIza-of-the-gateway')
  const gateway = await gatewayWith(
    { targets: [{ kind: 'ai-studio', key, baseUrl: upstream }], ...settings },
    log,
  )
  return { ...gateway, errors: () => errors }
}

/** One whose only target is AI Studio at an address of this machine, asked with the caller's own credential. */
export function gatewayBefore(upstream: string): Promise<RunningGateway> {
  return gatewayWith({
    keyless: { ...KEYLESS, passThrough: true },
    targets: [{ kind: 'ai-studio', key: new Secret('AIza-of-the-gateway'), baseUrl: upstream }],
    legacyText: 'pass',
  })
}
