import type { IncomingMessage, ServerResponse } from 'node:http'
import { PlantainError } from '../../contract/error.ts'
import type { Clock } from '../../contract/system.ts'
import { seeded } from '../../image/seeded.ts'
import type { Place } from '../address.ts'
import { ApiError } from '../../wire/api-error.ts'
import type { Call } from '../call.ts'
import { errorContext } from '../faults/errors.ts'
import { type FaultPlan, planOf } from '../faults/plan.ts'
import type { Moment } from '../faults/rule.ts'
import type { RuleSets } from '../faults/rule-sets.ts'
import type { CallRecord, SeenCall } from '../record.ts'
import type { Reply } from '../reply.ts'
import { kindOf, type Route, routeOf, type Target } from '../routes.ts'
import { delay, fail } from '../turn/turn-maker.ts'
import { type Body, type BodyReader, drain } from './body.ts'
import { crossOrigin, PERSONA_HEADER, preflight } from './cross-origin.ts'
import { deliver } from './delivery.ts'
import { page } from './page.ts'

export interface ExchangeParts {
  readonly clock: Clock
  readonly seed: number
  readonly record: CallRecord
  readonly bodies: BodyReader
  /** A key no call ever had, and the place in the order since the last reset, which seeds the call. */
  readonly nextNumber: () => { readonly key: number; readonly ordinal: number }
  /** The rules that act on a call, the caller's own list last. Throws where that cannot be read. */
  readonly acting: RuleSets['acting']
  readonly credentialOf: (request: Pick<Call, 'headers' | 'query'>) => SeenCall['credential']
  readonly handle: (call: Call, target: Target) => Promise<Reply>
  /** An error in the dialect that was spoken. */
  readonly refuse: (error: ApiError, call: Call, target: Target) => Reply
  /** Takes note of a fault of the emulator's own. */
  readonly crashed: (thrown: unknown) => void
}

/** Under which id `/emulator/state` lists the call. */
const CALL_HEADER = 'x-emulator-call'

/** One request from its head to the end of its answer, and what is remembered of it. */
export async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  parts: ExchangeParts,
): Promise<void> {
  const begunMs = parts.clock.monotonicMs()
  const left = new AbortController()
  response.once('close', () => left.abort(new Error('The caller has gone.')))
  const opened = open(request, left.signal, parts)
  const { call, route, body, seen } = opened
  const ours = route.target.to === 'admin'
  if (!ours) parts.record.begin(call.number, seen, kindOf(route.target))
  try {
    const reply = withHeaders(await answered(opened, parts), call, ours)
    body.release()
    const delivered = await deliver(reply, call.faults.transport, { response, signal: left.signal })
    const tookMs = Math.round(parts.clock.monotonicMs() - begunMs)
    if (!ours) {
      const { status } = reply
      const { personas } = call.faults
      parts.record.note(call.number, { ...delivered, ...body.seen(), status, personas, tookMs })
    }
    await drain(request)
  } finally {
    body.release()
  }
}

interface Opened {
  readonly call: Call
  readonly route: Route
  readonly body: Body
  readonly seen: SeenCall
  /** What the caller wrote wrongly in the header for faults. */
  readonly misspelt: ApiError | null
}

function open(request: IncomingMessage, signal: AbortSignal, parts: ExchangeParts): Opened {
  const { method = '', headers } = request
  const { path, query } = addressOf(request)
  const route = routeOf(method, path, query)
  const { surface, apiVersion, target } = route
  const kind = kindOf(target)
  const ours = target.to === 'admin'
  const { key: number, ordinal } = ours ? NOBODY : parts.nextNumber()
  const random = seeded(Math.imul(parts.seed, 0x9e3779b1) ^ Math.imul(ordinal, 0x85ebca6b))
  const credential = parts.credentialOf({ headers, query })
  const place = placeOf(target)
  const ownList = [headers[PERSONA_HEADER] ?? ''].flat().join(',')
  const planAt = (at: Moment['at'], model: string): FaultPlan => {
    const { location } = place
    const facts = { kind, surface, model, location, credential: credential?.fingerprint ?? '' }
    return planOf(ours ? [] : parts.acting(facts, ownList, { at, random }), random)
  }
  const model = modelOf(target)
  const { faults, misspelt } = readable(() => planAt(kind === 'generation' ? 'arrival' : 'any', model))
  const body = parts.bodies.read(request, { surface, signal, ours })
  const call: Call = {
    number,
    id: `call-${ordinal}`,
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
    reach: (modelId) => {
      const { page: atFront, personas } = faults
      const plan = planAt('model', modelId)
      // In place: whoever holds the call, a background job too, sees the same plan.
      Object.assign(faults, plan, { page: atFront, personas: [...personas, ...plan.personas] })
      parts.record.note(number, { model: modelId })
      body.release()
    },
    json: body.json,
    bytes: body.bytes,
    stream: body.stream,
  }
  return {
    call,
    route,
    body,
    misspelt,
    seen: seenCall(call, { ordinal, to: target.to, credential, model }, parts),
  }
}

/** Calls to the emulator itself are none of Google's: they have no number and change nobody's luck. */
const NOBODY = { key: 0, ordinal: 0 }

function readable(plan: () => FaultPlan): { readonly faults: FaultPlan; readonly misspelt: ApiError | null } {
  try {
    return { faults: plan(), misspelt: null }
  } catch (thrown) {
    if (!PlantainError.is(thrown)) throw thrown
    return {
      faults: planOf([], () => 0),
      misspelt: new ApiError(400, `${PERSONA_HEADER}: ${thrown.message}`),
    }
  }
}

/** The reply, whatever happens. */
async function answered({ call, route, misspelt }: Opened, parts: ExchangeParts): Promise<Reply> {
  const { target } = route
  try {
    if (misspelt) throw misspelt
    if (call.method === 'OPTIONS') return preflight()
    if (call.faults.page) {
      if (kindOf(target) === 'generation') call.reach(modelOf(target))
      await delay(call)
      return page(call.faults.page.status)
    }
    // Whoever asks a model for something waits and fails in the model's turn, once the request is understood.
    if (kindOf(target) !== 'generation') {
      await fail(call, errorContext({ modelId: modelOf(target) }, call))
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

interface Known {
  readonly ordinal: number
  readonly to: Target['to']
  readonly credential: SeenCall['credential']
  /** Empty where the path names none. */
  readonly model: string
}

function seenCall(call: Call, { ordinal, to, credential, model }: Known, { clock }: ExchangeParts): SeenCall {
  const { id, method, path, surface, faults } = call
  return {
    id,
    number: ordinal,
    at: new Date(clock.now()).toISOString(),
    method,
    path,
    to,
    surface,
    model: model === '' ? null : model,
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

/** Empty where the path names none. */
function modelOf(target: Target): string {
  return 'modelId' in target ? target.modelId : ''
}

function placeOf(target: Target): Place {
  return 'project' in target
    ? { project: target.project, location: target.location }
    : { project: '', location: '' }
}
