import type { IncomingMessage } from 'node:http'
import type { Caller, ProviderCredential } from '../contract/caller.ts'
import type { Observation } from '../observe/observation.ts'

/** One request of somebody who was let in, as the doors see it. */
export interface Exchange {
  /** For its body, and headers that are nobody's secret. Node has parsed it; nothing of the body is read yet. */
  readonly request: IncomingMessage
  readonly caller: Caller
  /** The caller's own Google credential, where its key lets it use that in place of the gateway's. */
  readonly providerCredential: ProviderCredential | null
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal
  readonly requestId: string
  /** What is told of the exchange to logs, traces and metrics. */
  readonly watch: Observation
  readonly method: string
  /** As it came, without query. */
  readonly path: string
  /** What the names in the route's pattern stand for, percent-decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /**
   * Does this when the exchange has ended, however it does, the last that was said first and one after the other: for
   * memory that is read until then, and for waiting until nobody reads it.
   */
  readonly defer: (release: () => void | Promise<void>) => void
  /** Scheme and host as the caller sees the gateway: what links are made of. */
  readonly origin: string
}

/** The same of whoever shows no key: where the address is the credential. */
export type OpenExchange = Omit<Exchange, 'caller' | 'providerCredential'>

/** What goes back. */
export interface Reply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** In pieces to be sent one after the other; a list is sent under the sum of their lengths. */
  readonly body: readonly Uint8Array[] | AsyncIterable<Uint8Array>
  /** What is known only at the end of a stream: sent as HTTP trailers. */
  readonly trailers?: () => Readonly<Record<string, string>>
}

/** A reply that is all there. */
export interface WholeReply extends Reply {
  readonly body: readonly Uint8Array[]
}

/** Answers one kind of request. What it throws as `PlantainError` is answered in the dialect of its door. */
export type Handler = (exchange: Exchange) => Promise<Reply>

export function jsonReply(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): WholeReply {
  const body = Buffer.from(JSON.stringify(value))
  return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body: [body] }
}
