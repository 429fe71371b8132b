import type { RouteRule } from '../contract/routing.ts'
import { resolveModel } from './registry.ts'

/** Whether it is made on this machine: no route is for that, and it goes to the local engine. */
export function isLocalModel(asked: string, nowMs: number): boolean {
  const resolution = resolveModel(asked, { nowMs })
  return resolution.kind === 'model' && resolution.model.family === 'local'
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
