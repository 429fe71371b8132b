import type { IncomingMessage, ServerResponse } from 'node:http'
import { PlantainError } from '../../contract/error.ts'
import type { Clock } from '../../contract/system.ts'
import { type Seeded, seeded } from '../../image/seeded.ts'
import type { Place } from '../address.ts'
import { ApiError } from '../api-error.ts'
import type { Call } from '../call.ts'
import { errorContext } from '../faults/errors.ts'
import { type FaultPlan, planOf } from '../faults/plan.ts'
import type { ActingRule, Facts } from '../faults/rule.ts'
import type { CallRecord, SeenCall } from '../record.ts'
import type { Reply } from '../reply.ts'
import { kindOf, type Route, routeOf, type Target } from '../routes.ts'
import { delay, fail } from '../turn/turn-maker.ts'
import type { Body, BodyReader } from './body.ts'
import { crossOrigin, preflight } from './cross-origin.ts'
import { deliver } from './delivery.ts'
import { page } from './page.ts'

export interface ExchangeParts {
  readonly clock: Clock
  readonly seed: number
  readonly record: CallRecord
  readonly bodies: BodyReader
  /** The rules that act on a call, the caller's own list last. Throws where that cannot be read. */
  readonly acting: (facts: Facts, ownList: string, random: Seeded) => readonly ActingRule[]
  readonly credentialOf: (request: Pick<Call, 'headers' | 'query'>) => SeenCall['credential']
  readonly handle: (call: Call, target: Target) => Promise<Reply>
  /** An error in the dialect that was spoken. */
  readonly refuse: (error: ApiError, call: Call, target: Target) => Reply
  /** Takes note of a fault of the emulator's own. */
  readonly crashed: (thrown: unknown) => void
}

/** Faults for one call only, written as for `--persona`. */
export const PERSONA_HEADER = 'x-emulator-persona'
/** Under which id `/emulator/state` lists the call. */
const CALL_HEADER = 'x-emulator-call'

/** One request from its head to the end of its answer, and what is remembered of it. Never rejects. */
export async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  { number, parts }: { readonly number: number; readonly parts: ExchangeParts },
): Promise<void> {
  const begunMs = parts.clock.monotonicMs()
  const left = new AbortController()
  response.once('close', () => left.abort(new Error('The caller has gone.')))
  const opened = open(request, left.signal, { number, parts })
  const { call, route, body } = opened
  const ours = route.target.to === 'admin'
  if (!ours) parts.record.begin(seenCall(opened, parts), kindOf(route.target) === 'generation')

  const reply = withHeaders(await answered(opened, parts), call, ours)
  const delivered = await deliver(reply, call.faults.transport, { response, signal: left.signal })

  const { status } = reply
  const tookMs = Math.round(parts.clock.monotonicMs() - begunMs)
  if (!ours) parts.record.note(number, { ...delivered, ...body.seen(), status, tookMs })
  body.release()
}

interface Opened {
  readonly call: Call
  readonly route: Route
  readonly body: Body
  readonly credential: SeenCall['credential']
  /** What the caller wrote wrongly in the header for faults. */
  readonly misspelt: ApiError | null
}

function open(
  request: IncomingMessage,
  signal: AbortSignal,
  { number, parts }: { readonly number: number; readonly parts: ExchangeParts },
): Opened {
  const { method = '', headers } = request
  const { path, query } = addressOf(request)
  const route = routeOf(method, path, query)
  const { surface, apiVersion, target } = route
  const random = seeded(Math.imul(parts.seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b))
  const credential = parts.credentialOf({ headers, query })
  const place = placeOf(target)
  const facts: Facts = {
    kind: kindOf(target),
    surface,
    model: modelOf(target) ?? '',
    location: place.location,
    credential: credential?.fingerprint ?? '',
  }
  const { faults, misspelt } = plan(facts, { headers, random, ours: target.to === 'admin' }, parts)
  const body = parts.bodies.read(request, { surface, signal })
  const call: Call = {
    number,
    id: `call-${number}`,
    method,
    path,
    query,
    headers,
    apiVersion,
    surface,
    place,
    faults,
    origin: `http://${headers.host ?? ''}`,
    signal,
    random,
    json: body.json,
    bytes: body.bytes,
    stream: body.stream,
  }
  return { call, route, body, credential, misspelt }
}

function plan(
  facts: Facts,
  { headers, random, ours }: { headers: IncomingMessage['headers']; random: Seeded; ours: boolean },
  { acting }: ExchangeParts,
): { readonly faults: FaultPlan; readonly misspelt: ApiError | null } {
  try {
    const list = [headers[PERSONA_HEADER] ?? ''].flat().join(',')
    return { faults: planOf(ours ? [] : acting(facts, list, random), random), misspelt: null }
  } catch (thrown) {
    if (!PlantainError.is(thrown)) throw thrown
    const misspelt = new ApiError(400, `${PERSONA_HEADER}: ${thrown.message}`)
    return { faults: planOf([], random), misspelt }
  }
}

/** The reply, whatever happens. */
async function answered({ call, route, misspelt }: Opened, parts: ExchangeParts): Promise<Reply> {
  const { target } = route
  try {
    if (misspelt) throw misspelt
    if (call.method === 'OPTIONS') return preflight()
    if (call.faults.page) {
      await delay(call)
      return page(call.faults.page.status)
    }
    // Whoever asks a model for something waits and fails in the model's turn, once the request is understood.
    if (kindOf(target) !== 'generation') {
      await fail(call, errorContext({ modelId: modelOf(target) ?? '' }, call))
    }
    return await parts.handle(call, target)
  } catch (thrown) {
    if (thrown instanceof ApiError) return parts.refuse(thrown, call, target)
    if (call.signal.aborted) return parts.refuse(new ApiError(499, 'The caller has gone.'), call, target)
    parts.crashed(thrown)
    const ourFault = 'The emulator itself failed; Google has nothing to do with it. Please report it.'
    return parts.refuse(new ApiError(500, ourFault), call, target)
  }
}

function withHeaders(reply: Reply, call: Call, ours: boolean): Reply {
  if (ours) return reply
  return { ...reply, headers: { ...reply.headers, ...crossOrigin(call), [CALL_HEADER]: call.id } }
}

function seenCall({ call, route, credential }: Opened, { clock }: ExchangeParts): SeenCall {
  const { id, number, method, path, surface, faults } = call
  return {
    id,
    number,
    at: new Date(clock.now()).toISOString(),
    method,
    path,
    to: route.target.to,
    surface,
    model: modelOf(route.target) ?? null,
    credential,
    requestBytes: 0,
    requestSha256: null,
    images: [],
    personas: faults.personas,
    status: null,
    end: 'open',
    finishReason: null,
    answerBytes: 0,
    answerImages: [],
    imagesBilled: 0,
    usage: null,
    costMicroUsd: 0,
    tookMs: null,
  }
}

/** Cut by hand: what is no URL to a parser is a path all the same, and gets its 404. */
function addressOf({ url = '/' }: IncomingMessage): {
  readonly path: string
  readonly query: URLSearchParams
} {
  const at = url.indexOf('?')
  if (at === -1) return { path: url, query: new URLSearchParams() }
  return { path: url.slice(0, at), query: new URLSearchParams(url.slice(at + 1)) }
}

function modelOf(target: Target): string | undefined {
  return 'modelId' in target ? target.modelId : undefined
}

function placeOf(target: Target): Place {
  return 'project' in target
    ? { project: target.project, location: target.location }
    : { project: '', location: '' }
}
