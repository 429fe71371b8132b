import type { Model } from '../../models/model.ts'

/** Of the image models only this one calls functions (its page at ai.google.dev). */
const CALLS_FUNCTIONS: ReadonlySet<string> = new Set(['gemini-3.1-flash-lite-image'])

/** `null` stands for a model that answers text: of those, all do. */
export function callsFunctions(model: Model | null): boolean {
  return model === null || CALLS_FUNCTIONS.has(model.id)
}

/** Whether a model can be told to think so much. `level` is in lower case; `null` stands for a model that answers text. */
export function takesThinkingLevel(model: Model | null, level: string): boolean {
  const thinking = model?.thinking ?? null
  if (thinking === null || thinking.kind === 'always') return true
  const offered: readonly string[] = thinking.kind === 'levels' ? thinking.levels : []
  return offered.includes(level)
}
