import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { permissionFault } from '../auth/permission.ts'
import type { Admission, Guard } from '../auth/guard.ts'
import type { LimitHeaders, Throttle } from '../auth/throttle.ts'
import type { Caller } from '../contract/caller.ts'
import { type Fault, fault, PlantainError } from '../contract/error.ts'
import type { System } from '../contract/system.ts'
import type { Log } from '../observe/log.ts'
import type { Observer } from '../observe/observer.ts'
import { requestIdOf } from '../observe/request-id.ts'
import { runOut } from './body/run-out.ts'
import { type Cors, corsHeaders, preflightHeaders } from './cors.ts'
import type { Exchange, Reply } from './exchange.ts'
import { faultReply } from './fault-reply.ts'
import { cutOff, sendReply } from './reply-sender.ts'
import { createReleases } from './releases.ts'
import type { Door, Route } from './route.ts'
import { type Found, type RouteTable } from './route-table.ts'
import { flawOfHead } from './sound-head.ts'
import { securityHeaders } from './security-headers.ts'

/** What the one mount point of everything stands on. */
export interface AppParts {
  readonly system: System
  readonly table: RouteTable
  readonly guard: Guard
  readonly throttle: Throttle
  readonly observer: Observer
  readonly log: Log
  readonly cors: Cors
  readonly tls: boolean
  /** Origin the gateway is known under; `null`: what the caller asked for. */
  readonly publicUrl: string | null
  /** Whether it is being stopped: what is under way goes on, and nothing new is begun. */
  readonly draining: () => boolean
  /** How long a reader may take nothing of its answer. */
  readonly readerIdleMs: number
}

/**
 * Answers every request, through one door after the other: is there such a path, who asks and may it, how often,
 * then the handler. Nothing is mounted elsewhere, so that nothing can be forgotten.
 */
export function createApp(parts: AppParts): RequestListener {
  return (request, response) => {
    serve(request, response, parts).catch((thrown: unknown) => {
      parts.log.error('A request could not be answered.', { error: thrown })
      cutOff(response)
    })
  }
}

async function serve(request: IncomingMessage, response: ServerResponse, parts: AppParts): Promise<void> {
  const { system, table, observer, cors, readerIdleMs } = parts
  const { socket } = request
  // On a connection that is being ended nobody reads an answer.
  if (!socket.writable) return
  const { path, query } = addressOf(request)
  const { method = '' } = request
  const requestId = requestIdOf(request.headers, system)
  const found = table.find(method, path)
  const door = doorOf(found)
  const watch = observer.begin({
    requestId,
    method,
    door,
    route: found.kind === 'route' ? found.route.path : 'none',
    traceparent: firstOf(request.headers['traceparent']),
    address: request.socket.remoteAddress,
  })
  const left = new AbortController()
  const gone = () => {
    if (!response.writableFinished) left.abort(new Error('The caller has gone.'))
  }
  response.once('close', gone)
  // Not every release of Node tells an answer that waits behind others for its turn.
  socket.once('close', gone)
  const { defer, release } = createReleases(parts.log)
  const base = {
    request,
    signal: left.signal,
    requestId,
    watch,
    method,
    path,
    query,
    defer,
    origin: originOf(request, parts),
  }
  const flaw = flawOfHead(request)
  try {
    const reply = await answered(found, base, { ...parts, flaw })
    const headers = {
      ...securityHeaders(parts),
      ...corsHeaders(request.headers, cors),
      'x-request-id': requestId,
      ...reply.headers,
      ...(isStream(reply) ? {} : { 'server-timing': watch.serverTiming() }),
      ...(request.complete && !parts.draining() && flaw === null ? {} : { connection: 'close' }),
    }
    // Not only once it is sent: an answer may have to wait for its turn, and a connection that is not read from does not
    // tell that its caller has gone.
    runOut(request)
    const sent = await sendReply({ ...reply, headers }, response, {
      withBody: method !== 'HEAD',
      signal: left.signal,
      readerIdleMs,
    })
    watch.end({ status: reply.status, ...sent })
  } finally {
    // What is given back now is not to be looked at by whoever hears of it later.
    socket.off('close', gone)
    response.off('close', gone)
    await release()
  }
}

type Base = Omit<Exchange, 'caller' | 'providerCredential' | 'params'>

/** The reply, whatever happens: a handler that fails on a bug is an answer too. */
async function answered(
  found: Found,
  base: Base,
  parts: AppParts & { readonly flaw: string | null },
): Promise<Reply> {
  const door = doorOf(found)
  const { watch } = base
  let limits: LimitHeaders = {}
  try {
    if (parts.flaw !== null) throw new PlantainError('invalid_request', parts.flaw)
    if (base.method === 'OPTIONS') return preflight(found, base, parts)
    const route = mustBeRoute(found)
    const { caller, providerCredential } = admitted(route, base, parts)
    if (route.access !== 'open') {
      const entry = parts.throttle.enter(caller)
      limits = entry.headers
      if (entry.kind === 'fault') throw new PlantainError(entry.fault)
      // Until the answer is out: a stream is work under way.
      base.defer(entry.leave)
      watch.caller(caller.keyId)
    }
    const params = found.kind === 'route' ? found.params : {}
    const reply = await route.handler({ ...base, caller, providerCredential, params })
    return { ...reply, headers: { ...limits, ...reply.headers } }
  } catch (thrown) {
    const why = faultOf(thrown, base, parts)
    watch.refused(why.code)
    const reply = faultReply(why, door)
    return { ...reply, headers: { ...limits, ...reply.headers, ...allowHeader(found) } }
  }
}

function doorOf(found: Found): Door {
  return found.kind === 'route' ? found.route.door : found.door
}

/** What was asked for is not repeated: a path may hold anything, keys too. */
function mustBeRoute(found: Found): Route {
  if (found.kind === 'route') return found.route
  if (found.kind === 'nowhere') {
    throw new PlantainError('not_found', 'There is nothing at this path. GET /docs shows what there is.')
  }
  throw new PlantainError(
    'method_not_allowed',
    `This path takes ${found.methods.join(' and ')}, no other method.`,
  )
}

function allowHeader(found: Found): Readonly<Record<string, string>> {
  return found.kind === 'other-method' ? { allow: found.methods.join(', ') } : {}
}

const ANYBODY: Caller = {
  keyId: 'anybody',
  scopes: [],
  models: [],
  providers: [],
  environment: null,
  regions: [],
  passThrough: false,
  limits: { concurrent: 0, requestsPerMinute: 0, costMicroUsdPerEdit: 0 },
}

type Admitted = Omit<Extract<Admission, { kind: 'admitted' }>, 'kind'>

function admitted(route: Route, { request, query }: Base, parts: AppParts): Admitted {
  if (route.access === 'open') return { caller: ANYBODY, providerCredential: null }
  if (parts.draining()) {
    throw new PlantainError('shutting_down', 'The gateway is being stopped. Try again shortly.', {
      waitMs: 5000,
    })
  }
  const admission = parts.guard.admit({
    headers: request.headersDistinct,
    query,
    remoteAddress: request.socket.remoteAddress,
  })
  if (admission.kind === 'fault') throw new PlantainError(admission.fault)
  const forbidden = permissionFault(admission.caller, { scope: route.access })
  if (forbidden !== null) throw new PlantainError(forbidden)
  return admission
}

function faultOf(thrown: unknown, { signal, requestId }: Base, { log }: AppParts): Fault {
  if (PlantainError.is(thrown)) return thrown.fault
  if (signal.aborted) return fault('cancelled', 'The caller has gone.')
  log.error('A handler failed.', { error: thrown, requestId })
  return fault('internal', `Something is wrong in Plantain. Report it with the request id ${requestId}.`)
}

function preflight(found: Found, { request }: Base, { cors }: AppParts): Reply {
  const methods = found.kind === 'other-method' ? found.methods : []
  return { status: 204, headers: preflightHeaders(request.headers, cors, methods), body: [] }
}

function isStream({ body }: Reply): boolean {
  return !Array.isArray(body)
}

/** Cut by hand: what is no URL to a parser is a path all the same, and gets its 404. */
function addressOf({ url = '/' }: IncomingMessage): { path: string; query: URLSearchParams } {
  const at = url.indexOf('?')
  if (at === -1) return { path: url, query: new URLSearchParams() }
  return { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) }
}

function originOf({ headers }: IncomingMessage, { publicUrl, tls }: AppParts): string {
  if (publicUrl !== null) return publicUrl
  const host = /^[\w.:[\]-]{1,255}$/.test(headers.host ?? '') ? headers.host : 'localhost'
  return `${tls ? 'https' : 'http'}://${host}`
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}
