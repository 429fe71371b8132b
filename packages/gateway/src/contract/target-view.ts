import type { ErrorCode } from './error.ts'
import type { ProviderKind } from './provider-kind.ts'

/** A target as operators see it. Times that something lasts still are milliseconds from now. */
export interface TargetView {
  readonly name: string
  readonly provider: ProviderKind
  readonly location: string | null
  /** Models that were asked of it so far. */
  readonly models: readonly ModelView[]
  readonly keys: readonly KeyView[]
}

export interface ModelView {
  readonly model: string
  readonly standing: 'healthy' | 'ejected' | 'on-probation' | 'ramping'
  /** What of its load it gets: 0 to 1. */
  readonly share: number
  /** How long it is left alone still; `null`: it is not. */
  readonly ejectedForMs: number | null
  /** What is left of 500 for retries. */
  readonly retryTokens: number
}

export interface KeyView {
  readonly name: string
  readonly environment: string | null
  readonly state: 'serving' | 'draining' | 'locked-out'
  /** Why it is locked out. */
  readonly reason: { readonly code: ErrorCode; readonly message: string } | null
  /** Models that Google asked to wait with. */
  readonly holds: readonly HoldView[]
  /** Models whose configured quota is used up for the moment, and how long the next edit would wait for its turn. */
  readonly queues: readonly Omit<HoldView, 'code'>[]
}

export interface HoldView {
  readonly model: string
  readonly waitMs: number
  readonly code: ErrorCode | null
}
