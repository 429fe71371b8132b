/** Where edits by certain models go: tiers are tried one after the other, and those of a tier share the load. */
export interface RouteRule {
  /** By id or alias; `null`: all. */
  readonly models: readonly string[] | null
  readonly tiers: readonly (readonly RouteStep[])[]
}

export interface RouteStep {
  /** Name of a target. */
  readonly target: string
  /** `null`: the model that was asked for. */
  readonly model: string | null
  /** Share of the load within its tier, above 0. */
  readonly weight: number
}

/** What Google grants each credential for each model, in a minute; `null`: not known. */
export interface Quota {
  readonly requestsPerMinute: number | null
  readonly inputTokensPerMinute: number | null
}
