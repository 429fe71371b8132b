import type { Caller, KnownKey } from '../contract/caller.ts'
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
}

export interface ApiKeyCredential {
  readonly kind: 'api-key'
  readonly id: string
  readonly key: Secret
}

/** Application Default Credentials. */
export interface AdcCredential {
  readonly kind: 'adc'
  readonly id: string
  /** What tells where they are; as Google's libraries read it. */
  readonly env: Readonly<Record<string, string>>
  /** Service account to act as. */
  readonly impersonate: string | null
}

export interface FileCredential {
  readonly kind: 'file'
  readonly id: string
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

export interface AiStudioTarget extends Named {
  readonly provider: 'ai-studio'
  readonly credential: ApiKeyCredential
  readonly baseUrl: string | null
  readonly apiVersion: 'v1beta' | 'v1' | null
}

/** With an API key, express mode: no project and no location. */
export interface VertexTarget extends Named {
  readonly provider: 'vertex'
  readonly credential: GatewayCredential
  /** `null`: the credential's own. */
  readonly project: string | null
  readonly location: string
  readonly baseUrl: string | null
}

export type GatewayTarget = LocalTarget | AiStudioTarget | VertexTarget
