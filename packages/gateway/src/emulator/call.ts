import type { IncomingHttpHeaders } from 'node:http'
import type { Surface } from '../models/model.ts'
import type { ApiVersion, Place } from './address.ts'
import type { FaultPlan } from './faults/plan.ts'
import type { Seeded } from '../image/seeded.ts'

/** One HTTP request, read as far as its head. */
export interface Call {
  /** One that no other call of this emulator ever has. */
  readonly number: number
  /** `call-1`, as `/emulator/state` lists it. */
  readonly id: string
  readonly method: string
  /** As sent, still percent-encoded, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly apiVersion: ApiVersion
  readonly surface: Surface
  /** Empty outside projects. */
  readonly place: Place
  /** All that will go wrong with this call; of what concerns a model nothing until `reach`. */
  readonly faults: FaultPlan
  /** Scheme and authority the caller used, to build addresses that lead back here. */
  readonly origin: string
  /** Aborts when the caller has gone, or the emulator closes. */
  readonly signal: AbortSignal
  /** Seeded by the emulator's seed and the number of the call: replays. */
  readonly random: Seeded
  /**
   * The request is understood and comes before a model: `faults` now holds what concerns that, and the body's memory is
   * given back, so that nothing that was read of it may be looked at any more.
   */
  reach(modelId: string): void
  /** The body as JSON: long strings stay `JsonBlob`s. An empty body is `undefined`. Rejects with an `ApiError` 400. */
  json(): Promise<unknown>
  /** The body as it is. */
  bytes(): Promise<readonly Uint8Array[]>
  /** The body as it arrives, kept nowhere; throws when the caller breaks off. Once, and instead of the others. */
  stream(): AsyncIterable<Uint8Array>
}
