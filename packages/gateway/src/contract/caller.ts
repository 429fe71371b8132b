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
  /** What its key is for, such as live or test; a credential that has one serves only callers of the same. */
  readonly environment: string | null
  /** Regions and locations its edits may not leave, see `isResident`; `null`: they may go anywhere. */
  readonly regions: readonly string[] | null
  /** Whether its own Google credential is used in place of the gateway's. */
  readonly passThrough: boolean
  readonly limits: CallerLimits
}

export interface CallerLimits {
  /** Requests under way at once. */
  readonly concurrent: number
  readonly requestsPerMinute: number
  /** Edits whose estimated price is higher are not sent; `null`: at any price. */
  readonly costMicroUsdPerEdit: number | null
}

/** The `keyId` of whoever comes over loopback where there are no keys; no key may be called that. */
export const KEYLESS_ID = 'loopback'

/** What a key may be called. */
export const KEY_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** What messages call a caller, at the start of a sentence. */
export function nameOf({ keyId }: Caller): string {
  return keyId === KEYLESS_ID ? 'Who comes without a key' : `The key “${keyId}”`
}

/** What an environment may be called: the letters between the first two `_` of a gateway key. */
export const ENVIRONMENT = /^[a-z]{1,32}$/

/** Whether a credential may be used for a caller, by what both are for. */
export function servesCaller(
  credential: { readonly environment: string | null },
  { environment }: Pick<Caller, 'environment'>,
): boolean {
  return credential.environment === null || credential.environment === environment
}

/** What a configured key's hash looks like: a gateway knows its keys by nothing else. */
export const KEY_HASH = /^sha256:[0-9a-f]{64}$/

/** A gateway key as the gateway knows it. */
export interface KnownKey {
  /** `sha256:` and 64 lower-case hexadecimal digits; see `KEY_HASH`. */
  readonly hash: string
  readonly caller: Caller
}

/** A Google credential of the caller's own, and how it came. */
export interface ProviderCredential {
  readonly header: 'x-goog-api-key' | 'authorization'
  /** The key or the token alone, without the word Bearer. */
  readonly secret: Secret
}
