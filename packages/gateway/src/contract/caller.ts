import type { ProviderKind } from './provider-kind.ts'
import type { Secret } from './secret.ts'

/** What a gateway key may be good for. */
export const SCOPES = ['edit', 'files', 'models', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

/** Who asks: the holder of a gateway key, or whoever comes over loopback where there are no keys. */
export interface Caller {
  /** The name of the key, for logs, limits and whom a file or a result belongs to. Never the key itself. */
  readonly keyId: string
  readonly scopes: readonly Scope[]
  /** Models it may use, by id or alias; `null`: all. */
  readonly models: readonly string[] | null
  /** Providers its edits may go to; `null`: all. */
  readonly providers: readonly ProviderKind[] | null
  /** Whether its own Google credential is used in place of the gateway's. */
  readonly passThrough: boolean
  readonly limits: CallerLimits
}

/** A caller's own Google credential, and the header it is sent in. */
export interface ProviderCredential {
  readonly header: 'x-goog-api-key' | 'authorization'
  /** The key or token itself; in `authorization` it stands behind `Bearer`. */
  readonly secret: Secret
}

export interface CallerLimits {
  /** Requests under way at once. */
  readonly concurrent: number
  readonly requestsPerMinute: number
}
