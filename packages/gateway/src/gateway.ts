import { readFile } from 'node:fs/promises'
import { createGuard } from './auth/guard.ts'
import { createThrottle } from './auth/throttle.ts'
import type { GatewayConfig, GatewayTarget } from './config/gateway-config.ts'
import type { System } from './contract/system.ts'
import { edit } from './edit/edit.ts'
import type { EditParts, Fleet } from './edit/parts.ts'
import { relay } from './edit/relay.ts'
import { createApp } from './http/app.ts'
import { type BodyReader, createBodyReader } from './http/body/json-body.ts'
import { createDocs } from './http/docs-page.ts'
import { type FilesDoor, openFilesDoor } from './http/gemini/files.ts'
import { createGenerate } from './http/gemini/generate.ts'
import { createReadyz, healthz } from './http/health.ts'
import { createMetrics } from './http/metrics.ts'
import { createGetModel, createListModels } from './http/models.ts'
import { createEdit } from './http/native/create-edit.ts'
import { createStoredEdits, type StoredEdits } from './http/native/stored-edits.ts'
import { createOpenApi, openApiDocument } from './http/openapi.ts'
import { adminRoutes, type Handlers, routesOf } from './http/routes.ts'
import type { Route } from './http/route.ts'
import { createRouteTable } from './http/route-table.ts'
import { type RunningServer, type ServerOptions, startServer } from './http/server.ts'
import { DEFAULT_IMAGE_LIMITS } from './image/limits.ts'
import { createPipeline } from './main.ts'
import { allModels } from './models/registry.ts'
import type { Log } from './observe/log.ts'
import { createObserver, type Observer } from './observe/observer.ts'
import { createLinkSigner } from './store/link-signer.ts'
import { createResults } from './store/results.ts'
import { openFileBlobs } from './store/file-blobs.ts'
import { soleTarget } from './route/target.ts'
import { processUsage, realSystem } from './system.ts'
import { createTargets, type TargetSettings } from './targets.ts'
import { createSlabPool } from './wire/slabs.ts'

export interface RunningGateway {
  readonly url: string
  readonly port: number
  /** Of the administrative listener; `null`: there is none. */
  readonly adminUrl: string | null
  /** Takes no new work, lets what is under way end, and closes. Says how many connections had to be cut. */
  close(): Promise<{ readonly cutConnections: number }>
}

/** What has expired cannot be fetched any more at once, and leaves the disk within that. */
const SWEEP_EVERY_MS = 60_000

export interface GatewayOptions {
  readonly log: Log
  readonly version: string
  readonly system?: System
}

/** The server, put together. Rejects with `PlantainError` where a target cannot be had or a port not be opened. */
export async function startGateway(config: GatewayConfig, options: GatewayOptions): Promise<RunningGateway> {
  const { log, version, system = realSystem } = options
  const { limits, store } = config
  const targets = createTargets(system)
  const opened = await Promise.all(config.targets.map((target) => targets.open(settingsOf(target))))
  const pool = createSlabPool({ maxBytes: limits.inFlightBytes })
  const bodies = createBodyReader(pool, limits)
  const observer = await observerOf(config, { system, log, version, bytesInFlight: () => pool.heldBytes() })
  const blobs = await openFileBlobs({ ...system, directory: store.folder, maxBytes: store.maxBytes })
  const fleet: Fleet = { targets: opened.map(({ provider }) => soleTarget(provider)), rules: [] }
  const pipeline = createPipeline({
    system,
    fleet: () => fleet,
    verify: limits.verify,
    imageLimits: { ...DEFAULT_IMAGE_LIMITS, maxPixels: limits.imagePixels },
  })
  const files = await openFilesDoor({
    ...system,
    blobs,
    bodies,
    limits: { fileLifeMs: store.filesKeepMs, maxTotalBytes: store.maxBytes },
  })
  const stored = createStoredEdits({
    ...system,
    results: createResults({ ...system, blobs, keepMs: store.resultsKeepMs }),
    // Links end with the process, as what they lead to does not: a secret for several processes comes with shared stores.
    links: createLinkSigner(system),
    unkept: (error) => log.warn('A result could not be kept; its caller got it all the same.', { error }),
  })
  const sweeping = setInterval(() => {
    blobs.sweep().catch((error: unknown) => log.warn('Expired files could not be deleted.', { error }))
  }, SWEEP_EVERY_MS).unref()
  let draining = false
  const handlers = handlersOf(config, {
    system,
    pipeline,
    bodies,
    files,
    stored,
    version,
    draining: () => draining,
    metrics: config.observe.metrics ? createMetrics(observer) : null,
  })
  const tls = await readTls(config)
  const listening = await listen(config, handlers, {
    system,
    observer,
    log,
    tls,
    draining: () => draining,
  })
  return {
    url: listening.main.url,
    port: listening.main.port,
    adminUrl: listening.admin?.url ?? null,
    close: async () => {
      draining = true
      const { cutConnections } = await listening.main.drain(limits.drainMs)
      await listening.admin?.drain(0)
      clearInterval(sweeping)
      await targets.close()
      await observer.close()
      return { cutConnections }
    },
  }
}

interface ListenParts {
  readonly system: System
  readonly observer: Observer
  readonly log: Log
  readonly tls: ServerOptions['tls']
  readonly draining: () => boolean
}

/** One listener, or two where administration has one of its own. */
async function listen(
  config: GatewayConfig,
  handlers: Handlers,
  parts: ListenParts,
): Promise<{ readonly main: RunningServer; readonly admin: RunningServer | null }> {
  const { limits, admin } = config
  const guard = createGuard({
    callers: config.keys,
    keyless: config.keyless,
    publicUrl: config.listen.publicUrl,
    corsOrigins: config.cors.origins,
    tls: parts.tls !== null,
  })
  const throttle = createThrottle(parts.system)
  const appOf = (routes: readonly Route[]) =>
    createApp({
      ...parts,
      guard,
      throttle,
      table: createRouteTable(routes),
      cors: config.cors,
      tls: parts.tls !== null,
      publicUrl: config.listen.publicUrl,
      readerIdleMs: limits.readerIdleMs,
    })
  const options = {
    ...limits,
    tls: parts.tls,
    // Headers and body have limits of their own; this is the net below them.
    requestTimeoutMs: limits.headersTimeoutMs + limits.bodyTotalMs + 5000,
  }
  const main = appOf(routesOf(admin === null ? handlers : { ...handlers, metrics: null }))
  const second = admin === null ? null : appOf(adminRoutes(handlers))
  return {
    main: await startServer(main, { ...options, ...config.listen, tls: parts.tls }),
    admin: admin && second ? await startServer(second, { ...options, ...admin }) : null,
  }
}

async function readTls({ listen: { tls } }: GatewayConfig): Promise<ServerOptions['tls']> {
  if (tls === null) return null
  const [cert, key] = await Promise.all([readFile(tls.cert), readFile(tls.key)])
  return { cert, key }
}

/** `config/` knows nothing of providers, and they nothing of it. */
function settingsOf(target: GatewayTarget): TargetSettings {
  const { name } = target
  switch (target.provider) {
    case 'local':
      return { kind: 'local' }
    case 'ai-studio': {
      const [credential] = target.credentials
      const { baseUrl, apiVersion } = target
      return {
        kind: 'ai-studio',
        name,
        key: credential.key,
        ...(baseUrl !== null && { baseUrl }),
        ...(apiVersion !== null && { apiVersion }),
      }
    }
    case 'vertex': {
      const [credential] = target.credentials
      const { baseUrl, project, location } = target
      const common = { kind: 'vertex' as const, name, ...(baseUrl !== null && { baseUrl }) }
      if (credential.kind === 'api-key') return { ...common, key: credential.key }
      const { impersonate } = credential
      return {
        ...common,
        credential:
          credential.kind === 'adc'
            ? { kind: 'adc', env: credential.env }
            : { kind: 'file', path: credential.path },
        location,
        ...(project !== null && { project }),
        ...(impersonate !== null && { impersonate }),
      }
    }
  }
}

function observerOf(
  { observe }: GatewayConfig,
  {
    system,
    log,
    version,
    bytesInFlight,
  }: GatewayOptions & { readonly system: System; readonly bytesInFlight: () => number },
): Promise<Observer> {
  const knownModels = allModels().map(({ id }) => id)
  return createObserver({
    system,
    log,
    ...(observe.metrics && { metrics: { usage: processUsage, bytesInFlight, knownModels } }),
    ...(observe.traces && { traces: { ...observe.traces, version } }),
  })
}

interface HandlerParts {
  readonly system: System
  readonly pipeline: EditParts
  readonly bodies: BodyReader
  readonly files: FilesDoor
  readonly stored: StoredEdits
  readonly version: string
  readonly draining: () => boolean
  readonly metrics: Handlers['metrics']
}

function handlersOf(config: GatewayConfig, parts: HandlerParts): Handlers {
  const { system, pipeline, bodies, files, stored, version, draining, metrics } = parts
  const { editTimeoutMs } = config.limits
  const resolveFile = (uri: string, keyId: string) => files.resolve(uri, keyId)
  const models = { system, providers: [...new Set(config.targets.map(({ provider }) => provider))] }
  const document = () => openApiDocument(routesOf(handlers), { version })
  const handlers: Handlers = {
    createEdit: createEdit({
      system,
      bodies,
      resolveFile,
      edit: (request, signal) => edit(pipeline, request, signal),
      editTimeoutMs,
      keep: stored.keep,
      keepsResults: config.store.resultsKeepMs > 0,
    }),
    getEdit: stored.get,
    deleteEdit: stored.delete,
    getImage: stored.image,
    generate: createGenerate({
      system,
      bodies,
      resolveFile,
      edit: (request, signal) => edit(pipeline, request, signal),
      relay: (request, signal) => relay(pipeline, request, signal),
      legacyText: config.models.legacyText,
      editTimeoutMs,
    }),
    listModels: createListModels(models),
    getModel: createGetModel(models),
    startUpload: files.start,
    resumeUpload: files.resume,
    listFiles: files.list,
    getFile: files.get,
    deleteFile: files.delete,
    healthz,
    readyz: createReadyz({ draining }),
    openApi: createOpenApi(document),
    docs: createDocs(document),
    metrics,
  }
  return handlers
}
