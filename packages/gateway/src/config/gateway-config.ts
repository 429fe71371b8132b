import type { Caller, KnownKey } from '../contract/caller.ts'
import type { Quota, RouteRule as Rule } from '../contract/routing.ts'
import type { Secret } from '../contract/secret.ts'
import type { Sections } from './gateway-schema.ts'

/**
 * Everything the gateway is told from outside, read once, checked and frozen. Paths are absolute. What the settings
 * mean is said where they are declared, in `gateway-schema.ts`, and in docs/configuration.md.
 */
export interface GatewayConfig extends Sections {
  /** None: callers on this machine need none. */
  readonly keys: readonly KnownKey[]
  /** Who comes over loopback where there are no keys. */
  readonly keyless: Caller
  readonly credentials: readonly GatewayCredential[]
  /** In the order in which they are tried; at least one. */
  readonly targets: readonly GatewayTarget[]
  /** The first that takes a model counts for it; none: targets are tried in their order. */
  readonly routes: readonly RouteRule[]
}

export type RoutingSettings = GatewayConfig['routing']

interface Identified {
  readonly id: string
  /** It serves only callers of this environment; `null`: all. */
  readonly environment: string | null
}

export interface ApiKeyCredential extends Identified {
  readonly kind: 'api-key'
  readonly key: Secret
}

/** Application Default Credentials. */
export interface AdcCredential extends Identified {
  readonly kind: 'adc'
  /** What tells where they are; as Google's libraries read it. */
  readonly env: Readonly<Record<string, string>>
  /** Service account to act as. */
  readonly impersonate: string | null
}

export interface FileCredential extends Identified {
  readonly kind: 'file'
  readonly path: string
  /** Service account to act as. */
  readonly impersonate: string | null
}

export type GatewayCredential = ApiKeyCredential | AdcCredential | FileCredential

interface Named {
  /** What results, logs and metrics call it; no two are called the same. */
  readonly name: string
}

export interface LocalTarget extends Named {
  readonly provider: 'local'
}

/** A place at Google, and what proves the gateway there: one credential, or a pool of which each does. */
interface Google<Credential extends GatewayCredential> extends Named {
  readonly credentials: readonly [Credential, ...Credential[]]
  readonly quota: Quota
}

export interface AiStudioTarget extends Google<ApiKeyCredential> {
  readonly provider: 'ai-studio'
  readonly baseUrl: string | null
  readonly apiVersion: 'v1beta' | 'v1' | null
}

/** With an API key, express mode: no project and no location. */
export interface VertexTarget extends Google<GatewayCredential> {
  readonly provider: 'vertex'
  /** `null`: the credential's own. */
  readonly project: string | null
  readonly location: string
  readonly baseUrl: string | null
}

export type GatewayTarget = LocalTarget | AiStudioTarget | VertexTarget

/** A rule as it is configured: references to other routes are resolved, and models are the ids that names stood for at start. */
export interface RouteRule extends Rule {
  readonly name: string | null
}
