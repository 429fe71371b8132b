import type { Attempt } from '../contract/attempt.ts'
import type { ErrorCode } from '../contract/error.ts'
import type { Charged, Outcome } from '../contract/outcome.ts'
import type { Notice, Usage } from '../contract/result.ts'
import type { RemoteTrace } from './traceparent.ts'

/** What a request came in by: a dialect for edits, or what else the gateway serves. */
export type Door = 'native' | 'gemini' | 'vertex' | 'openai' | 'interactions' | 'files' | 'models' | 'system'

/** An image by what can be said of it without showing it. */
export interface ImageSeen {
  readonly bytes: number
  /** Hex, or the beginning of it. */
  readonly sha256: string
  /** As sniffed. */
  readonly type: string
}

export interface Step {
  readonly name: string
  readonly ms: number
}

/** What an edit came to. Names in it are clean. */
export interface EditRecord {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly startedAtMs: number
  readonly ms: number
  readonly outcome: Outcome
  readonly code: ErrorCode | null
  readonly model: string | null
  readonly requestedModel: string | null
  readonly target: string | null
  readonly degraded: boolean
  readonly charged: Charged
  readonly costMicroUsd: number
  readonly usage: Usage | null
  readonly attempts: readonly Attempt[]
  readonly outputs: readonly (ImageSeen & { readonly width: number; readonly height: number })[]
  readonly notices: readonly Notice['code'][]
}

/** All there is to tell of one request, when it is over. */
export interface RequestRecord {
  readonly requestId: string
  readonly method: string
  readonly door: Door
  readonly route: string
  readonly parent: RemoteTrace | null
  readonly address: string | null
  readonly keyId: string | null
  /** Milliseconds since 1970. */
  readonly beganAtMs: number
  readonly ms: number
  readonly status: number
  readonly how: 'answered' | 'left' | 'cut'
  readonly code: ErrorCode | null
  readonly requestBytes: number
  readonly answerBytes: number
  readonly images: readonly ImageSeen[]
  readonly steps: readonly Step[]
  readonly edit: EditRecord | null
}
