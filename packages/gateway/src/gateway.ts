import { readFile } from 'node:fs/promises'
import { createGuard, type Guard } from './auth/guard.ts'
import { createThrottle } from './auth/throttle.ts'
import type { GatewayConfig } from './config/gateway-config.ts'
import type { LoadedConfig } from './config/load-gateway-config.ts'
import { createFleet } from './fleet.ts'
import type { Caller } from './contract/caller.ts'
import type { EditRequest } from './contract/request.ts'
import type { System } from './contract/system.ts'
import { edit } from './edit/edit.ts'
import { foreseen } from './edit/foreseen.ts'
import type { EditParts } from './edit/parts.ts'
import { relay } from './edit/relay.ts'
import { createApp } from './http/app.ts'
import { type BodyReader, createBodyReader } from './http/body/json-body.ts'
import { createDocs } from './http/docs-page.ts'
import { type FilesDoor, openFilesDoor } from './http/gemini/files.ts'
import { createGenerate } from './http/gemini/generate.ts'
import { createModelCalls, type ModelMethods } from './http/gemini/model-calls.ts'
import { createReadyz, healthz } from './http/health.ts'
import { createMetrics } from './http/metrics.ts'
import { createInteraction } from './http/interactions/create-interaction.ts'
import { createGetModel, createListModels } from './http/models.ts'
import { createEdit } from './http/native/create-edit.ts'
import { createStoredEdits, type StoredEdits } from './http/native/stored-edits.ts'
import { createImages } from './http/openai/images.ts'
import { createOpenApi, openApiDocument } from './http/openapi.ts'
import {
  createListTargets,
  createReload,
  createSetDraining,
  type Reloaded,
  type TargetsParts,
} from './http/targets.ts'
import { adminRoutes, type Handlers, routesOf } from './http/routes.ts'
import type { Route } from './http/route.ts'
import { createRouteTable } from './http/route-table.ts'
import { type RunningServer, type ServerOptions, startServer } from './http/server.ts'
import { createPredict } from './http/vertex/predict.ts'
import { createGetPublisherModel, createListPublisherModels } from './http/vertex/publisher-models.ts'
import { createVertexCalls } from './http/vertex/vertex-calls.ts'
import { DEFAULT_IMAGE_LIMITS } from './image/limits.ts'
import { createPipeline } from './main.ts'
import { allModels, RECOMMENDED_MODEL } from './models/registry.ts'
import type { Log } from './observe/log.ts'
import { createObserver, type Observer } from './observe/observer.ts'
import { createLinkSigner } from './store/link-signer.ts'
import { createResults } from './store/results.ts'
import { openFileBlobs } from './store/file-blobs.ts'
import { LOCAL_MODEL_ID } from './route/plan.ts'
import { createRouteState } from './route/state.ts'
import { viewOf } from './route/view.ts'
import { processUsage, realSystem } from './system.ts'
import { createReloader } from './reload.ts'
import { createTargets } from './targets.ts'
import { createSlabPool } from './wire/slabs.ts'

export interface RunningGateway {
  readonly url: string
  readonly port: number
  /** Of the administrative listener; `null`: there is none. */
  readonly adminUrl: string | null
  /** Reads the configuration again and takes it where it is sound; `null`: it came from nowhere it could be read from. */
  readonly reload: (() => Promise<Reloaded>) | null
  /** Takes no new work, lets what is under way end, and closes. Says how many connections had to be cut. */
  close(): Promise<{ readonly cutConnections: number }>
}

/** What has expired cannot be fetched any more at once, and leaves the disk within that. */
const SWEEP_EVERY_MS = 60_000

export interface GatewayOptions {
  readonly log: Log
  readonly version: string
  readonly system?: System
  /** Reads the configuration again, from where it came; missing: it cannot be. */
  readonly load?: () => Promise<LoadedConfig>
}

/** The server, put together. Rejects with `PlantainError` where a target cannot be had or a port not be opened. */
export async function startGateway(config: GatewayConfig, options: GatewayOptions): Promise<RunningGateway> {
  const { log, version, system = realSystem, load } = options
  const { limits, store } = config
  const targets = createTargets(system, { connectTimeoutMs: config.routing.timeouts.connectMs })
  const state = createRouteState({
    lockedOut: (key, { code, message }) =>
      log.warn('A key was taken out: Google does not let it in. Mend or replace it; it is tried again.', {
        key,
        code,
        message,
      }),
    letIn: (key) => log.info('Google lets a key in again.', { key }),
  })
  const fleet = await createFleet(config, {
    state,
    clock: system.clock,
    open: (settings) => targets.open(settings),
  })
  const { isDraining } = fleet
  const view = () => viewOf(fleet.all(), { state, nowMs: system.clock.monotonicMs(), isDraining })
  const pool = createSlabPool({ maxBytes: limits.inFlightBytes })
  const bodies = createBodyReader(pool, limits)
  const observer = await observerOf(config, {
    system,
    log,
    version,
    bytesInFlight: () => pool.heldBytes(),
    view,
  })
  const blobs = await openFileBlobs({ ...system, directory: store.folder, maxBytes: store.maxBytes })
  const pipeline = createPipeline({
    system,
    pool: targets.pool,
    segmenter: targets.segmenter,
    fleet: fleet.current,
    state,
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
  const over = new AbortController()
  const guard = reloadableGuard(config)
  const reload = load === undefined ? null : createReloader(config, { load, log, fleet, guard })
  const handlers = handlersOf(config, {
    system,
    pipeline,
    bodies,
    files,
    stored,
    version,
    draining: () => draining,
    over: over.signal,
    targets: { view, setDraining: fleet.setDraining, reload },
    metrics: config.observe.metrics ? createMetrics(observer) : null,
  })
  const tls = await readTls(config)
  const listening = await listen(config, handlers, {
    system,
    guard,
    observer,
    log,
    tls,
    draining: () => draining,
  })
  return {
    url: listening.main.url,
    port: listening.main.port,
    adminUrl: listening.admin?.url ?? null,
    reload,
    close: async () => {
      draining = true
      const { cutConnections } = await listening.main.drain(limits.drainMs)
      await listening.admin?.drain(0)
      // What goes on for callers who have gone, or were cut off.
      over.abort(new Error('The gateway has been stopped.'))
      clearInterval(sweeping)
      await targets.close()
      await observer.close()
      return { cutConnections }
    },
  }
}

function guardOf({ keys, keyless, listen: { publicUrl, tls }, cors }: GatewayConfig): Guard {
  return createGuard({ callers: keys, keyless, publicUrl, corsOrigins: cors.origins, tls: tls !== null })
}

/** A guard that can be told of other keys while requests come in. */
function reloadableGuard(config: GatewayConfig): Guard & { readonly load: (config: GatewayConfig) => void } {
  let guard = guardOf(config)
  return {
    admit: (knock) => guard.admit(knock),
    load: (next) => {
      guard = guardOf(next)
    },
  }
}

interface ListenParts {
  readonly system: System
  readonly guard: Guard
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
  const throttle = createThrottle(parts.system)
  const appOf = (routes: readonly Route[]) =>
    createApp({
      ...parts,
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
  const main = appOf(routesOf(handlers, { withAdmin: admin === null }))
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

function observerOf(
  { observe }: GatewayConfig,
  {
    system,
    log,
    version,
    bytesInFlight,
    view,
  }: GatewayOptions & {
    readonly system: System
    readonly bytesInFlight: () => number
    readonly view: TargetsParts['view']
  },
): Promise<Observer> {
  const knownModels = allModels().map(({ id }) => id)
  return createObserver({
    system,
    log,
    ...(observe.metrics && { metrics: { usage: processUsage, bytesInFlight, knownModels, targets: view } }),
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
  /** Aborts when whatever is still under way has to end. */
  readonly over: AbortSignal
  readonly targets: TargetsParts
  readonly metrics: Handlers['metrics']
}

function handlersOf(config: GatewayConfig, parts: HandlerParts): Handlers {
  const { system, pipeline, bodies, files, stored, version, draining, over, targets, metrics } = parts
  const { editTimeoutMs } = config.limits
  const resolveFile = (uri: string, keyId: string) => files.resolve(uri, keyId)
  const models = { system, providers: () => [...new Set(pipeline.fleet().targets.map(({ kind }) => kind))] }
  const document = () => openApiDocument(routesOf(handlers, { withAdmin: true }), { version })
  const editing = {
    system,
    bodies,
    edit: (request: EditRequest, leaving: AbortSignal) => edit(pipeline, request, { leaving, cancel: over }),
    editTimeoutMs,
  }
  const keeping = {
    ...editing,
    resolveFile,
    keep: stored.keep,
    keepsResults: config.store.resultsKeepMs > 0,
  }
  const images = { ...keeping, defaultModel: (caller: Caller) => defaultModel(pipeline, caller) }
  const methods: ModelMethods = {
    generate: createGenerate({
      ...editing,
      resolveFile,
      // Nobody comes back for an answer of words, and each that is not made saves its price.
      relay: (request, leaving) => relay(pipeline, request, { cancel: AbortSignal.any([leaving, over]) }),
      legacyText: config.models.legacyText,
      providers: () => pipeline.fleet().targets.map(({ kind }) => kind),
    }),
    predict: createPredict({
      ...editing,
      inspection: pipeline.inspection,
      foreseen: (request, photo) => foreseen(pipeline, request, photo),
    }),
  }
  const locations = () => pipeline.fleet().targets.flatMap(({ location }) => location ?? [])
  const handlers: Handlers = {
    createEdit: createEdit({ ...keeping, previous: stored.previous }),
    editImages: createImages('image_edit', images),
    generateImages: createImages('image_generation', images),
    getEdit: stored.get,
    deleteEdit: stored.delete,
    getImage: stored.image,
    callModel: createModelCalls(methods),
    callVertexModel: createVertexCalls({ ...methods, system, locations }),
    listPublisherModels: createListPublisherModels(models),
    getPublisherModel: createGetPublisherModel(models),
    createInteraction: createInteraction({ ...keeping, legacyText: config.models.legacyText, locations }),
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
    listTargets: createListTargets(targets),
    drainKey: createSetDraining(targets, true),
    resumeKey: createSetDraining(targets, false),
    reload: createReload(targets),
    metrics,
  }
  return handlers
}

/** That of the first target the caller may use, as edits that name none have it. */
function defaultModel({ fleet }: EditParts, { providers }: Caller): string {
  const first = fleet().targets.find(({ kind }) => providers?.includes(kind) ?? true)
  return first?.kind === 'local' ? LOCAL_MODEL_ID : RECOMMENDED_MODEL
}
