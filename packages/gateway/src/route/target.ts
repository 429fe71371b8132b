import type { Provider, ProviderKind } from '../contract/provider.ts'
import type { Notice } from '../contract/result.ts'
import type { Quota } from '../contract/routing.ts'

/** One place an attempt can be sent, and the model it would be asked for there. */
export interface Target {
  readonly provider: Provider
  /** The id the provider knows. */
  readonly model: string
}

/** A credential of a target, and what speaks to the place with it. */
export interface RouteKey {
  /** What attempts and logs call it: the target's name, and the credential's id where the target has several. */
  readonly name: string
  /**
   * What is learnt of it is kept by: that outlives another name, such as the sole key gets when others join it, and does
   * not hold for another credential of the same name. Missing: the name.
   */
  readonly account?: string
  readonly provider: Provider
  /** Serves only callers of that environment; `null`: all. */
  readonly environment: string | null
  /** What Google grants it of each model; missing: it is not known. */
  readonly quota?: Quota
}

export function accountOf({ name, account = name }: RouteKey): string {
  return account
}

/** A target as it is configured: a place, and the keys that open it. */
export interface RouteTarget {
  readonly name: string
  readonly kind: ProviderKind
  /** Where Google works on it; `null`: it does not say. */
  readonly location: string | null
  readonly keys: readonly RouteKey[]
}

/** A target that has one key and no quota that is known. */
export function soleTarget(provider: Provider): RouteTarget {
  const { target: name, kind } = provider
  return { name, kind, location: null, keys: [{ name, provider, environment: null }] }
}

/** A target that may make an edit, and by which model. */
export interface Candidate {
  readonly target: RouteTarget
  readonly model: string
  /** Candidates of the lowest tier go first; those of one tier share the load by weight. */
  readonly tier: number
  readonly weight: number
  /** Whether it makes the edit by another model than the first would, or by the local engine. */
  readonly degraded: boolean
  readonly notices: readonly Notice[]
}
