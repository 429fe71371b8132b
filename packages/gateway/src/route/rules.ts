import { resolveModel } from '../models/registry.ts'

/** Where edits by certain models go: tiers are tried one after the other, and those of a tier share the load. */
export interface RouteRule {
  /** By id or alias; `null`: all. */
  readonly models: readonly string[] | null
  readonly tiers: readonly (readonly RouteStep[])[]
}

export interface RouteStep {
  /** The name of a target. */
  readonly target: string
  /** `null`: the model that was asked for. */
  readonly model: string | null
  /** Share of the load within its tier, above 0. */
  readonly weight: number
}

/** The first rule that names a model, by whichever of its names. */
export function ruleFor(rules: readonly RouteRule[], asked: string, nowMs: number): RouteRule | null {
  const wanted = namesOf(asked, nowMs)
  return (
    rules.find(({ models }) => models?.some((name) => overlap(wanted, namesOf(name, nowMs))) ?? true) ?? null
  )
}

/** What it is called, and what it stands for today. */
function namesOf(asked: string, nowMs: number): readonly string[] {
  const resolution = resolveModel(asked, { nowMs })
  return resolution.kind === 'model' ? [asked, resolution.model.id] : [asked]
}

function overlap(some: readonly string[], others: readonly string[]): boolean {
  return some.some((name) => others.includes(name))
}
