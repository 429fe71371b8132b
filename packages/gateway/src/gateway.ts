import { createGuard } from './auth/guard.ts'
import { createThrottle } from './auth/throttle.ts'
import type { Caller, KnownKey } from './contract/caller.ts'
import { PlantainError } from './contract/error.ts'
import type { System } from './contract/system.ts'
import { edit, type EditParts } from './edit/edit.ts'
import { relay } from './edit/relay.ts'
import type { Inspection } from './edit/spec.ts'
import { createApp } from './http/app.ts'
import { createBodyReader } from './http/body/json-body.ts'
import type { Cors } from './http/cors.ts'
import { createDocs } from './http/docs-page.ts'
import { createGenerate } from './http/gemini/generate.ts'
import { createReadyz, healthz } from './http/health.ts'
import { createMetrics } from './http/metrics.ts'
import { createGetModel, createListModels } from './http/models.ts'
import { createEdit } from './http/native/create-edit.ts'
import { createOpenApi, openApiDocument } from './http/openapi.ts'
import { type Handlers, routesOf } from './http/routes.ts'
import { createRouteTable } from './http/route-table.ts'
import { startServer } from './http/server.ts'
import { DEFAULT_IMAGE_LIMITS } from './image/limits.ts'
import { createPipeline } from './main.ts'
import { allModels } from './models/registry.ts'
import type { Log } from './observe/log.ts'
import { createObserver } from './observe/observer.ts'
import { processUsage, realSystem } from './system.ts'
import { createTargets, type TargetSettings } from './targets.ts'
import { createSlabPool } from './wire/slabs.ts'

/** What a gateway is told; `config/` reads it from a file. Sizes in bytes. */
export interface GatewaySettings {
  readonly listen: {
    readonly host: string
    readonly port: number
    readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null
    /** Origin under which it is known, where that is another. */
    readonly publicUrl: string | null
  }
  /** None: whoever is on this machine may come in without one. */
  readonly keys: readonly KnownKey[]
  readonly keyless: Caller
  readonly targets: readonly TargetSettings[]
  readonly legacyText: 'edit' | 'pass' | 'refuse'
  readonly limits: {
    readonly requestBytes: number
    readonly inFlightBytes: number
    readonly headerBytes: number
    readonly headersTimeoutMs: number
    readonly bodyIdleMs: number
    readonly bodyTotalMs: number
    readonly keepAliveMs: number
    readonly connections: number
    readonly editTimeoutMs: number
    readonly drainMs: number
    /** How long a reader may take nothing of its answer; 60 s where not given. */
    readonly readerIdleMs?: number
    /** How long a request that was answered before its end may run out; 5 s where not given. */
    readonly lingerMs?: number
    readonly imagePixels: number
    readonly verify: Inspection['verify']
  }
  readonly cors: Cors
  readonly observe: { readonly metrics: boolean; readonly traces: { readonly endpoint: string } | null }
}

export interface RunningGateway {
  readonly url: string
  readonly port: number
  /** Takes no new work, lets what is under way end, and closes. Says how many connections had to be cut. */
  close(): Promise<{ readonly cutConnections: number }>
}

/** The server, put together. Rejects with `PlantainError` where a target cannot be had or the port not be opened. */
export async function startGateway(
  settings: GatewaySettings,
  { log, version, system = realSystem }: { log: Log; version: string; system?: System },
): Promise<RunningGateway> {
  const { listen, limits, observe } = settings
  const targets = createTargets(system)
  const opened = await Promise.all(settings.targets.map((target) => targets.open(target)))
  const providers = opened.map(({ provider }) => provider)
  const pool = createSlabPool({ maxBytes: limits.inFlightBytes })
  const observer = await createObserver({
    system,
    log,
    ...(observe.metrics && {
      metrics: {
        usage: processUsage,
        bytesInFlight: () => pool.heldBytes(),
        knownModels: allModels().map(({ id }) => id),
      },
    }),
    ...(observe.traces && { traces: { ...observe.traces, version } }),
  })
  const pipeline = createPipeline({
    system,
    providers,
    verify: limits.verify,
    imageLimits: { ...DEFAULT_IMAGE_LIMITS, maxPixels: limits.imagePixels },
  })
  let draining = false
  const handlers = handlersOf(settings, {
    system,
    pipeline,
    bodies: createBodyReader(pool, limits),
    version,
    draining: () => draining,
    metrics: observe.metrics ? createMetrics(observer) : null,
  })
  const app = createApp({
    system,
    table: createRouteTable(routesOf(handlers)),
    guard: createGuard({
      callers: settings.keys,
      keyless: settings.keyless,
      publicUrl: listen.publicUrl,
      corsOrigins: settings.cors.origins,
      tls: listen.tls !== null,
    }),
    throttle: createThrottle(system),
    observer,
    log,
    cors: settings.cors,
    tls: listen.tls !== null,
    publicUrl: listen.publicUrl,
    draining: () => draining,
    readerIdleMs: limits.readerIdleMs ?? DEFAULT_READER_IDLE_MS,
  })
  const server = await startServer(app, {
    ...listen,
    ...limits,
    // Headers and body have limits of their own; this is the net below them.
    requestTimeoutMs: limits.headersTimeoutMs + limits.bodyTotalMs + 5000,
  })
  return {
    url: server.url,
    port: server.port,
    close: async () => {
      draining = true
      const { cutConnections } = await server.drain(limits.drainMs)
      await targets.close()
      await observer.close()
      return { cutConnections }
    },
  }
}

/** What a reader may take over no byte at all: a phone in a tunnel comes back within that. */
const DEFAULT_READER_IDLE_MS = 60_000

async function resolveFile() {
  return null
}

async function later(): Promise<never> {
  throw new PlantainError('not_implemented', 'Not yet.')
}

interface HandlerParts {
  readonly system: System
  readonly pipeline: EditParts
  readonly bodies: ReturnType<typeof createBodyReader>
  readonly version: string
  readonly draining: () => boolean
  readonly metrics: Handlers['metrics']
}

function handlersOf(settings: GatewaySettings, parts: HandlerParts): Handlers {
  const { system, pipeline, bodies, version, draining, metrics } = parts
  const { editTimeoutMs } = settings.limits
  const models = { system, providers: [...new Set(settings.targets.map(({ kind }) => kind))] }
  const document = () => openApiDocument(routesOf(handlers), { version })
  const handlers: Handlers = {
    createEdit: createEdit({
      system,
      bodies,
      resolveFile,
      edit: (request, signal) => edit(pipeline, request, signal),
      editTimeoutMs,
      keep: async (_, { metadata }) => ({ links: null, metadata }),
    }),
    getEdit: later,
    deleteEdit: later,
    getImage: later,
    generate: createGenerate({
      system,
      bodies,
      resolveFile,
      edit: (request, signal) => edit(pipeline, request, signal),
      relay: (request, signal) => relay(pipeline, request, signal),
      legacyText: settings.legacyText,
      editTimeoutMs,
    }),
    listModels: createListModels(models),
    getModel: createGetModel(models),
    startUpload: later,
    listFiles: later,
    getFile: later,
    deleteFile: later,
    healthz,
    readyz: createReadyz({ draining }),
    openApi: createOpenApi(document),
    docs: createDocs(document),
    metrics,
  }
  return handlers
}
